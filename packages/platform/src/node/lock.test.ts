import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lock } from "./lock.ts";

let directory = "";
let path = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "millrace-lock-"));
  path = join(directory, ".lock");
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test("a lock leaves nothing behind", () => {
  const taken = lock(path);
  expect(readFileSync(path, "utf8").split("\n")[0]).toBe(String(process.pid));
  taken?.release();
  expect(readdirSync(directory)).toEqual([]);
});

test.each([
  ["of nobody", ""],
  ["torn", "\0\0\0\0"],
  ["of a process that is gone", "4194305\n\n"],
  ["of an earlier process with this one's id", `${String(process.pid)}\nanother-boot 17\n`],
])("a lock file %s is taken over", (_, text) => {
  writeFileSync(path, text);
  const taken = lock(path);
  expect(taken).not.toBeNull();
  expect(readdirSync(directory)).toEqual([".lock"]);
  taken?.release();
});

test("a lock of a running process is respected, and free at the instant it is killed", async () => {
  const module = fileURLToPath(new URL("lock.ts", import.meta.url));
  const program = `
    const { lock } = await import(${JSON.stringify(module)});
    process.stdout.write(lock(${JSON.stringify(path)}) === null ? "refused" : "taken");
    process.stdin.resume();`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: ["pipe", "pipe", "inherit"] });
  const said = await new Promise<string>((resolve) => child.stdout.once("data", (bytes: Buffer) => resolve(bytes.toString())));
  expect(said).toBe("taken");
  expect(lock(path)).toBeNull();
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
  const taken = lock(path);
  expect(taken).not.toBeNull();
  taken?.release();
});
