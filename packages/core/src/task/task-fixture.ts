import { encodeBatch, type RecordHeader } from "@millrace/protocol";
import { noHeaders, type Headers } from "../record/record-context.ts";
import { Windowed } from "../record/windowed.ts";
import type { OperatorSpec } from "../operator/operator-spec.ts";
import { int64 } from "../serde/int64.ts";
import { string } from "../serde/string.ts";
import { windowed } from "../serde/windowed.ts";
import type { Engine } from "../store/engine/engine.ts";
import { MemoryEngine } from "../store/engine/memory-engine.ts";
import type { StoreSpec } from "../store/kinds.ts";
import { RecordCache } from "../store/core/record-cache.ts";
import type { KeyValueStoreSpec } from "../store/kinds/key-value.ts";
import type { WindowStoreSpec } from "../store/kinds/window.ts";
import type { ProcessorNode, SinkNode, SourceNode, TopologyNode } from "../topology/topology.ts";
import type { TopicOutput } from "../output.ts";
import { Task, type TaskOptions } from "./task.ts";
import { TaskStores } from "./task-stores.ts";

/** Record that a task wrote, for tests: key and value as they were given to the output. */
export interface Written {
  readonly topic: string;
  readonly partition: number;
  readonly key: unknown;
  readonly value: unknown;
  readonly timestampMs: number;
  readonly headers: Headers;
}

export interface FixtureOptions extends Partial<Omit<TaskOptions, "nodes" | "stores">> {
  readonly stores?: readonly StoreSpec[];
  readonly engine?: Engine;
  readonly cacheBytesMax?: number;
  /** Partition count of every topic that is written. Default 1. */
  readonly partitionCount?: number;
}

/** A task in a test: nodes in, records in, what was written out. Keys and values are strings by default. */
export class TaskFixture {
  readonly task: Task;
  readonly stores: TaskStores;
  /** Wall-clock time, milliseconds. */
  nowMs: number = 0;
  #written: Written[] = [];
  readonly #offsets = new Map<string, number>();

  constructor(nodes: readonly TopologyNode[], options: FixtureOptions = {}) {
    const { cacheBytesMax = 0, partitionCount = 1, stores: specs = [], engine = new MemoryEngine(), ...rest } = options;
    const common = {
      applicationId: "app",
      partition: 0,
      nodes,
      defaults: { key: string, value: string },
      output: { topic: (name: string) => this.#topic(name, partitionCount) },
      ...rest,
    };
    const cache = cacheBytesMax === 0 ? null : new RecordCache(cacheBytesMax);
    this.stores = new TaskStores({ ...common, taskId: "0_0", specs, engine, cache });
    this.task = new Task({ id: "0_0", repartitionTopics: [], nowMs: () => this.nowMs, ...common, stores: this.stores });
    this.task.init();
  }

  /** Queues a record of a topic; offsets count up from 0. */
  add(
    topic: string,
    key: string | null,
    value: string | null,
    timestampMs: number,
    headers: readonly RecordHeader[] = noHeaders,
  ): void {
    const offset = this.#offsets.get(topic) ?? 0;
    this.#offsets.set(topic, offset + 1);
    const batch = encodeBatch({ records: [{ offset, timestamp: timestampMs, key: bytes(key), value: bytes(value), headers }] });
    this.task.addBatches(topic, 0, batch, 1, offset + 1);
  }

  /** Queues a record, processes all that waits, and gives what was written, without changelogs. */
  pipe(topic: string, key: string | null, value: string | null, timestampMs: number): Written[] {
    this.add(topic, key, value, timestampMs);
    this.task.process(Number.MAX_SAFE_INTEGER);
    return this.take();
  }

  /** Returns the records written since the last call, without changelogs. */
  take(): Written[] {
    const taken = this.#written;
    this.#written = [];
    return taken;
  }

  /** Does the same as `pipe` and returns each record as `key=value@time`. */
  shown(topic: string, key: string | null, value: string | null, timestampMs: number): string[] {
    return this.pipe(topic, key, value, timestampMs).map(show);
  }

  #topic(name: string, partitionCount: number): TopicOutput {
    return {
      name,
      partitionCount,
      append: (partition, timestampMs, key, keySerde, value, valueSerde, headers) => {
        // What cannot be written must fail here, as it does in a batch.
        for (const [field, serde] of [
          [key, keySerde],
          [value, valueSerde],
        ] as const) {
          if (field !== null) serde.write(Buffer.alloc(serde.sizeMax(field as never)), 0, field as never);
        }
        if (!name.endsWith("-changelog")) this.#written.push({ topic: name, partition, key, value, timestampMs, headers });
      },
    };
  }
}

export function show({ key, value, timestampMs }: Pick<Written, "key" | "value" | "timestampMs">): string {
  const shownKey = key instanceof Windowed ? `${String(key.key)}[${key.start},${key.end})` : String(key);
  return `${shownKey}=${String(value)}@${timestampMs}`;
}

export function source(name: string, topics: readonly string[] = [name], more: Partial<SourceNode> = {}): SourceNode {
  return { kind: "source", name, topics, keySerde: null, valueSerde: null, timestampExtractor: null, reset: null, ...more };
}

export function processor(
  name: string,
  parents: readonly string[],
  operator: OperatorSpec,
  stores: readonly string[] = [],
): ProcessorNode {
  return { kind: "processor", name, parents, stores, operator };
}

export function sink(name: string, parents: readonly string[], topic: SinkNode["topic"], more: Partial<SinkNode> = {}): SinkNode {
  return { kind: "sink", name, parents, topic, keySerde: null, valueSerde: null, partitioner: null, ...more };
}

/** Spec of a store with string keys and string values, or numbers if `counts` is set. */
export function keyValueSpec(name: string, more: Partial<KeyValueStoreSpec> = {}): KeyValueStoreSpec {
  return {
    name,
    kind: "timestampedKeyValue",
    keySerde: null,
    valueSerde: null,
    caching: true,
    logging: true,
    changelogConfig: {},
    persistent: true,
    sourceTopicAsChangelog: null,
    ...more,
  };
}

export function windowSpec(name: string, windowSizeMs: number, retentionMs: number): WindowStoreSpec {
  return {
    name,
    kind: "timestampedWindow",
    keySerde: null,
    valueSerde: int64,
    caching: true,
    logging: true,
    changelogConfig: {},
    persistent: true,
    sourceTopicAsChangelog: null,
    retentionMs,
    windowSizeMs,
    segmentIntervalMs: 60_000,
    retainDuplicates: false,
  };
}

/** A sink of windowed string keys and numbers. */
export function windowedSink(parent: string, topic: string, sizeMs: number): SinkNode {
  return sink(`${parent}-sink`, [parent], topic, { keySerde: windowed(string, sizeMs), valueSerde: int64 });
}

function bytes(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text, "utf8");
}

/** Batches with the number of their records and the offset behind them, as a fetcher hands them over; damage it does not see. */
export function fetched(buffer: Buffer): [buffer: Buffer, recordCount: number, nextOffset: number] {
  let recordCount = 0;
  let nextOffset = 0;
  for (let at = 0; at + 61 <= buffer.length;) {
    const end = at + 12 + buffer.readInt32BE(at + 8);
    if (end > buffer.length) break;
    const count = Math.max(0, buffer.readInt32BE(at + 57));
    recordCount += count;
    nextOffset = Number(buffer.readBigInt64BE(at)) + Math.max(1, Math.min(count, buffer.readInt32BE(at + 23) + 1));
    at = Math.max(end, at + 61);
  }
  return [buffer, recordCount, nextOffset];
}
