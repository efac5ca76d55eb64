import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryDirectory } from "../support/temporary.ts";

/** Tells who started it, then of every signal; ends at SIGTERM. */
const program = `
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    console.log(signal);
    if (signal === "SIGTERM") process.exit(3);
  });
}
setInterval(() => undefined, 60_000);
console.log("started by " + process.ppid);
`;
const terminal = "/usr/bin/script";
let disk: ReturnType<typeof temporaryDirectory>;
let bootstrap = "";
const children: ChildProcessWithoutNullStreams[] = [];

/** A repository of its own in which everything is installed. */
beforeEach(() => {
  disk = temporaryDirectory();
  for (const folder of ["scripts", "node_modules"]) mkdirSync(join(disk.path, folder));
  bootstrap = join(disk.path, "scripts/bootstrap.mjs");
  copyFileSync("scripts/bootstrap.mjs", bootstrap);
  const lock = "{}";
  writeFileSync(join(disk.path, "package-lock.json"), lock);
  writeFileSync(join(disk.path, "node_modules/.millrace-installed"), createHash("sha256").update(lock).digest("hex"));
  writeFileSync(join(disk.path, "program.mjs"), program);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  disk.remove();
});

function start(
  command: string,
  ...programArguments: string[]
): {
  readonly child: ChildProcessWithoutNullStreams;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
} {
  const child = spawn(command, programArguments);
  children.push(child);
  let text = "";
  child.stdout.on("data", (piece: Buffer) => (text += piece.toString()));
  return { child, output: () => text, ended: new Promise((done) => child.on("close", done)) };
}

/** Its process id, once the program runs. */
async function bootstrapOf(output: () => string): Promise<number> {
  await expect.poll(output, { interval: 10, timeout: 10_000 }).toMatch(/started by \d+\s/);
  return Number(/started by (\d+)/.exec(output())?.[1]);
}

test("a signal reaches the program, whose exit code is the command's", async () => {
  const { child, output, ended } = start(process.execPath, bootstrap, "program.mjs");
  await bootstrapOf(output);
  child.kill("SIGINT");
  await expect.poll(output, { interval: 10 }).toContain("SIGINT");
  child.kill("SIGTERM");
  expect([await ended, output().trim().split("\n").slice(1)]).toEqual([3, ["SIGINT", "SIGTERM"]]);
});

test("a program that a signal ended gives the code that shells give", async () => {
  writeFileSync(join(disk.path, "program.mjs"), `process.kill(process.pid, "SIGKILL")`);
  expect(await start(process.execPath, bootstrap, "program.mjs").ended).toBe(128 + 9);
});

// The terminal sends it to every process that it shows; to most programs a second one means: at once.
test.skipIf(process.platform !== "linux" || !existsSync(terminal))("Ctrl-C in a terminal reaches the program once", async () => {
  const { child, output, ended } = start(terminal, "-qec", `exec "${process.execPath}" "${bootstrap}" program.mjs`, "/dev/null");
  const pid = await bootstrapOf(output);
  const signals = (): readonly string[] => output().match(/SIG\w+/g) ?? [];
  // The kernel makes one of two signals that come before the program gets its turn, but not every time.
  const times = 10;
  for (let time = 0; time < times; time += 1) {
    const before = signals().length;
    child.stdin.write("\u0003");
    await expect.poll(() => signals().length, { interval: 20 }).toBeGreaterThan(before);
  }
  // What was sent on before this arrives before it.
  process.kill(pid, "SIGTERM");
  expect(await ended).toBe(3);
  expect(signals()).toEqual([...Array.from({ length: times }, () => "SIGINT"), "SIGTERM"]);
});
