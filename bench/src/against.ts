import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { EngineName } from "./engine.ts";
import { ratioInterval, type RatioInterval } from "./interval.ts";
import { preload } from "./java.ts";
import { median } from "./median.ts";
import { partitions, tableRows, type Job } from "./jobs.ts";
import { buildPrograms, ownRoot, programOf } from "./programs.ts";
import { javasRestoration, restoreOurs } from "./restore.ts";
import { runProcess } from "./run-process.ts";

/** A job is worse where even the lower end of the interval of new CPU time over old is above this. */
const worseFrom = 1.03;

/** One figure of a job, new over old: below 1 the new commit takes less. */
export interface Comparison extends RatioInterval {
  readonly job: string;
  readonly pairs: number;
  /** Median CPU microseconds a record, of the old commit and of this tree. */
  readonly oldMicros: number;
  readonly newMicros: number;
  readonly worse: boolean;
}

/** Another commit of this repository, built in a folder of its own, with the dependencies of this tree. */
export class OtherCommit implements Disposable {
  readonly root: string;
  readonly #name: string;

  /** @throws TypeError if there is no such commit, or it does not build */
  constructor(revision: string, scratch: string) {
    const root = join(scratch, "other");
    this.root = root;
    this.#name = git("rev-parse", "--short", `${revision}^{commit}`);
    git("worktree", "add", "--detach", "--force", root, this.#name);
    linkDependencies(root);
    if (!buildPrograms(root)) throw new TypeError(`${this.#name} does not build with the dependencies of this tree`);
  }

  get name(): string {
    return this.#name;
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
    git("worktree", "prune");
  }
}

/** Runs both commits in turns, the order swapped from pair to pair, so that a drift of the machine hits both. */
export async function compareJob(
  job: Job,
  other: OtherCommit,
  pairs: number,
  bootstrap: string,
  engine: EngineName,
): Promise<Comparison> {
  const records = job.sizes[0];
  preload(bootstrap, job.kind, records, partitions);
  if (job.name === "stream-table-join") preload(bootstrap, "table", tableRows, partitions);
  const measure = async (root: string): Promise<number> => {
    const given = ["--bootstrap", bootstrap, "--job", job.name, "--records", String(records), "--engine", engine];
    const ran = await runProcess([...programOf("ours", root), ...given]);
    if (ran.code !== 0) throw new TypeError(`${job.name} failed in ${root}: ${ran.errors.slice(-2000)}`);
    return ran.cpuSeconds / records;
  };
  return compare(
    job.name,
    pairs,
    () => measure(other.root),
    () => measure(ownRoot),
  );
}

/** Restores the same changelog, one that Java wrote, with both commits. */
export async function compareRestore(
  other: OtherCommit,
  records: number,
  pairs: number,
  bootstrap: string,
  engine: EngineName,
): Promise<Comparison> {
  preload(bootstrap, "wide", records, partitions);
  const { application } = await javasRestoration(bootstrap, records);
  const measure = async (root: string): Promise<number> => {
    const run = await restoreOurs(programOf("ours-restore", root), bootstrap, records, application, engine);
    if (run.restored !== records) throw new TypeError(`restored ${String(run.restored)} of ${String(records)} records`);
    return run.cpuSeconds / records;
  };
  return compare(
    "restore",
    pairs,
    () => measure(other.root),
    () => measure(ownRoot),
  );
}

async function compare(job: string, pairs: number, old: () => Promise<number>, own: () => Promise<number>): Promise<Comparison> {
  const olds: number[] = [];
  const owns: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    if (pair % 2 === 0) olds.push(await old());
    owns.push(await own());
    if (pair % 2 === 1) olds.push(await old());
    const [before, after] = [olds[pair]!, owns[pair]!];
    process.stderr.write(`${job} ${String(pair + 1)}: ${micros(before)} → ${micros(after)} µs, ${(after / before).toFixed(3)}\n`);
  }
  const interval = ratioInterval(owns.map((own, pair) => own / olds[pair]!));
  const worse = interval.low > worseFrom;
  return { job, pairs, ...interval, worse, oldMicros: median(olds) * 1e6, newMicros: median(owns) * 1e6 };
}

/** A row per job. */
export function comparisonTable(name: string, rows: readonly Comparison[]): string {
  const head = ["job", `CPU µs a record: ${name} / this tree`, "ratio", "95 % of it", "pairs", ""];
  const lines = rows.map((one) => [
    one.job,
    `${one.oldMicros.toFixed(3)} / ${one.newMicros.toFixed(3)}`,
    one.ratio.toFixed(3),
    `${one.low.toFixed(3)} to ${one.high.toFixed(3)}`,
    String(one.pairs),
    one.worse ? "WORSE" : "",
  ]);
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function micros(seconds: number): string {
  return (seconds * 1e6).toFixed(3);
}

/** Links to packages of the workspace are relative: they lead into the folder that they are made in. */
function linkDependencies(root: string): void {
  const own = join(ownRoot, "node_modules");
  const made = join(root, "node_modules");
  mkdirSync(made);
  for (const entry of readdirSync(own, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(join(own, entry.name)), join(made, entry.name));
    else if (entry.name.startsWith("@millrace")) linkScope(join(own, entry.name), join(made, entry.name));
    else symlinkSync(join(own, entry.name), join(made, entry.name));
  }
}

function linkScope(own: string, made: string): void {
  mkdirSync(made);
  for (const name of readdirSync(own)) symlinkSync(readlinkSync(join(own, name)), join(made, name));
}

function git(...given: readonly string[]): string {
  const done = spawnSync("git", given, { cwd: ownRoot, encoding: "utf8" });
  if (done.status !== 0) throw new TypeError(`git ${given.join(" ")}: ${done.stderr.trim()}`);
  return done.stdout.trim();
}
