/**
 * Measures the cost of a record in a store: decode its key, count it, log and forward the count, in nanoseconds of CPU.
 *
 *   node --conditions=millrace-source packages/core/src/store/stores.bench.ts
 *
 * words: 10,000 keys, skewed; all fit in the cache. cards: 100,000 keys in windows of 60 s; they hardly repeat, so that
 * nearly every record makes an entry, evicts another, and lets a window of the engine expire in its time.
 */
import { RecordContext, type Headers } from "../record/record-context.ts";
import { int64 } from "../serde/int64.ts";
import type { Serde } from "../serde/serde.ts";
import { string } from "../serde/string.ts";
import type { TopicOutput } from "../output.ts";
import { keyValueStoreOf } from "./kinds/key-value.ts";
import { openStore } from "./kinds.ts";
import { MemoryEngine } from "./engine/memory-engine.ts";
import { RecordCache } from "./core/record-cache.ts";
import type { StoreBuild } from "./store-build.ts";
import { keyValueSpec, windowSpec } from "./test-fixture.ts";
import { windowStoreOf } from "./kinds/window.ts";

/** Encodes into one buffer over and over: what a producer's open batch would cost, without its framing. */
class EncodedOutput implements TopicOutput {
  readonly name: string = "output";
  readonly partitionCount: number = 1;
  records: number = 0;
  readonly #buffer: Buffer = Buffer.allocUnsafeSlow(1 << 16);
  #at = 0;

  append<K, V>(
    _partition: number,
    _timestampMs: number,
    key: K | null,
    keys: Serde<K>,
    value: V | null,
    values: Serde<V>,
    _headers: Headers,
  ): void {
    if (this.#at > 60_000) this.#at = 0;
    let at = this.#at;
    if (key !== null) at = keys.write(this.#buffer, at, key);
    if (value !== null) at = values.write(this.#buffer, at, value);
    this.#at = at;
    this.records += 1;
  }
}

class Run {
  readonly changelog: EncodedOutput = new EncodedOutput();
  readonly downstream: EncodedOutput = new EncodedOutput();
  readonly context: RecordContext = new RecordContext();
  readonly build: StoreBuild;

  constructor(cacheBytesMax: number) {
    const engine = new MemoryEngine();
    this.context.topic = "input";
    this.context.partition = 0;
    this.build = {
      engine,
      space: engine.space("counts", 0),
      changelog: this.changelog,
      context: this.context,
      cache: new RecordCache(cacheBytesMax),
      defaultKeySerde: string,
      bind: (serde) => serde,
      defaultValueSerde: int64,
      dropped: () => undefined,
    };
  }

  report(name: string, records: number, run: () => void): void {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    const perRecord = (((user + system) * 1000) / records).toFixed(0);
    process.stdout.write(
      `${name.padEnd(44)} ${perRecord.padStart(6)} ns, ${this.changelog.records} logged, ${this.downstream.records} forwarded\n`,
    );
  }
}

const noHeaders: Headers = [];
let seed = 1;

function random(below: number): number {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return Math.floor((seed / 4294967296) * below);
}

function words(cacheBytesMax: number, commitEvery: number, records: number): void {
  const run = new Run(cacheBytesMax);
  const { context, downstream } = run;
  const store = keyValueStoreOf<string, number>(openStore(keyValueSpec({ valueSerde: int64 }), run.build).facade, "Bench");

  store.setListener({ forward: (key, value, _old, at) => downstream.append(0, at, key, string, value, int64, noHeaders) }, false);
  const count = 1 << 16;
  const keys = Buffer.alloc(count * 9);
  for (let i = 0; i < count; i += 1) keys.write(`word${String(random(random(random(10_000) + 1) + 1)).padStart(5, "0")}`, i * 9);
  run.report(`words, cache ${cacheBytesMax}, commit every ${commitEvery}`, records, () => {
    for (let i = 0; i < records; i += 1) {
      const at = (i & (count - 1)) * 9;
      const key = string.read(keys, at, at + 9);
      context.offset = i;
      context.timestampMs = 1_700_000_000_000 + i;
      const value = store.get(key);
      store.put(key, value === null ? 1 : value + 1, context.timestampMs);
      if (i % commitEvery === commitEvery - 1) store.flush();
    }
    store.flush();
  });
}

function cards(persistent: boolean, cacheBytesMax: number, commitEvery: number, records: number): void {
  const run = new Run(cacheBytesMax);
  const { context, downstream } = run;
  const spec = windowSpec({
    valueSerde: int64,
    persistent,
    windowSizeMs: 60_000,
    retentionMs: 70_000,
    segmentIntervalMs: 60_000,
  });
  const store = windowStoreOf<string, number>(openStore(spec, run.build).facade, "Bench");
  store.setListener(
    { forward: (key, _start, value, _old, at) => downstream.append(0, at, key, string, value, int64, noHeaders) },
    false,
  );
  const count = 1 << 18;
  const keys = Buffer.alloc(count * 16);
  for (let i = 0; i < count; i += 1) keys.write(`4000${String(random(100_000)).padStart(12, "0")}`, i * 16);
  run.report(
    `cards, ${persistent ? "persistent" : "in-memory"}, cache ${cacheBytesMax}, commit every ${commitEvery}`,
    records,
    () => {
      for (let i = 0; i < records; i += 1) {
        const at = (i & (count - 1)) * 16;
        const key = string.read(keys, at, at + 16);
        const timestampMs = 1_700_000_000_000 + Math.floor(i * 1.8) - ((i * 7919) % 1000);
        const startMs = timestampMs - (timestampMs % 60_000);
        context.offset = i;
        context.timestampMs = timestampMs;
        const value = store.get(key, startMs);
        store.put(key, startMs, value === null ? 1 : value + 1, timestampMs);
        if (i % commitEvery === commitEvery - 1) store.flush();
      }
      store.flush();
    },
  );
}

const cacheBytesMax = 10 << 20;
for (let round = 0; round < 2; round += 1) {
  words(cacheBytesMax, 1_000_000, 4_000_000);
  words(cacheBytesMax, 100_000, 4_000_000);
  words(0, 100_000, 2_000_000);
  cards(true, cacheBytesMax, 1_000_000, 2_000_000);
  cards(false, cacheBytesMax, 1_000_000, 2_000_000);
  cards(true, 0, 1_000_000, 2_000_000);
}
