import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEngine, type EngineName } from "@millrace/state-rocksdb";
import { spaceNames } from "./batches.ts";
import { Model } from "./model.ts";
import { SeededRandom } from "./random.ts";

/** After so many kills a directory is done with, so that young ones are tried too. */
const cyclesPerDirectory = 40;
const writer = join(import.meta.dirname, "writer.ts");

export interface CrashOptions {
  readonly engine: EngineName;
  readonly cycles: number;
  /** Decides what is written and how long a writer lives; what the machine makes of it differs from run to run. */
  readonly seed: number;
  readonly report?: (line: string) => void;
}

export interface CrashReport {
  readonly cycles: number;
  readonly failures: readonly string[];
  /** Batches that were written in all. */
  readonly batches: number;
  /** Kills before the engine was open. */
  readonly killedAtOpening: number;
  /** Kills between a batch's write and its report. */
  readonly killedBeforeReport: number;
}

/**
 * Kills a process that writes, at a random moment, opens what it left, and compares: all batches that it reported are
 * there, at most one more, each of them whole, and nothing else.
 */
export async function runCrashCycles({ engine, cycles, seed, report }: CrashOptions): Promise<CrashReport> {
  const random = new SeededRandom(seed);
  const failures: string[] = [];
  const counts = { batches: 0, killedAtOpening: 0, killedBeforeReport: 0 };
  let run = newRun(seed);
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    if (cycle > 0 && cycle % cyclesPerDirectory === 0) run = nextRun(run);
    const before = run.model.number;
    const lifetime = lifetimeOf(random);
    const killed = await writeAndKill(engine, run, lifetime);
    const failure = killed.error ?? (await judge(engine, run, killed.reported));
    if (failure !== null) {
      failures.push(`cycle ${String(cycle)}, seed ${String(seed)}: ${failure}`);
      report?.(failures.at(-1)!);
      run = nextRun(run);
      continue;
    }
    counts.batches += run.model.number - before;
    if (!killed.opened) counts.killedAtOpening += 1;
    if (run.model.number > Math.max(before, killed.reported)) counts.killedBeforeReport += 1;
    if ((cycle + 1) % 50 === 0) report?.(`${String(cycle + 1)} cycles, ${String(counts.batches)} batches written`);
  }
  rmSync(run.directory, { recursive: true, force: true });
  return { cycles, failures, ...counts };
}

/** A directory and what should be in it. */
interface Run {
  readonly directory: string;
  readonly seed: number;
  readonly model: Model;
}

function newRun(seed: number): Run {
  return { directory: mkdtempSync(join(tmpdir(), "millrace-crash-")), seed, model: new Model(seed) };
}

function nextRun({ directory, seed }: Run): Run {
  rmSync(directory, { recursive: true, force: true });
  return newRun(seed + 1000);
}

interface Lifetime {
  /** Counted from the start of the process, or from when the engine is open. */
  readonly from: "start" | "open";
  readonly ms: number;
}

/** One in six is killed while it starts: opening replays, repairs and writes. */
function lifetimeOf(random: SeededRandom): Lifetime {
  return random.below(6) === 0 ? { from: "start", ms: 40 + random.below(160) } : { from: "open", ms: random.below(150) };
}

interface Killed {
  readonly opened: boolean;
  /** The last batch that was reported; 0: none. */
  readonly reported: number;
  /** The process did not die of the kill. */
  readonly error: string | null;
}

function writeAndKill(engine: EngineName, { directory, seed }: Run, lifetime: Lifetime): Promise<Killed> {
  return new Promise((resolve) => {
    const programArguments = ["--conditions=millrace-source", "--no-warnings", writer, engine, directory, String(seed)];
    const child = spawn(process.execPath, programArguments, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    let opened = false;
    let timer: NodeJS.Timeout | null = null;
    const killIn = (ms: number): void => {
      timer = setTimeout(() => child.kill("SIGKILL"), ms);
    };
    child.stdout.on("data", (bytes: Buffer) => {
      output += bytes.toString("latin1");
      if (opened || !output.includes("\n")) return;
      opened = true;
      if (lifetime.from === "open") killIn(lifetime.ms);
    });
    child.stderr.on("data", (bytes: Buffer) => {
      errors += bytes.toString();
    });
    if (lifetime.from === "start") killIn(lifetime.ms);
    child.on("close", (code, signal) => {
      if (timer !== null) clearTimeout(timer);
      const wholeLines = output.split("\n").slice(0, -1);
      const reported = wholeLines.length < 2 ? 0 : Number(wholeLines.at(-1));
      const error = signal === "SIGKILL" ? null : `the writer ended by itself (${String(code ?? signal)}): ${errors}`;
      resolve({ opened, reported, error });
    });
  });
}

/** Opens what the writer left; null if it is what it should be. */
async function judge(name: EngineName, { directory, model }: Run, reported: number): Promise<string | null> {
  const engine = await openEngine(directory, { engine: name }).catch((error: unknown) => String(error));
  if (typeof engine === "string") return `the directory does not open: ${engine}`;
  try {
    const last = Math.max(model.number, reported);
    const [store, partition] = spaceNames[0]!;
    const found = engine.space(store, partition).checkpoint()?.offset ?? 0;
    if (found < last) return `batch ${String(last)} was reported, and only ${String(found)} are there`;
    if (found > last + 1) return `batch ${String(found)} is there, and the last that was reported is ${String(last)}`;
    model.advanceTo(found);
    return model.difference(engine);
  } finally {
    await engine.close();
  }
}
