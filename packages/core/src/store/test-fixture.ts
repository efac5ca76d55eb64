import { RecordContext, type Headers } from "../record/record-context.ts";
import type { Serde } from "../serde/serde.ts";
import { string } from "../serde/string.ts";
import type { TopicOutput } from "../output.ts";
import type { Engine } from "./engine/engine.ts";
import { MemoryEngine } from "./engine/memory-engine.ts";
import { keyValueStoreOf, type KeyValueStore, type KeyValueStoreSpec } from "./kinds/key-value.ts";
import { openStore } from "./kinds.ts";
import { windowStoreOf, type WindowStore, type WindowStoreSpec } from "./kinds/window.ts";
import { RecordCache } from "./core/record-cache.ts";
import type { ChangelogRecords, StoreBuild, TaskStore } from "./store-build.ts";
import type { WriteBudget } from "./core/write-budget.ts";

/** Record that a changelog received, for the tests of stores. */
export interface LoggedRecord {
  readonly timestampMs: number;
  readonly key: Buffer;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

/** A changelog in memory, which can be read back as a restore reads it. */
export class RecordedChangelog implements TopicOutput {
  readonly name: string = "app-store-changelog";
  readonly partitionCount: number = 1;
  readonly records: LoggedRecord[] = [];

  append<K, V>(
    _partition: number,
    timestampMs: number,
    key: K | null,
    keys: Serde<K>,
    value: V | null,
    values: Serde<V>,
    headers: Headers,
  ): void {
    this.records.push({ timestampMs, key: encoded(keys, key!), value: value === null ? null : encoded(values, value), headers });
  }

  reader(fromOffset = 0): ChangelogRecords {
    return new ChangelogReader(this.records, fromOffset);
  }
}

class ChangelogReader implements ChangelogRecords {
  buffer: Buffer = Buffer.alloc(0);
  offset: number = -1;
  timestamp: number = Number.NaN;
  keyStart: number = 0;
  keyEnd: number = 0;
  valueStart: number = 0;
  valueEnd: number = 0;
  readonly #records: readonly LoggedRecord[];

  constructor(records: readonly LoggedRecord[], fromOffset: number) {
    this.#records = records;
    this.offset = fromOffset - 1;
  }

  readHeaders(): Headers {
    return this.#records[this.offset]!.headers;
  }

  next(): boolean {
    this.offset += 1;
    const record = this.#records[this.offset];
    if (record === undefined) return false;
    // something in front, so that wrong use of positions shows
    this.buffer = Buffer.concat([Buffer.from("front"), record.key, record.value ?? Buffer.alloc(0)]);
    this.timestamp = record.timestampMs;
    this.keyStart = 5;
    this.keyEnd = 5 + record.key.length;
    this.valueStart = this.keyEnd;
    this.valueEnd = record.value === null ? -1 : this.buffer.length;
    return true;
  }
}

export function encoded<T>(serde: Serde<T>, value: T): Buffer {
  const buffer = Buffer.alloc(serde.sizeMax(value) + 3);
  return buffer.subarray(3, serde.write(buffer, 3, value));
}

/** The parts around a store, each to be looked at by the test. */
export class StoreFixture {
  readonly engine: Engine;
  readonly changelog: RecordedChangelog = new RecordedChangelog();
  readonly context: RecordContext = new RecordContext();
  readonly cache: RecordCache;
  readonly build: StoreBuild;
  dropped: number = 0;

  #acknowledged = 0;

  /** @param writeBudget for stores whose writes wait for their changelog records */
  constructor(
    cacheBytesMax: number,
    engine: Engine = new MemoryEngine(),
    store = "store",
    writeBudget: WriteBudget | null = null,
  ) {
    this.engine = engine;
    this.cache = new RecordCache(cacheBytesMax);
    this.context.topic = "in";
    this.context.partition = 0;
    this.build = {
      engine,
      space: engine.space(store, 0),
      changelog: this.changelog,
      writeBudget,
      context: this.context,
      cache: this.cache,
      defaultKeySerde: null,
      defaultValueSerde: null,
      bind: (serde) => serde,
      dropped: () => void (this.dropped += 1),
    };
  }

  /** The broker has all but the last `under way` changelog records; what that allows goes to the engine. */
  drain({ tail }: TaskStore, underWay: number): void {
    const count = this.changelog.records.length - this.#acknowledged - underWay;
    if (tail === null) return;
    if (count > 0) {
      tail.acknowledged(this.#acknowledged, count);
      this.#acknowledged += count;
    }
    while (tail.drain(0));
  }

  /** Moves to the next record in flight. */
  at(timestampMs: number, headers?: Headers): void {
    this.context.offset = Number.isNaN(this.context.offset) ? 0 : this.context.offset + 1;
    this.context.timestampMs = timestampMs;
    if (headers !== undefined) this.context.headers = headers;
  }
}

/** A key-value store with what operators and what tasks see of it in one. */
export function createKeyValueStore<K = unknown, V = unknown>(
  spec: KeyValueStoreSpec,
  build: StoreBuild,
): KeyValueStore<K, V> & TaskStore {
  const store = openStore(spec, build);
  return joined<KeyValueStore<K, V>, TaskStore>(keyValueStoreOf<K, V>(store.facade, "Test"), store);
}

/** As `createKeyValueStore`. */
export function createWindowStore<K = unknown, V = unknown>(
  spec: WindowStoreSpec,
  build: StoreBuild,
): WindowStore<K, V> & TaskStore {
  const store = openStore(spec, build);
  return joined<WindowStore<K, V>, TaskStore>(windowStoreOf<K, V>(store.facade, "Test"), store);
}

function joined<A extends object, B extends object>(first: A, second: B): A & B {
  const get = (_target: unknown, name: string): unknown => {
    const owner = (name in first ? first : second) as Record<string, unknown>;
    const value = owner[name];
    return typeof value === "function" ? value.bind(owner) : value;
  };
  return new Proxy({}, { get }) as A & B;
}

export function keyValueSpec(options: Partial<KeyValueStoreSpec> = {}): KeyValueStoreSpec {
  return {
    name: "store",
    kind: "timestampedKeyValue",
    keySerde: string,
    valueSerde: string,
    caching: true,
    logging: true,
    changelogConfig: {},
    persistent: true,
    sourceTopicAsChangelog: null,
    ...options,
  };
}

export function windowSpec(options: Partial<WindowStoreSpec> = {}): WindowStoreSpec {
  return {
    name: "store",
    kind: "timestampedWindow",
    keySerde: string,
    valueSerde: string,
    caching: true,
    logging: true,
    changelogConfig: {},
    persistent: true,
    sourceTopicAsChangelog: null,
    retentionMs: 100,
    windowSizeMs: 10,
    segmentIntervalMs: 60_000,
    retainDuplicates: false,
    ...options,
  };
}

/** An engine whose content outlives its users, as one on disk does. */
export function asPersistent(engine: Engine): Engine {
  return {
    name: engine.name,
    persistent: true,
    space: (store, partition) => engine.space(store, partition),
    batch: () => engine.batch(),
    write: (batch) => engine.write(batch),
    close: () => engine.close(),
  };
}
