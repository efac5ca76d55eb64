import { join } from "node:path";
import { expect, test } from "vitest";
import { command } from "./command.ts";

const conformance = join(import.meta.dirname, "../../../../test/data/conformance");
const stateless = join(conformance, "stateless.jsonl.gz");

async function run(...args: string[]): Promise<{ status: number; out: string[]; error: string }> {
  const out: string[] = [];
  const error: string[] = [];
  const status = await command(args, { out: (line) => void out.push(line), error: (line) => void error.push(line) });
  return { status, out, error: error.join("\n") };
}

test("the command ends with the counts, and exits 0 when nothing failed", async () => {
  const { status, out } = await run(stateless, "--only", "stateless/filter");
  expect(out).toEqual(["2 passed, 0 failed, 0 differs, 0 pending"]);
  expect(status).toBe(0);
});

test("a pending scenario is named with what it lacks", async () => {
  expect((await run(stateless, "--only", "stateless/split-default")).out).toEqual([
    "pending stateless/split-default: the stream operator split",
    "0 passed, 0 failed, 0 differs, 1 pending",
  ]);
});

test("an engine that there is not is refused", async () => {
  const { status, error } = await run(stateless, "--engine", "leveldb");
  expect(error).toContain("--engine takes memory, rocksdb, sqlite");
  expect(status).toBe(2);
});

test.each(["rocksdb", "sqlite"])("scenarios show the same with their stores in %s", async (engine) => {
  const onMemory = await run(conformance);
  const onDisk = await run(conformance, "--engine", engine);
  expect(onDisk).toEqual(onMemory);
  expect(onDisk.status).toBe(0);
});

test("no directory, no scenario and an unknown option are refused", async () => {
  expect((await run()).status).toBe(2);
  expect((await run(stateless, "--only", "nothing has this name")).error).toContain("CONFORMANCE_NO_SCENARIOS");
  expect((await run(stateless, "--nope")).status).toBe(2);
});

test("the self-test counts what it altered and what it saw", async () => {
  const { status, out } = await run(stateless, "--self-test");
  expect(out.at(-1)).toMatch(/^\d+ passed, \d+ failed$/);
  // These scenarios alone lack, for instance, a persisted store entry: a class that cannot be tried is a failure.
  expect(out).toContain("missed persisted store entry: no passing scenario has one");
  expect(status).toBe(1);
});
