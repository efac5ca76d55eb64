/**
 * Cost of a record in a task: its batch, its queue, its operators, and the encoding of what comes out, in nanoseconds of CPU.
 *
 *   node --conditions=millrace-source packages/core/src/task/task.bench.ts
 *
 * passthrough: source, filter, mapValues, sink. wordcount: lines of ten words, split, counted in a cached store.
 */
import { encodeBatch } from "@millrace/protocol";
import { filter } from "../operator/filter.ts";
import { flatMap } from "../operator/flat-map.ts";
import { mapValues } from "../operator/map-values.ts";
import { streamAggregate } from "../operator/stream-aggregate.ts";
import { tableToStream } from "../operator/table-to-stream.ts";
import { int64 } from "../serde/int64.ts";
import type { Serde } from "../serde/serde.ts";
import type { TopologyNode } from "../topology/topology.ts";
import { keyValueSpec, processor, sink, source, TaskFixture, type FixtureOptions } from "./task-fixture.ts";

const buffer = Buffer.allocUnsafeSlow(1 << 16);
let at = 0;

/** Encodes into one buffer over and over: what a producer's open batch would cost, without its framing. */
function append<K, V>(
  _partition: number,
  _timeMs: number,
  key: K | null,
  keys: Serde<K>,
  value: V | null,
  values: Serde<V>,
): void {
  if (at > 60_000) at = 0;
  if (key !== null) at = keys.write(buffer, at, key);
  if (value !== null) at = values.write(buffer, at, value);
}

function measure(name: string, nodes: readonly TopologyNode[], options: FixtureOptions, value: string): void {
  const output = { topic: (topic: string) => ({ name: topic, partitionCount: 1, append }) };
  const { task } = new TaskFixture(nodes, { ...options, output });
  const perBatch = 500;
  const batches = 400;
  let offset = 0;
  const round = (): number => {
    const built = Array.from({ length: batches }, () => {
      const records = Array.from({ length: perBatch }, (_, i) => ({
        offset: offset + i,
        timestamp: offset + i,
        key: Buffer.from(`key ${String((offset + i) % 1000)}`),
        value: Buffer.from(value.replaceAll("#", String(((offset + i) * 7919) % 997))),
      }));
      offset += perBatch;
      return [encodeBatch({ records }), perBatch, offset] as const;
    });
    const began = process.cpuUsage();
    for (const batch of built) {
      task.addBatches("in", 0, ...batch);
      while (task.process(16) > 0);
    }
    task.flush();
    const { user, system } = process.cpuUsage(began);
    return ((user + system) * 1000) / (batches * perBatch);
  };
  const rounds = Array.from({ length: 12 }, round).slice(3);
  rounds.sort((a, b) => a - b);
  console.log(
    `${name}: ${rounds[0]!.toFixed(0)} ns a record at best, ${rounds[Math.floor(rounds.length / 2)]!.toFixed(0)} in the middle`,
  );
}

const passthrough = [
  source("in"),
  processor(
    "filter",
    ["in"],
    filter<string, string>((value) => value.length > 0, false),
  ),
  processor(
    "map",
    ["filter"],
    mapValues<string, string, string>((value) => value),
  ),
  sink("out", ["map"], "out"),
];
const count = streamAggregate<string, string, number>({
  store: "counts",
  initializer: () => 0,
  aggregator: (total) => total + 1,
  sendOldValues: false,
});
const wordcount = [
  source("in"),
  processor(
    "split",
    ["in"],
    flatMap<string, string, string, string>((line) => line.split(" ").map((word) => ({ key: word, value: word }))),
  ),
  processor("count", ["split"], count, ["counts"]),
  processor("stream", ["count"], tableToStream()),
  sink("out", ["stream"], "out", { valueSerde: int64 }),
];
measure("passthrough", passthrough, {}, "value # of a hundred bytes ".padEnd(100, "x"));
measure(
  "wordcount",
  wordcount,
  { stores: [keyValueSpec("counts", { valueSerde: int64 })], cacheBytesMax: 10 << 20 },
  "a#b c#d e f#g h i#j k l#m n o",
);
