/**
 * One run of one job in a process of its own, as `StreamsBench.java` is on the other side; prints one line of JSON.
 *
 *   node bench/dist/ours.js --bootstrap H:P --job NAME --records N [--engine memory]
 */
import { KafkaStreams } from "millrace";
import { Client } from "@millrace/client";
import { commandLine, nodePlatform } from "@millrace/platform/node";
import { engineNames, newState } from "./engine.ts";
import { jobs, partitions } from "./jobs.ts";
import { cpuSeconds, peakMb, processed } from "./own-process.ts";

const { values } = commandLine({
  command: "node bench/dist/ours.js",
  text: "Runs one job, and prints what it took as a line of JSON.",
  options: {
    bootstrap: { value: "HOST:PORT", text: "the broker", default: "127.0.0.1:9092" },
    job: { value: "NAME", text: "the job", choices: jobs.map(({ name }) => name), default: jobs[0]!.name },
    records: { value: "N", text: "so many records", number: { min: 1 }, default: "1000000" },
    engine: { value: "NAME", text: "where our stores lie", choices: engineNames, default: "rocksdb" },
  },
});
const { bootstrap, records } = values;
const job = jobs.find(({ name }) => name === values.job)!;

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
using state = newState(values.engine);
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
