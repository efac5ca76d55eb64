import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MemoryEngine, type Engine } from "@millrace/core";
import { openEngine } from "@millrace/state-rocksdb";
import { differenceText, judge } from "./judge.ts";
import { readScenarios, type ScenarioFile } from "./scenario-files.ts";
import { scenarioEngine } from "./scenario-engine.ts";
import { selfTest } from "./self-test.ts";

const usage = `usage: npm run conformance -- DIR… [--engine memory|rocksdb|sqlite] [--only NAME] [--self-test]

Runs every scenario below the directories (files *.json, bundles *.jsonl.gz) and compares with what Java showed.
  --engine     what keeps the stores' bytes; default memory
  --only       only scenarios whose name contains this
  --self-test  alters what passing scenarios expect, one field at a time, and must see each alteration as a failure`;

/** Where a command writes, line by line. */
export interface Terminal {
  out(line: string): void;
  error(line: string): void;
}

/** The command's exit code: 0, 1 if something failed, 2 if it was called wrongly. */
export async function command(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = parse(args, terminal);
  if (options === null || options.positionals.length === 0) {
    terminal.error(usage);
    return 2;
  }
  const { engine, only } = options.values;
  if (engine !== "memory" && engine !== "rocksdb" && engine !== "sqlite") {
    terminal.error(`CONFORMANCE_NO_ENGINE: there is no engine "${engine}". Choose memory, rocksdb or sqlite.`);
    return 2;
  }
  const all = readScenarios(options.positionals);
  const files = all.filter(({ scenario }) => only === undefined || scenario.name.includes(only));
  if (files.length === 0) {
    terminal.error(
      `CONFORMANCE_NO_SCENARIOS: ${all.length} scenarios were read, and none is to be run. Check the directories and --only.`,
    );
    return 2;
  }
  if (options.values["self-test"] === true) return runSelfTest(files, terminal);
  return withEngine(engine, (opened) => runAll(files, opened, terminal));
}

/** An engine on disk gets a directory for the time of the run. */
async function withEngine(name: "memory" | "rocksdb" | "sqlite", run: (engine: Engine) => number): Promise<number> {
  if (name === "memory") return run(new MemoryEngine());
  const directory = mkdtempSync(join(tmpdir(), "millrace-conformance-"));
  try {
    const engine = await openEngine(directory, { engine: name });
    try {
      return run(engine);
    } finally {
      await engine.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function runAll(files: readonly ScenarioFile[], engine: Engine, { out }: Terminal): number {
  const counts = { passed: 0, failed: 0, differs: 0, pending: 0 };
  for (const { scenario } of files) {
    const verdict = judge(scenario, scenarioEngine(engine, scenario.name));
    counts[verdict.status] += 1;
    if (verdict.status === "failed") out(`failed ${scenario.name}: ${differenceText(verdict.difference, verdict.shown)}`);
    if (verdict.status === "differs") out(`differs ${scenario.name}: ${verdict.reason}`);
    if (verdict.status === "pending") out(`pending ${scenario.name}: ${verdict.lacks.join(", ")}`);
  }
  out(`${counts.passed} passed, ${counts.failed} failed, ${counts.differs} differs, ${counts.pending} pending`);
  return counts.failed === 0 ? 0 : 1;
}

function runSelfTest(files: readonly ScenarioFile[], { out }: Terminal): number {
  const report = selfTest(files.map(({ scenario }) => scenario));
  for (const { name, made, seen } of report.classes) out(`${name}: ${made} altered, ${seen} seen`);
  for (const miss of report.missed) out(`missed ${miss}`);
  out(`${report.seen} passed, ${report.failed} failed`);
  return report.failed === 0 ? 0 : 1;
}

interface Options {
  readonly positionals: readonly string[];
  readonly values: { readonly engine: string; readonly only?: string | undefined; readonly "self-test"?: boolean | undefined };
}

function parse(args: readonly string[], terminal: Terminal): Options | null {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        engine: { type: "string", default: "memory" },
        only: { type: "string" },
        "self-test": { type: "boolean" },
      },
    });
  } catch (error) {
    terminal.error(error instanceof Error ? error.message : String(error));
    return null;
  }
}
