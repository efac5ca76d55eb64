/** `npm run check [-- --fix]`: the house rules that are programs. Every step is run, whatever the others say. */
import { commandLine } from "../packages/platform/src/node/command-line.ts";
import { run } from "./run.ts";

const { fix } = commandLine({
  command: "npm run check --",
  text: "Types and their budget, lint, format, unused code, packages and house rules. Exits 1 if one of them fails.",
  options: { fix: { text: "mends what a program can mend" } },
}).values;

const steps: readonly (readonly [name: string, entry: string, programArguments: readonly string[]])[] = [
  ["types", "node_modules/typescript/bin/tsc", ["-b", "tsconfig.build.json"]],
  ["types of tests and scripts", "node_modules/typescript/bin/tsc", ["-p", "tsconfig.json"]],
  ["budget of types", "scripts/check-types-budget.ts", []],
  ["lint", "node_modules/oxlint/bin/oxlint", ["--type-aware", "--deny-warnings", ...(fix ? ["--fix"] : [])]],
  ["format", "node_modules/oxfmt/bin/oxfmt", fix ? ["."] : ["--check", "."]],
  ["unused code", "node_modules/knip/bin/knip.js", ["--no-progress"]],
  ["packages", "scripts/check-packages.ts", []],
  ["house rules", "node_modules/vitest/vitest.mjs", ["run", "--root", ".", "test/house"]],
];

const environment = { NODE_OPTIONS: "--conditions=millrace-source" };
if (fix) await run("scripts/settings.ts", [], { show: true, environment });
let failed = 0;
for (const [name, entry, programArguments] of steps) {
  // Pages show code as it is after it was formatted.
  if (fix && name === "house rules") await run("scripts/documents.ts", [], { show: true, environment });
  const finished = await run(entry, programArguments);
  const passed = finished.code === 0;
  process.stdout.write(`${passed ? "passed" : "FAILED"}  ${name} (${finished.seconds.toFixed(1)} s)\n`);
  if (passed) continue;
  failed += 1;
  process.stdout.write(`${finished.output.trimEnd()}\n\n`);
}
process.stdout.write(`${String(steps.length - failed)} passed, ${String(failed)} failed\n`);
process.exit(failed === 0 ? 0 : 1);
