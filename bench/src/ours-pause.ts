/**
 * How long the event loop stands still until an application has so many uncommitted writes, and while it commits them. Each
 * record has a key of its own. With `--unbounded` the cache takes them all, so that the commit has to flush them. Prints one line of JSON.
 *
 *   node bench/dist/ours-pause.js --bootstrap H:P --records N [--engine memory] [--unbounded]
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { commandLine } from "@millrace/platform/node";
import { KafkaStreams, StreamsBuilder, string } from "millrace";
import { engineNames, newState } from "./engine.ts";
import { partitions } from "./jobs.ts";
import { peakMb, processed } from "./own-process.ts";

const { values } = commandLine({
  command: "node bench/dist/ours-pause.js",
  text: "Prints how long the event loop stood still, as a line of JSON.",
  options: {
    bootstrap: { value: "HOST:PORT", text: "the broker", default: "127.0.0.1:9092" },
    records: { value: "N", text: "so many records", number: { min: 1 }, default: "1000000" },
    engine: { value: "NAME", text: "where our stores lie", choices: engineNames, default: "rocksdb" },
    unbounded: { text: "the cache takes all writes, so that the commit has to flush them" },
  },
});
const { records } = values;
const applicationId = `m-pause-${String(Date.now())}`;
const builder = new StreamsBuilder();
const input = `wide-${String(partitions)}-${String(records)}`;
builder.stream(input, { key: string, value: string }).groupByKey().count({ as: "counts" });
using state = newState(values.engine);
const bounds = values.unbounded ? { cacheBytesMax: 2 ** 40, uncommittedBytesMax: 2 ** 40 } : {};
const config = { applicationId, brokers: [values.bootstrap], commitIntervalMs: 2 ** 31 - 1, ...bounds, ...state.config };
const streams = new KafkaStreams(builder.build(), config);
await streams.start();

const resolutionMs = 1;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();
await processed(streams, records);
const processingMs = delay.max / 1e6 - resolutionMs;
delay.reset();
const began = performance.now();
await streams.close(600_000);
const commitSeconds = (performance.now() - began) / 1000;
const commitMs = delay.max / 1e6 - resolutionMs;
if (streams.failure !== null) throw streams.failure;
process.stdout.write(`${JSON.stringify({ processingMs, commitMs, commitSeconds, peakMb: peakMb() })}\n`);
