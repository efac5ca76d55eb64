import {
  filter,
  flatMap,
  flatMapValues,
  foreach,
  map,
  mapValues,
  merge,
  peek,
  selectKey,
  streamTableJoin,
  type KeyValue,
  type OperatorSpec,
  type RecordView,
  type StreamPartitioner,
  type TopicNameExtractor,
} from "@millrace/core";
import { KGroupedStream } from "./kgrouped-stream.ts";
import { KTable, tableState } from "./ktable.ts";
import type { NodeId, StreamStepNode } from "./graph/graph.ts";
import { keyValueStore, storeName } from "./materialized.ts";
import type { NoPromise, Present, SameKey, Sync } from "./misuse.ts";
import { checkName, prefixes } from "./names.ts";
import {
  hasMaterialized,
  type GroupedOptions,
  type JoinedOptions,
  type NamedOptions,
  type ProducedOptions,
  type RepartitionedOptions,
  type TableOptions,
} from "./options.ts";
import { repartitionDraft } from "./repartition.ts";
import { erased, type StreamState } from "./stream-state.ts";
import type { FitsKey, SinkTopic } from "./topic.ts";

type Joiner = (left: unknown, right: unknown, key: unknown) => unknown;

/**
 * An endless sequence of facts: each record stands for itself, and a later one with the same key replaces nothing.
 *
 * Methods append a step to the builder's program and return the stream behind it; nothing runs before the topology does.
 * Callbacks get `(value, key, record)`, are synchronous, and see a null key or value where a record has none.
 */
export class KStream<K, V> {
  readonly #state: StreamState;
  /** The repartition topic of this stream's unnamed joins, made by the first that needs one. */
  #joinRepartition: NodeId | null = null;

  /** @internal Streams come from `builder.stream()` and from other streams. */
  constructor(state: StreamState) {
    this.#state = state;
  }

  /** Keeps the records for which the predicate is true. */
  filter<V2 extends V>(predicate: (value: V, key: K, record: RecordView) => value is V2, options?: NamedOptions): KStream<K, V2>;
  filter<R>(predicate: (value: V, key: K, record: RecordView) => boolean | NoPromise<R>, options?: NamedOptions): KStream<K, V>;
  filter(predicate: (value: V, key: K, record: RecordView) => unknown, options: NamedOptions = {}): KStream<K, V> {
    return this.#step(prefixes.filter, options, filter(predicate as never, false), "nothing");
  }

  /** Drops the records for which the predicate is true. */
  filterNot<R>(
    predicate: (value: V, key: K, record: RecordView) => boolean | NoPromise<R>,
    options: NamedOptions = {},
  ): KStream<K, V> {
    return this.#step(prefixes.filter, options, filter(predicate as never, true), "nothing");
  }

  /** Gives each record a new key. Before the stream is next grouped or joined, it is repartitioned. */
  selectKey<K2>(mapper: ((value: V, key: K, record: RecordView) => K2) & Sync<K2>, options: NamedOptions = {}): KStream<K2, V> {
    return this.#step(prefixes.keySelect, options, selectKey(mapper as never), "key");
  }

  /** Maps key and value. Where the key stays, `mapValues` spares the repartitioning. */
  map<K2, V2, R>(
    mapper: (value: V, key: K, record: RecordView) => KeyValue<K2, V2> | NoPromise<R>,
    options: NamedOptions = {},
  ): KStream<K2, V2> {
    return this.#step(prefixes.map, options, map(mapper as never), "key and value");
  }

  mapValues<V2>(mapper: ((value: V, key: K, record: RecordView) => V2) & Sync<V2>, options: NamedOptions = {}): KStream<K, V2> {
    return this.#step(prefixes.mapValues, options, mapValues(mapper as never), "value");
  }

  /** Maps a record to any number of records, all with its timestamp and headers. */
  flatMap<K2, V2, R>(
    mapper: (value: V, key: K, record: RecordView) => Iterable<KeyValue<K2, V2>> | NoPromise<R>,
    options: NamedOptions = {},
  ): KStream<K2, V2> {
    return this.#step(prefixes.flatMap, options, flatMap(mapper as never), "key and value");
  }

  /** Maps a record to any number of records with its key. */
  flatMapValues<V2, R>(
    mapper: (value: V, key: K, record: RecordView) => Iterable<V2> | NoPromise<R>,
    options: NamedOptions = {},
  ): KStream<K, V2> {
    return this.#step(prefixes.flatMapValues, options, flatMapValues(mapper as never), "value");
  }

  /** Looks at each record and passes it on. */
  peek<R>(action: ((value: V, key: K, record: RecordView) => R) & Sync<R>, options: NamedOptions = {}): KStream<K, V> {
    return this.#step(prefixes.peek, options, peek(action as never), "nothing");
  }

