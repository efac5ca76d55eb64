/**
 * Restores the changelog that the restore job of `StreamsBench.java` wrote, as that does: in a process that has just counted the same
 * records itself, into an empty state directory. Prints one line of JSON.
 *
 *   node bench/dist/ours-restore.js --bootstrap H:P --records N --application ID [--engine memory]
 */
import { commandLine } from "@millrace/platform/node";
import { KafkaStreams, StreamsBuilder, string, type Topology } from "millrace";
import { engineNames, newState } from "./engine.ts";
import { partitions } from "./jobs.ts";
import { cpuSeconds, peakMb, processed } from "./own-process.ts";

const { values } = commandLine({
  command: "node bench/dist/ours-restore.js",
  text: "Restores the changelog of an application, and prints what it took as a line of JSON.",
  options: {
    bootstrap: { value: "HOST:PORT", text: "the broker", default: "127.0.0.1:9092" },
    records: { value: "N", text: "so many records", number: { min: 1 }, default: "1000000" },
    application: { value: "ID", text: "whose changelog", default: "" },
    engine: { value: "NAME", text: "where our stores lie", choices: engineNames, default: "rocksdb" },
  },
});
const { bootstrap, application, records, engine } = values;

function topology(): Topology {
  const builder = new StreamsBuilder();
  const input = `wide-${String(partitions)}-${String(records)}`;
  builder.stream(input, { key: string, value: string }).groupByKey().count({ as: "counts" });
  return builder.build();
}

{
  using state = newState(engine);
  const config = { applicationId: `m-restore-${String(Date.now())}`, brokers: [bootstrap], ...state.config };
  const counting = new KafkaStreams(topology(), config);
  await counting.start();
  await processed(counting, records);
  await counting.close();
}
using state = newState(engine);
const restoring = new KafkaStreams(topology(), { applicationId: application, brokers: [bootstrap], ...state.config });
const cpuBefore = cpuSeconds();
const beganMs = performance.now();
await restoring.start();
const startToRunningSeconds = (performance.now() - beganMs) / 1000;
const used = cpuSeconds() - cpuBefore;
const restored = restoring.metrics().recordsRestored;
await restoring.close();
process.stdout.write(`${JSON.stringify({ restored, startToRunningSeconds, cpuSeconds: used, peakMb: peakMb() })}\n`);
