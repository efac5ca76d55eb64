/**
 * `npm run bench [-- --only a,b] [--pairs N] [--json FILE] [--quick]`: races the Java programs. Same broker, same records,
 * in turns within the same minutes, one thread each; the median of the pairs. Needs Java and `../shared` beside the checkout.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { javaIsThere, preload, startKafka } from "./java.ts";
import { jobs, partitions, tableRows, type Job } from "./jobs.ts";
import { measure, type Run, type Side } from "./measure.ts";
import { row, table, type Row } from "./report.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    pairs: { type: "string", default: "3" },
    json: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});
const pairs = Number(values.pairs);
const only = values.only?.split(",");
const chosen = jobs.filter((job) => only === undefined || only.includes(job.name));
if (chosen.length === 0 || !Number.isInteger(pairs) || pairs < 1) {
  process.stderr.write(
    `usage: npm run bench -- [--only ${jobs.map((job) => job.name).join(",")}] [--pairs N] [--json FILE] [--quick]\n`,
  );
  process.exit(2);
}
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
        const run = await measure(side, job, records, bootstrap);
        runs.push(run);
        process.stderr.write(
          `${job.name} ${side} ${String(records)}: ${run.cpuSeconds.toFixed(2)} CPU s, ${run.wallSeconds.toFixed(2)} s, ${String(run.peakMb)} MB, ` +
            `${String(run.outputs)} produced, ${String(run.results)} results, ${run.hash}, first record after ${String(run.startToFirstRecordMs)} ms\n`,
        );
      }
    }
  }
  const smallHeap = values.quick ? null : await measure("java", job, job.sizes[1], bootstrap, "256m").catch(() => null);
  return row(job, runs, smallHeap);
}

const built = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-b", "tsconfig.build.json"], {
  cwd: join(import.meta.dirname, "..", ".."),
  stdio: "inherit",
});
if (built.status !== 0) process.exit(1);
const scratch = mkdtempSync(join(tmpdir(), "millrace-bench-"));
const kafka = startKafka(join(scratch, "kafka"), await freePort());
try {
  const rows: Row[] = [];
  for (const job of chosen) rows.push(await race(job, kafka.bootstrap));
  process.stdout.write(table(rows));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
} finally {
  kafka.stop();
  rmSync(scratch, { recursive: true, force: true });
}
