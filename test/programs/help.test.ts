import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Readonly<Record<string, string>> };
/** They hand their arguments to vitest and to the compiler, which have helps of their own. */
const others = new Set(["test", "build"]);
const programs = [
  ...Object.entries(scripts)
    .filter(([name]) => !others.has(name))
    .map(([name, command]) => [`npm run ${name}`, command.split(" ").at(-1)!] as const),
  ["produce", "examples/card-auth-window/src/produce.ts"],
  ["ours", "bench/src/ours.ts"],
  ["ours-pause", "bench/src/ours-pause.ts"],
  ["ours-restore", "bench/src/ours-restore.ts"],
  ["ci", "scripts/ci.ts"],
  ["documents", "scripts/documents.ts"],
  ["generate", "packages/protocol/schema/generate.ts"],
  ["format", "packages/state-rocksdb/format/main.ts"],
  ["copy-scenarios", "scripts/copy-scenarios.ts"],
  ["record", "packages/broker-lite/src/testing/produced/record.ts"],
] as const;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

function run(entry: string, ...args: string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, ["--conditions=millrace-source", resolve(entry), ...args], (failure, out, error) => {
      done({ code: failure === null ? 0 : Number(failure.code), out, error });
    });
  });
}

test.each(programs)("%s tells what it takes, and what it does not take", { timeout: 30_000 }, async (_, entry) => {
  const help = await run(entry, "--help");
  expect(help).toMatchObject({ code: 0, error: "" });
  expect(help.out).toMatch(/^usage: .+\n\n(.|\n)+\n\n(  --[a-z-]+.* {2}\S.+\n)*  --help .*\n$/);
  const wrong = await run(entry, "--hlep");
  expect(wrong).toMatchObject({ code: 2, out: "" });
  expect(wrong.error).toMatch(/^There is no option "--hlep"; the nearest is "--help"\. ".+ --help" lists what it takes\.\n$/);
});
