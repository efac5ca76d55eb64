/**
 * Copies a folder of conformance scenarios into `test/data/conformance`, one gzipped bundle per folder, so that a clone has
 * them: `node scripts/copy-scenarios.ts DIR`. Run it again when the scenarios have changed; the bundles are deterministic.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { commandLine, wrongArguments } from "../packages/platform/src/node/command-line.ts";

const program = {
  command: "node scripts/copy-scenarios.ts",
  text: "Copies the scenarios of a folder into test/data/conformance, in the place of those there.",
  operands: "DIR",
  options: {},
} as const;
const [from, ...others] = commandLine(program).operands;
if (from === undefined || others.length > 0) wrongArguments(program, "One directory is needed");
const to = join(import.meta.dirname, "../test/data/conformance");
rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
let scenarios = 0;
for (const folder of readdirSync(from)
  .toSorted()
  .filter((name) => statSync(join(from, name)).isDirectory())) {
  const names = readdirSync(join(from, folder))
    .toSorted()
    .filter((name) => name.endsWith(".json"));
  const lines = names.map((name) => {
    const scenario: unknown = JSON.parse(readFileSync(join(from, folder, name), "utf8"));
    return `${JSON.stringify({ path: `${folder}/${name}`, scenario })}\n`;
  });
  writeFileSync(join(to, `${folder}.jsonl.gz`), gzipSync(lines.join(""), { level: 9 }));
  scenarios += names.length;
}
process.stdout.write(`copied ${scenarios} scenarios to ${to}\n`);
