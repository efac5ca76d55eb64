/**
 * One run of one job in a process of its own, as `StreamsBench.java` is on the other side; prints one line of JSON.
 *
 *   node bench/dist/ours.js --bootstrap H:P --job NAME --records N [--engine memory]
 */
import { parseArgs } from "node:util";
import { KafkaStreams } from "millrace";
import { Client } from "@millrace/client";
import { nodePlatform } from "@millrace/platform/node";
import { engineOf, newState } from "./engine.ts";
import { jobs, partitions } from "./jobs.ts";
import { cpuSeconds, peakMb, processed } from "./own-process.ts";

const { values } = parseArgs({
  options: {
    bootstrap: { type: "string" },
    job: { type: "string" },
    records: { type: "string" },
    engine: { type: "string", default: "rocksdb" },
  },
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
using state = newState(engineOf(values.engine));
const streams = new KafkaStreams(topology, { applicationId, brokers: [bootstrap], ...state.config });
await streams.start();
const runningMs = Date.now();
await processed(streams, job.expected(records));
await streams.close();
const endMs = Date.now();
const metrics = streams.metrics();
process.stdout.write(
  `${JSON.stringify({
    out,
    outputs: metrics.recordsProduced,
    cpuSeconds: cpuSeconds(),
    wallSeconds: (endMs - firstRecordMs) / 1000,
    peakMb: peakMb(),
    startToRunningMs: Math.round(runningMs - beganMs),
    startToFirstRecordMs: Math.round(firstRecordMs - beganMs),
  })}\n`,
);
