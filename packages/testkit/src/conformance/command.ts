import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCommandLine } from "@millrace/platform/node";
import { MemoryEngine, type Engine } from "@millrace/core";
import { openEngine } from "@millrace/state-rocksdb";
import { differenceText, judge } from "./judge.ts";
import { readScenarios, type ScenarioFile } from "./scenario-files.ts";
import { scenarioEngine } from "./scenario-engine.ts";
import { selfTest } from "./self-test.ts";

const program = {
  command: "npm run conformance --",
  text: "Runs every scenario below the directories (files *.json, bundles *.jsonl.gz) and compares with what Java showed.",
  operands: "DIR…",
  options: {
    engine: {
      value: "NAME",
      text: "what keeps the stores' bytes",
      choices: ["memory", "rocksdb", "sqlite"],
      default: "memory",
    },
    only: { value: "NAME", text: "only scenarios whose name contains this" },
    "self-test": { text: "alters what passing scenarios expect, one field at a time, and must see each alteration as a failure" },
  },
} as const;

/** Output of a command, line by line. */
export interface Terminal {
  out(line: string): void;
  error(line: string): void;
}

/** The command's exit code: 0, 1 if something failed, 2 if it was called wrongly. */
export async function command(args: readonly string[], terminal: Terminal): Promise<number> {
  const read = readCommandLine(program, args);
  if ("code" in read) {
    (read.code === 0 ? terminal.out : terminal.error)(read.text.trimEnd());
    return read.code;
  }
  const { engine, only, "self-test": selfTested } = read.values;
  if (read.operands.length === 0) {
    terminal.error(`A directory is missing. "${program.command} --help" lists what it takes.`);
    return 2;
  }
  const all = readScenarios(read.operands);
  const files = all.filter(({ scenario }) => only === undefined || scenario.name.includes(only));
  if (files.length === 0) {
    terminal.error(
      `CONFORMANCE_NO_SCENARIOS: ${all.length} scenarios were read, and none is to be run. Check the directories and --only.`,
    );
    return 2;
  }
  if (selfTested) return runSelfTest(files, terminal);
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