  /** Ends the stream in a side effect. */
  foreach<R>(action: ((value: V, key: K, record: RecordView) => R) & Sync<R>, options: NamedOptions = {}): void {
    this.#step(prefixes.foreach, options, foreach(action as never), "nothing");
  }

  /** The records of both streams, each stream's in its order. As neither stream's serdes fit both, none is known behind it. */
  merge<V2>(other: KStream<K, V2>, options: NamedOptions = {}): KStream<K, V | V2> {
    const { builder, node, sources, repartitionRequired } = this.#state;
    const theirs = other.#state;
    const name = builder.nodeName(options.name, prefixes.merge);
    return new KStream({
      builder,
      node: builder.append([node, theirs.node], {
        kind: "streamStep",
        name,
        operator: merge(),
        changes: "nothing",
        merges: true,
      }),
      name,
      keySerde: null,
      valueSerde: null,
      sources: [...new Set([...sources, ...theirs.sources])],
      repartitionRequired: repartitionRequired || theirs.repartitionRequired,
    });
  }

  /**
   * Sends the records through a topic of their own, partitioned by the key. Records without a key are dropped, unless a
   * left join below takes them.
   */
  repartition(options: RepartitionedOptions<K, V> = {}): KStream<K, V> {
    const { builder, node, keySerde, valueSerde } = this.#state;
    if (options.name !== undefined) checkName(options.name);
    const draft = repartitionDraft(builder, {
      prefix: options.name ?? builder.generateName(prefixes.repartition),
      nameGiven: options.name !== undefined,
      keySerde: erased(options.key),
      valueSerde: erased(options.value) ?? valueSerde,
      partitions: options.partitions ?? null,
      partitioner: (options.partitioner as StreamPartitioner | undefined) ?? null,
      implied: false,
    });
    return new KStream({
      builder,
      node: builder.append([node], draft),
      name: draft.name,
      keySerde: erased(options.key) ?? keySerde,
      valueSerde: draft.valueSerde,
      sources: [draft.name],
      repartitionRequired: false,
    });
  }

  /** Writes the records to a topic, which must exist; a function chooses the topic of each record. */
  to<KS, R>(
    topic: string | ((value: V, key: K, record: RecordView) => string | NoPromise<R>) | (SinkTopic<KS, V> & FitsKey<K, KS>),
    options: ProducedOptions<K, V> = {},
  ): void {
    const { builder, node, keySerde, valueSerde } = this.#state;
    const declared = typeof topic === "object" ? (topic as SinkTopic<KS, V>) : null;
    builder.append([node], {
      kind: "sink",
      name: builder.nodeName(options.name, prefixes.sink),
      topic: declared === null ? (topic as string | TopicNameExtractor) : declared.name,
      keySerde: erased(options.key) ?? erased(declared?.key) ?? keySerde,
      valueSerde: erased(options.value) ?? erased(declared?.value) ?? valueSerde,
      partitioner: (options.partitioner as StreamPartitioner | undefined) ?? null,
    });
  }

  /** Reads the stream as a table's changelog: a record sets its key's value, a null value deletes it. */
  toTable(options: TableOptions<K, V> = {}): KTable<K, V> {
    const { builder, node } = this.#state;
    const name = builder.nodeName(options.name, prefixes.toTable);
    const store = storeName(options, builder, prefixes.toTable);
    const keySerde = erased(options.key) ?? this.#state.keySerde;
    const valueSerde = erased(options.value) ?? this.#state.valueSerde;
    // As in Java, a store whose Materialized lacks a serde does not take the stream's, though the table does.
    const storeSerdes = hasMaterialized(options)
      ? { keySerde: erased(options.key), valueSerde: erased(options.value) }
      : { keySerde, valueSerde };
    let parent = node;
    let sources = this.#state.sources;
    if (this.#state.repartitionRequired) {
      const draft = repartitionDraft(builder, {
        prefix: name,
        nameGiven: options.name !== undefined,
        keySerde,
        valueSerde,
        implied: true,
      });
      parent = builder.append([node], draft);
      sources = [draft.name];
    }
    const table = builder.append([parent], {
      kind: "toTable",
      name,
      store: keyValueStore(store, options, storeSerdes),
      materialized: options.as !== undefined,
      sendsOldValues: false,
    });
    return new KTable({ builder, node: table, name, keySerde, valueSerde, sources }, options.as ?? null);
  }

