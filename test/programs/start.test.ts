import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const start = resolve("examples/card-auth-window/src/start.ts");
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-start-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(...programArguments: string[]): {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
} {
  const child = spawn(process.execPath, ["--conditions=millrace-source", start, ...programArguments], { cwd: folder });
  let text = "";
  child.stdout.on("data", (piece: Buffer) => (text += piece.toString()));
  child.stderr.on("data", (piece: Buffer) => (text += piece.toString()));
  return { child, output: () => text, ended: new Promise((done) => child.on("exit", done)) };
}

test("npm start -- --once processes what it sends, checks it and exits 0; a second run in the same folder does, too", async () => {
  for (const _ of [1, 2]) {
    const { output, ended } = run("--once", "5000");
    expect([await ended, output()]).toEqual([0, expect.stringContaining("all equal")]);
  }
}, 60_000);

test("npm start runs until it is interrupted, then stops cleanly", async () => {
  const { child, output, ended } = run();
  await expect.poll(output, { timeout: 30_000 }).toMatch(/[1-9]\d* records\/s/);
  child.kill("SIGINT");
  expect([await ended, output()]).toEqual([0, expect.not.stringContaining("FAILED")]);
}, 60_000);

test.each([
  ["--once nothing", '--once takes a whole number of at least 1, and not "nothing"'],
  ["--broker 127.0.0.1:1", 'There is no option "--broker"; the nearest is "--brokers"'],
  ["--brokers wrong", '--brokers takes host:port[,host:port], and not "wrong"'],
])("npm start -- %s is answered with a sentence and exit code 2", async (args, fact) => {
  const { output, ended } = run(...args.split(" "));
  expect([await ended, output()]).toEqual([2, `${fact}. "npm start -- --help" lists what it takes.\n`]);
});

test("npm start with brokers that do not answer says so in a sentence, and exits 1", async () => {
  const { output, ended } = run("--brokers", "127.0.0.1:1");
  expect(await ended).toBe(1);
  expect(output()).toMatch(/^No broker answers at 127\.0\.0\.1:1: .*ECONNREFUSED.*\n$/);
}, 20_000);
