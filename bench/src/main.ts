/**
 * `npm run bench [-- --only a,b] [--engine rocksdb|memory] [--pairs N] [--json FILE] [--quick]`: races the Java programs. Same broker,
 * same records, in turns within the same minutes, one thread each; the median of the pairs. Needs Java and `../shared` beside the
 * checkout. `restore` and `pause` are no jobs of records in and records out, and have tables of their own.
 *
 * `--against REV` races another commit instead, and exits 1 if a job is worse by more than 3 % beyond the noise.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareJob, compareRestore, comparisonTable, OtherCommit, type Comparison } from "./against.ts";
import { commandLine, wrongArguments } from "@millrace/platform/node";
import { engineNames } from "./engine.ts";
import { javaIsThere, preload, startKafka } from "./java.ts";
import { jobs, partitions, tableRows, type Job } from "./jobs.ts";
import { measureJava, measureOurs, type Run, type Side } from "./measure.ts";
import { pauseTable } from "./pause.ts";
import { buildPrograms } from "./programs.ts";
import { row, table, type Row } from "./report.ts";
import { restorePair, restoreTable, type Restoration } from "./restore.ts";

const names = [...jobs.map((job) => job.name), "restore", "pause"];
const program = {
  command: "npm run bench --",
  text: "Races the Java programs: same broker, same records, in turns, one thread each; the median of the pairs.",
  options: {
    only: { value: "NAME,…", text: `these alone of ${names.join(", ")}` },
    pairs: { value: "N", text: "runs of each side; by default 3, or 15 with --against", number: { min: 1 } },
    json: { value: "FILE", text: "writes the rows there, too" },
    engine: { value: "NAME", text: "where our stores lie", choices: engineNames, default: "rocksdb" },
    against: {
      value: "REV",
      text: "races that commit instead of Java: small sizes, 15 pairs; exits 1 if a job is more than 3 % worse",
    },
    quick: { text: "the small size of each job alone" },
  },
} as const;
const { values } = commandLine(program);
const { engine, against } = values;
const pairs = values.pairs ?? (against === undefined ? 3 : 15);
const only = values.only?.split(",");
const isChosen = (name: string): boolean => only === undefined || only.includes(name);
const chosen = jobs.filter((job) => isChosen(job.name));
const unknown = only?.find((name) => !names.includes(name));
if (unknown !== undefined) wrongArguments(program, `There is no job "${unknown}"; there are ${names.join(", ")}`);
if (!javaIsThere()) {
  process.stderr.write("The race needs Java 17 and the folder ../shared with the Java programs beside the checkout.\n");
  process.exit(1);
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port < 60_000 ? port : freePort();
}

async function race(job: Job, bootstrap: string): Promise<Row> {
  const runs: Run[] = [];
  const sizes = values.quick ? [job.sizes[0]] : job.sizes;
  for (const records of sizes) {
    preload(bootstrap, job.kind, records, partitions);
    if (job.name === "stream-table-join") preload(bootstrap, "table", tableRows, partitions);
    for (let pair = 0; pair < pairs; pair += 1) {
      for (const side of ["java", "ours"] satisfies Side[]) {
        const run = await (side === "java" ? measureJava(job, records, bootstrap) : measureOurs(job, records, bootstrap, engine));
        runs.push(run);
        process.stderr.write(
          `${job.name} ${side} ${String(records)}: ${run.cpuSeconds.toFixed(2)} CPU s, ${run.wallSeconds.toFixed(2)} s, ${String(run.peakMb)} MB, ` +
            `${String(run.outputs)} produced, ${String(run.results)} results, ${run.hash}, first record after ${String(run.startToFirstRecordMs)} ms\n`,
        );
      }
    }
  }
  const smallHeap = values.quick ? null : await measureJava(job, job.sizes[1], bootstrap, "256m").catch(() => null);
  return row(job, runs, smallHeap);
}

async function restore(bootstrap: string, records: number): Promise<string> {
  preload(bootstrap, "wide", records, partitions);
  const restorations: Record<Side, Restoration>[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const { java, ours } = await restorePair(bootstrap, records, engine);
    restorations.push({ java, ours });
    process.stderr.write(`restore: Java ${JSON.stringify(java)}, ours ${JSON.stringify(ours)}\n`);
  }
  return restoreTable(records, engine, restorations);
}

if (!buildPrograms()) process.exit(1);
const scratch = mkdtempSync(join(tmpdir(), "millrace-bench-"));
const kafka = startKafka(join(scratch, "kafka"), await freePort());
try {
  if (against === undefined) await raceJava();
  else await raceCommit(against);
} finally {
  kafka.stop();
  rmSync(scratch, { recursive: true, force: true });
}

async function raceJava(): Promise<void> {
  const rows: Row[] = [];
  for (const job of chosen) rows.push(await race(job, kafka.bootstrap));
  if (rows.length > 0) process.stdout.write(table(rows));
  const keys = values.quick ? 100_000 : 1_000_000;
  if (isChosen("restore")) process.stdout.write(`\n${await restore(kafka.bootstrap, keys)}`);
  if (isChosen("pause")) {
    preload(kafka.bootstrap, "wide", keys, partitions);
    process.stdout.write(`\n${await pauseTable(kafka.bootstrap, keys, engine)}`);
  }
  writeRows(rows);
}

async function raceCommit(revision: string): Promise<void> {
  using other = new OtherCommit(revision, scratch);
  const rows: Comparison[] = [];
  for (const job of chosen) rows.push(await compareJob(job, other, pairs, kafka.bootstrap, engine));
  const keys = values.quick ? 100_000 : 1_000_000;
  if (isChosen("restore")) rows.push(await compareRestore(other, keys, pairs, kafka.bootstrap, engine));
  process.stdout.write(comparisonTable(other.name, rows));
  writeRows(rows);
  if (rows.some(({ worse }) => worse)) process.exitCode = 1;
}

function writeRows(rows: readonly unknown[]): void {
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