  /** Groups the records by their key. */
  groupByKey(options?: GroupedOptions<K, V>): KGroupedStream<K, V> {
    const { keySerde, valueSerde } = this.#state;
    const grouped =
      options === undefined ? { keySerde, valueSerde } : { keySerde: erased(options.key), valueSerde: erased(options.value) };
    if (options?.name !== undefined) checkName(options.name);
    return new KGroupedStream({ ...this.#state, ...grouped, groupName: options?.name ?? null });
  }

  /** Groups the records by a key made of each: `selectKey` and `groupByKey` in one. */
  groupBy<K2>(
    mapper: ((value: V, key: K, record: RecordView) => K2) & Sync<K2>,
    options?: GroupedOptions<K2, V>,
  ): KGroupedStream<K2, V> {
    const { builder, node, sources, valueSerde } = this.#state;
    const grouped =
      options === undefined
        ? { keySerde: null, valueSerde }
        : { keySerde: erased(options.key), valueSerde: erased(options.value) };
    const name = builder.nodeName(options?.name, prefixes.keySelect);
    const operator = selectKey(mapper as never, "groupBy");
    const selected = builder.append([node], { kind: "streamStep", name, operator, changes: "key", merges: false });
    return new KGroupedStream({
      builder,
      node: selected,
      name,
      ...grouped,
      sources,
      repartitionRequired: true,
      groupName: options?.name ?? null,
    });
  }

  /**
   * Joins each record with the table's value of its key at that moment. Records without key, value or partner are dropped.
   * Changes of the table produce nothing.
   */
  join<K2, V2, R>(
    table: KTable<K2, V2> & SameKey<K, K2>,
    joiner: ((left: Present<V>, right: Present<V2>, key: K) => R) & Sync<R>,
    options: JoinedOptions<K, V> = {},
  ): KStream<K, R> {
    return this.#joinTable(table, joiner as Joiner, options, false);
  }

  /** As `join`, but a record without a partner, or without a key, is joined with null. */
  leftJoin<K2, V2, R>(
    table: KTable<K2, V2> & SameKey<K, K2>,
    joiner: ((left: Present<V>, right: Present<V2> | null, key: K) => R) & Sync<R>,
    options: JoinedOptions<K, V> = {},
  ): KStream<K, R> {
    return this.#joinTable(table, joiner as Joiner, options, true);
  }

  #joinTable<K2, V2, R>(table: KTable<K2, V2>, joiner: Joiner, options: JoinedOptions<K, V>, left: boolean): KStream<K, R> {
    if (options.name !== undefined) checkName(options.name);
    const stream = this.#state.repartitionRequired ? this.#repartitionedForJoin(options) : this.#state;
    const { builder, node } = stream;
    const theirs = tableState(table);
    const sources = [...new Set([...stream.sources, ...theirs.sources])];
    builder.copartition(sources);
    const name = builder.nodeName(options.name, left ? prefixes.leftJoin : prefixes.join);
    const join = builder.append([node], {
      kind: "streamTableJoin",
      name,
      table: theirs.node,
      operator: (getter) => streamTableJoin({ getter, joiner, left }),
      nullKeys: left,
    });
    const keySerde = erased(options.key) ?? stream.keySerde;
    return new KStream({ builder, node: join, name, keySerde, valueSerde: null, sources, repartitionRequired: false });
  }

  #repartitionedForJoin(options: JoinedOptions<K, V>): StreamState {
    const { builder, node, name } = this.#state;
    const keySerde = erased(options.key) ?? this.#state.keySerde;
    const valueSerde = erased(options.value) ?? this.#state.valueSerde;
    const prefix = options.name ?? name;
    // The names are made each time, since that consumes indices; the topic of an unnamed join is shared by later ones.
    const draft = repartitionDraft(builder, {
      prefix,
      nameGiven: options.name !== undefined,
      keySerde,
      valueSerde,
      implied: true,
    });
    if (this.#joinRepartition === null || prefix !== name) this.#joinRepartition = builder.append([node], draft);
    return {
      builder,
      node: this.#joinRepartition,
      name: draft.name,
      keySerde,
      valueSerde,
      sources: [draft.name],
      repartitionRequired: false,
    };
  }

  #step<K2, V2>(
    prefix: string,
    options: NamedOptions,
    operator: OperatorSpec,
    changes: StreamStepNode["changes"],
  ): KStream<K2, V2> {
    const { builder, node, keySerde, valueSerde, sources, repartitionRequired } = this.#state;
    const name = builder.nodeName(options.name, prefix);
    const rekeyed = changes === "key" || changes === "key and value";
    return new KStream({
      builder,
      node: builder.append([node], { kind: "streamStep", name, operator, changes, merges: false }),
      name,
      keySerde: rekeyed ? null : keySerde,
      valueSerde: changes === "nothing" || changes === "key" ? valueSerde : null,
      sources,
      repartitionRequired: repartitionRequired || rekeyed,
    });
  }
}
