/**
 * One run of one job in a process of its own, as `StreamsBench.java` is on the other side; prints one line of JSON.
 *
 *   node bench/src/ours.ts --bootstrap H:P --job NAME --records N
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { KafkaStreams } from "millrace";
import { Client } from "@millrace/client";
import { nodePlatform } from "@millrace/platform/node";
import { jobs, partitions } from "./jobs.ts";

const { values } = parseArgs({
  options: { bootstrap: { type: "string" }, job: { type: "string" }, records: { type: "string" } },
});
const job = jobs.find((candidate) => candidate.name === values.job);
const records = Number(values.records);
const bootstrap = values.bootstrap ?? "";
if (job === undefined || !(records > 0) || bootstrap === "") throw new TypeError("--bootstrap, --job and --records are needed");

const beganMs = performance.timeOrigin;
let firstRecordMs = Number.NaN;
const applicationId = `m-${job.name}-${String(Date.now())}`;
const out = `${applicationId}-out`;

const platform = nodePlatform();
const client = Client.open({ clientId: `${applicationId}-setup`, brokers: [bootstrap] }, platform);
await client.admin.createTopics([
  { name: out, partitionCount: partitions, replicationFactor: 1, configs: { "retention.ms": "-1" } },
]);
await client.close();

const topology = job.topology(records, out, () => (firstRecordMs = Date.now()));
const stateDirectory = mkdtempSync(join(tmpdir(), "millrace-bench-"));
process.on("exit", () => rmSync(stateDirectory, { recursive: true, force: true }));
const streams = new KafkaStreams(topology, { applicationId, brokers: [bootstrap], stateDirectory });
await streams.start();
const runningMs = Date.now();
const expected = job.expected(records);
await new Promise<void>((resolve, reject) => {
  const look = setInterval(() => {
    if (streams.state === "error") reject(streams.failure);
    if (streams.metrics().recordsProcessed < expected) return;
    clearInterval(look);
    resolve();
  }, 20);
});
await streams.close();
const endMs = Date.now();
const metrics = streams.metrics();
const peakKb = Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? Number.NaN);
const { user, system } = process.cpuUsage();
process.stdout.write(
  `${JSON.stringify({
    out,
    outputs: metrics.recordsProduced,
    cpuSeconds: (user + system) / 1e6,
    wallSeconds: (endMs - firstRecordMs) / 1000,
    peakMb: Math.round(peakKb / 1024),
    startToRunningMs: Math.round(runningMs - beganMs),
    startToFirstRecordMs: Math.round(firstRecordMs - beganMs),
  })}\n`,
);
