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
  type FixedKeyProcessorSupplier,
  type KeyValue,
  type KeyValueMapper,
  type OperatorSpec,
  type PairsMapper,
  type Predicate,
  type ProcessorSupplier,
  type RecordView,
  type StreamPartitioner,
  type TopicNameExtractor,
  type ValuesMapper,
} from "@millrace/core";
import { argument, checkCalls, options as optionsOf } from "../checks/calls.ts";
import { callback, sinkTopic, stream as streamKind, supplier as supplierKind, table as tableKind } from "../checks/kinds.ts";
import { own } from "../checks/owners.ts";
import {
  groupedOptions,
  joinedOptions,
  namedOptions,
  processorOptions,
  producedOptions,
  repartitionedOptions,
  tableOptions,
} from "../checks/rows.ts";
import type { NodeId } from "../graph/node.ts";
import type { Changes } from "../graph/rules.ts";
import type { DraftOf } from "../graph/graph.ts";
import type { NodeOfKind } from "../graph/nodes.ts";
import type { AnyJoiner } from "./callbacks.ts";
import { KGroupedStream } from "./kgrouped-stream.ts";
import { KTable } from "./ktable.ts";
import { keyValueStore, storeName } from "../materialized.ts";
import type { NoPromise, NoPromises, Present, SameKey, Sync } from "../misuse.ts";
import { prefixes } from "../names.ts";
import type {
  GroupedOptions,
  JoinedOptions,
  NamedOptions,
  ProcessorOptions,
  ProducedOptions,
  RepartitionedOptions,
  TableOptions,
} from "../options.ts";
import { repartitionDraft } from "../repartition.ts";
import { processDraft, type ProcessDraft } from "./processing.ts";
import { call, erased, origin, type StreamState } from "./stream-state.ts";
import type { FitsKey, SinkTopic } from "../topic.ts";

/** A step that keeps, changes or drops records: the method, its name's prefix, and what the step changes. */
interface StepMethod {
  readonly method: string;
  readonly prefix: string;
  readonly changes: Changes;
}

type StepDraft = ProcessDraft | Omit<DraftOf<NodeOfKind<"streamStep">>, "name" | "origin">;

/**
 * Endless sequence of facts: each record stands for itself, and a later one with the same key replaces nothing.
 *
 * Methods append a step to the builder's program and return the stream behind it; nothing runs before the topology does.
 * Callbacks get `(value, key, record)` and are synchronous; `record` has topic, partition, offset, timestamp and headers, and is
 * valid during the call only. The key is null where a record has none. An error in a callback goes to the handler of processing
 * errors, which stops the application by default. Every method throws {@link InvalidArgumentError} for a wrong argument.
 *
 * @see Java's `KStream`
 */
export class KStream<K, V> {
  readonly #state: StreamState;
  /** Repartition topic of this stream's unnamed joins, made by the first that needs one. */
  #joinRepartition: NodeId | null = null;

  /** @internal Streams come from `builder.stream()` and from other streams. */
  constructor(state: StreamState) {
    this.#state = state;
    own(this, "stream", state.builder);
  }

  /**
   * Keeps the records for which the predicate is true. A type guard narrows the stream's values.
   *
   * @example stream.filter((attempt) => !attempt.approved)
   */
  filter<V2 extends V>(predicate: (value: V, key: K, record: RecordView) => value is V2, options?: NamedOptions): KStream<K, V2>;
  /**
   * Keeps the records for which the predicate is true.
   *
   * @example stream.filter((attempt) => !attempt.approved)
   */
  filter<R>(predicate: (value: V, key: K, record: RecordView) => boolean | NoPromise<R>, options?: NamedOptions): KStream<K, V>;
  filter(predicate: (value: V, key: K, record: RecordView) => unknown, options: NamedOptions = {}): KStream<K, V> {
    return this.#step(
      { method: "filter", prefix: prefixes.filter, changes: "nothing" },
      options,
      filter(predicate as Predicate<K, V>, false),
    );
  }

  /** Drops the records for which the predicate is true. */
  filterNot<R>(
    predicate: (value: V, key: K, record: RecordView) => boolean | NoPromise<R>,
    options: NamedOptions = {},
  ): KStream<K, V> {
    return this.#step(
      { method: "filterNot", prefix: prefixes.filter, changes: "nothing" },
      options,
      filter(predicate as Predicate<K, V>, true),
    );
  }

  /**
   * Gives each record a new key. Before the stream is next grouped or joined, it is repartitioned; that topic needs a serde of the
   * new key (`{ key }` of that call) unless the application's default fits.
   *
   * @example stream.selectKey((attempt) => attempt.card)
   */
  selectKey<K2>(mapper: ((value: V, key: K, record: RecordView) => K2) & Sync<K2>, options: NamedOptions = {}): KStream<K2, V> {
    return this.#step({ method: "selectKey", prefix: prefixes.keySelect, changes: "key" }, options, selectKey(mapper));
  }

  /**
   * Maps key and value. If the key stays, `mapValues` saves the repartitioning.
   *
   * @example stream.map((click, user) => ({ key: click.page, value: user }))
   */
  map<K2, V2, R>(
    mapper: ((value: V, key: K, record: RecordView) => KeyValue<K2, V2> | NoPromise<R>) & Sync<K2> & Sync<V2>,
    options: NamedOptions = {},
  ): KStream<K2, V2> {
    return this.#step(
      { method: "map", prefix: prefixes.map, changes: "key and value" },
      options,
      map(mapper as KeyValueMapper<K, V, K2, V2>),
    );
  }

  /**
   * Maps the value; the key, its serde and the partitioning stay. The serde of the new values is not known: later steps that need
   * one use their option `value`, else the application's default (JSON).
   *
   * @example stream.mapValues((order) => order.totalCents)
   */
  mapValues<V2>(mapper: ((value: V, key: K, record: RecordView) => V2) & Sync<V2>, options: NamedOptions = {}): KStream<K, V2> {
    return this.#step({ method: "mapValues", prefix: prefixes.mapValues, changes: "value" }, options, mapValues(mapper));
  }

  /**
   * Maps a record to any number of records, all with its timestamp and headers.
   *
   * @example stream.flatMap((order) => order.items.map((item) => ({ key: item.sku, value: item.count })))
   */
  flatMap<K2, V2, R>(
    mapper: ((value: V, key: K, record: RecordView) => Iterable<KeyValue<K2, V2>> | NoPromises<R>) & Sync<K2> & Sync<V2>,
    options: NamedOptions = {},
  ): KStream<K2, V2> {
    return this.#step(
      { method: "flatMap", prefix: prefixes.flatMap, changes: "key and value" },
      options,
      flatMap(mapper as PairsMapper<K, V, K2, V2>),
    );
  }

  /**
   * Maps a record to any number of records with its key.
   *
   * @example lines.flatMapValues((line) => line.split(" "))
   */
  flatMapValues<V2, R>(
    mapper: ((value: V, key: K, record: RecordView) => Iterable<V2> | NoPromise<R>) & Sync<V2>,
    options: NamedOptions = {},
  ): KStream<K, V2> {
    const step: StepMethod = { method: "flatMapValues", prefix: prefixes.flatMapValues, changes: "value" };
    return this.#step(step, options, flatMapValues(mapper as ValuesMapper<K, V, V2>));
  }

  /** Calls the action with each record and passes the record on. The action's result is ignored. */
  peek<R>(action: ((value: V, key: K, record: RecordView) => R) & Sync<R>, options: NamedOptions = {}): KStream<K, V> {
    return this.#step({ method: "peek", prefix: prefixes.peek, changes: "nothing" }, options, peek(action));
  }

  /** Calls the action with each record, and ends the stream. The action's result is ignored. */
  foreach<R>(action: ((value: V, key: K, record: RecordView) => R) & Sync<R>, options: NamedOptions = {}): void {
    this.#step({ method: "foreach", prefix: prefixes.foreach, changes: "nothing" }, options, foreach(action));
  }

  /**
   * Gives each record to a processor of one's own, which may keep state in stores, forward any number of records to all nodes below or to
   * one of them, and schedule calls. Serdes are not known behind it, and the stream counts as rekeyed.
   *
   * @see Java's `KStream.process`, KIP-820
   */
  process<K2, V2>(supplier: ProcessorSupplier<K, V, K2, V2>, options: ProcessorOptions = {}): KStream<K2, V2> {
    const draft = processDraft("process", supplier as never, options.stores ?? []);
    return this.#process({ method: "process", prefix: prefixes.process, changes: "key and value" }, options, draft);
  }

  /**
   * Gives each record to a processor of one's own that keeps the record's key, and so its serde and the partitioning; else as `process`.
   *
   * @see Java's `KStream.processValues`, KIP-820
   */
  processValues<V2>(supplier: FixedKeyProcessorSupplier<K, V, V2>, options: ProcessorOptions = {}): KStream<K, V2> {
    const draft = processDraft("processValues", supplier as never, options.stores ?? []);
    return this.#process({ method: "processValues", prefix: prefixes.processValues, changes: "value" }, options, draft);
  }

  /**
   * Merges both streams; each keeps its order, and there is none between them. A serde stays known where both streams have the same.
   *
   * @throws {BuildersMixedError} `STREAMS_BUILDERS_MIXED` for a stream of another builder
   */
  merge<V2>(other: KStream<K, V2>, options: NamedOptions = {}): KStream<K, V | V2> {
    const { builder, node, sources, repartitionRequired, keySerde, valueSerde } = this.#state;
    const theirs = other.#state;
    const name = builder.nodeName(options.name, prefixes.merge);
    const merged = {
      builder,
      keySerde: keySerde === theirs.keySerde ? keySerde : null,
      valueSerde: valueSerde === theirs.valueSerde ? valueSerde : null,
      keysFrom: eitherOf(this.#state.keysFrom, theirs.keysFrom),
      valuesFrom: eitherOf(this.#state.valuesFrom, theirs.valuesFrom),
    };
    return new KStream({
      ...merged,
      node: builder.append([node, theirs.node], {
        kind: "streamStep",
        name,
        origin: origin("merge", merged),
        operator: merge(),
        changes: "nothing",
        merges: true,
      }),
      name,
      sources: [...new Set([...sources, ...theirs.sources])],
      repartitionRequired: repartitionRequired || theirs.repartitionRequired,
    });
  }

  /**
   * Sends the records through a topic of their own, partitioned by the key. Records without a key are dropped, unless a
   * left join below takes them. Serdes that are not given are the stream's.
   */
  repartition(options: RepartitionedOptions<K, V> = {}): KStream<K, V> {
    const { builder, node, keysFrom, valuesFrom } = this.#state;
    const keySerde = erased(options.key) ?? this.#state.keySerde;
    const valueSerde = erased(options.value) ?? this.#state.valueSerde;
    const prefix = options.name ?? builder.generateName(prefixes.repartition);
    const draft = repartitionDraft(builder, {
      prefix,
      nameGiven: options.name !== undefined,
      origin: origin("repartition", this.#state),
      keySerde,
      valueSerde,
      partitions: options.partitions ?? null,
      partitioner: (options.partitioner as StreamPartitioner | undefined) ?? null,
      implied: false,
    });
    return new KStream({
      builder,
      node: builder.append([node], draft),
      name: draft.name,
      keySerde,
      valueSerde,
      keysFrom,
      valuesFrom,
      sources: [draft.name],
      repartitionRequired: false,
    });
  }

  /**
   * Writes the records to a topic, which must exist; a function chooses the topic of each record. Serdes that are not given are
   * those of the declared topic, else the stream's, else the application's defaults.
   *
   * @example
   * alerts.to("card-alert", { key: string, value: json() });
   * orders.to((order) => `orders-${order.country}`);
   */
  to<KS, R>(
    topic: string | ((value: V, key: K, record: RecordView) => string | NoPromise<R>) | (SinkTopic<KS, V> & FitsKey<K, KS>),
    options: ProducedOptions<K, V> = {},
  ): void {
    const { builder, node, keySerde, valueSerde } = this.#state;
    const declared = typeof topic === "object" ? (topic as SinkTopic<KS, V>) : null;
    const name = builder.nodeName(options.name, prefixes.sink);
    builder.append([node], {
      kind: "sink",
      name,
      origin: origin("to", this.#state),
      topic: declared === null ? (topic as string | TopicNameExtractor) : declared.name,
      keySerde: erased(options.key) ?? erased(declared?.key) ?? keySerde,
      valueSerde: erased(options.value) ?? erased(declared?.value) ?? valueSerde,
      partitioner: (options.partitioner as StreamPartitioner | undefined) ?? null,
    });
  }

  /**
   * Reads the stream as a table's changelog: a record sets its key's value, a null value deletes it. A stream has null values only
   * where it was read with `{ nulls: "keep" }` or a step made them. Records without a key are dropped. Serdes that are not given are
   * the stream's.
   */
  toTable(options: TableOptions<K, V> = {}): KTable<K, V> {
    const { builder, node, keysFrom, valuesFrom } = this.#state;
    const name = builder.nodeName(options.name, prefixes.toTable);
    const store = storeName(options, builder, prefixes.toTable);
    const made = origin("toTable", this.#state);
    const serdes = {
      keySerde: erased(options.key) ?? this.#state.keySerde,
      valueSerde: erased(options.value) ?? this.#state.valueSerde,
    };
    let parent = node;
    let sources = this.#state.sources;
    if (this.#state.repartitionRequired) {
      const nameGiven = options.name !== undefined;
      const draft = repartitionDraft(builder, { prefix: name, nameGiven, origin: made, ...serdes, implied: true });
      parent = builder.append([node], draft);
      sources = [draft.name];
    }
    const table = builder.append([parent], {
      kind: "toTable",
      name,
      origin: made,
      store: keyValueStore(store, options, serdes),
      materialized: options.as !== undefined,
      sendsOldValues: false,
    });
    return new KTable({ builder, node: table, name, ...serdes, keysFrom, valuesFrom, sources }, options.as ?? null);
  }

  /** Groups the records by their key, to be aggregated. Serdes that are not given are the stream's. */
  groupByKey(options: GroupedOptions<K, V> = {}): KGroupedStream<K, V> {
    return new KGroupedStream({
      ...this.#state,
      keySerde: erased(options.key) ?? this.#state.keySerde,
      valueSerde: erased(options.value) ?? this.#state.valueSerde,
      groupName: options.name ?? null,
      groupedBy: "groupByKey",
    });
  }

  /**
   * Groups the records by a key made of each: `selectKey` and `groupByKey` in one. The serde of the new key is `{ key }`, else the
   * application's default; that of the values is the stream's unless `{ value }` is given.
   *
   * @example clicks.groupBy((click) => click.page).count()
   */
  groupBy<K2>(
    mapper: ((value: V, key: K, record: RecordView) => K2) & Sync<K2>,
    options: GroupedOptions<K2, V> = {},
  ): KGroupedStream<K2, V> {
    const { builder, node, sources, valuesFrom } = this.#state;
    const name = builder.nodeName(options.name, prefixes.keySelect);
    const by = call("groupBy", name);
    const selected = builder.append([node], {
      kind: "streamStep",
      name,
      origin: origin("groupBy", this.#state),
      operator: selectKey(mapper, "groupBy"),
      changes: "key",
      merges: false,
    });
    return new KGroupedStream({
      builder,
      node: selected,
      name,
      keySerde: erased(options.key),
      valueSerde: erased(options.value) ?? this.#state.valueSerde,
      keysFrom: by,
      valuesFrom,
      sources,
      repartitionRequired: true,
      groupName: options.name ?? null,
      groupedBy: "groupBy",
    });
  }

  /**
   * Joins each record with the table's value of its key at that moment. Records without key, value or partner are dropped.
   * Changes of the table produce nothing. Topics of both sides need the same number of partitions, and the same bytes for the same
   * key; a stream whose key has changed is repartitioned first, with the serdes of the options, else the stream's, and for the key
   * else the table's.
   *
   * @example orders.join(customers, (order, customer) => ({ ...order, name: customer.name }))
   * @throws {BuildersMixedError} `STREAMS_BUILDERS_MIXED` for a table of another builder
   */
  join<K2, V2, R>(
    table: KTable<K2, V2> & SameKey<K, K2>,
    joiner: ((left: Present<V>, right: Present<V2>, key: K) => R) & Sync<R>,
    options: JoinedOptions<K, V> = {},
  ): KStream<K, R> {
    return this.#joinTable("join", table, joiner as AnyJoiner, options);
  }

  /** Joins like `join`, but a record without a partner, or without a key, is joined with null. */
  leftJoin<K2, V2, R>(
    table: KTable<K2, V2> & SameKey<K, K2>,
    joiner: ((left: Present<V>, right: Present<V2> | null, key: K) => R) & Sync<R>,
    options: JoinedOptions<K, V> = {},
  ): KStream<K, R> {
    return this.#joinTable("leftJoin", table, joiner as AnyJoiner, options);
  }

  #joinTable<K2, V2, R>(
    method: "join" | "leftJoin",
    table: KTable<K2, V2>,
    joiner: AnyJoiner,
    options: JoinedOptions<K, V>,
  ): KStream<K, R> {
    const left = method === "leftJoin";
    const theirs = KTable.stateOf(table);
    const serdes = {
      keySerde: erased(options.key) ?? this.#state.keySerde ?? theirs.keySerde,
      valueSerde: erased(options.value) ?? this.#state.valueSerde,
    };
    const stream = this.#state.repartitionRequired ? this.#repartitionedForJoin(method, options, serdes) : this.#state;
    const { builder, node, keysFrom } = stream;
    const sources = [...new Set([...stream.sources, ...theirs.sources])];
    builder.copartition(sources);
    const name = builder.nodeName(options.name, left ? prefixes.leftJoin : prefixes.join);
    const by = call(method, name);
    const join = builder.append([node], {
      kind: "streamTableJoin",
      name,
      origin: origin(method, stream),
      table: theirs.node,
      joiner,
      left,
    });
    const { keySerde } = serdes;
    const joined = { builder, node: join, name, keySerde, valueSerde: null, keysFrom, valuesFrom: by, sources };
    return new KStream({ ...joined, repartitionRequired: false });
  }

  #repartitionedForJoin(
    method: string,
    options: JoinedOptions<K, V>,
    serdes: Pick<StreamState, "keySerde" | "valueSerde">,
  ): StreamState {
    const { builder, node, name, keysFrom, valuesFrom } = this.#state;
    const prefix = options.name ?? name;
    // The names are made each time, since that consumes indices; the topic of an unnamed join is shared by later ones.
    const nameGiven = options.name !== undefined;
    const made = origin(method, this.#state);
    const draft = repartitionDraft(builder, { prefix, nameGiven, origin: made, ...serdes, implied: true });
    if (this.#joinRepartition === null || prefix !== name) this.#joinRepartition = builder.append([node], draft);
    return {
      builder,
      node: this.#joinRepartition,
      name: draft.name,
      ...serdes,
      keysFrom,
      valuesFrom,
      sources: [draft.name],
      repartitionRequired: false,
    };
  }

  #step<K2, V2>(step: StepMethod, options: NamedOptions, operator: OperatorSpec): KStream<K2, V2> {
    const name = this.#state.builder.nodeName(options.name, step.prefix);
    return this.#behind(step, name, { kind: "streamStep", operator, changes: step.changes, merges: false });
  }

  #process<K2, V2>(step: StepMethod, options: ProcessorOptions, draft: ProcessDraft): KStream<K2, V2> {
    // Unlike elsewhere, a name that is given consumes no index.
    return this.#behind(step, options.name ?? this.#state.builder.generateName(step.prefix), draft);
  }

  #behind<K2, V2>({ method, changes }: StepMethod, name: string, draft: StepDraft): KStream<K2, V2> {
    const { builder, node, keySerde, valueSerde, keysFrom, valuesFrom, sources, repartitionRequired } = this.#state;
    const by = call(method, name);
    const rekeyed = changes === "key" || changes === "key and value";
    const revalued = changes === "value" || changes === "key and value";
    const made = origin(method, this.#state);
    return new KStream({
      builder,
      node: builder.append([node], { ...draft, name, origin: made }),
      name,
      keySerde: rekeyed ? null : keySerde,
      valueSerde: revalued ? null : valueSerde,
      keysFrom: rekeyed ? by : keysFrom,
      valuesFrom: revalued ? by : valuesFrom,
      sources,
      repartitionRequired: repartitionRequired || rekeyed,
    });
  }
}

function eitherOf(one: string, other: string): string {
  return one === other ? one : `${one} or ${other}`;
}

const step = (parameter: string) => [argument(parameter, callback), optionsOf(namedOptions)];
const join = [argument("table", tableKind), argument("joiner", callback), optionsOf(joinedOptions)];

checkCalls<KStream<unknown, unknown>>(KStream, {
  filter: step("predicate"),
  filterNot: step("predicate"),
  selectKey: step("mapper"),
  map: step("mapper"),
  mapValues: step("mapper"),
  flatMap: step("mapper"),
  flatMapValues: step("mapper"),
  peek: step("action"),
  foreach: step("action"),
  process: [argument("supplier", supplierKind), optionsOf(processorOptions)],
  processValues: [argument("supplier", supplierKind), optionsOf(processorOptions)],
  merge: [argument("other stream", streamKind), optionsOf(namedOptions)],
  repartition: [optionsOf(repartitionedOptions)],
  to: [argument("topic", sinkTopic), optionsOf(producedOptions)],
  toTable: [optionsOf(tableOptions)],
  groupByKey: [optionsOf(groupedOptions)],
  groupBy: [argument("mapper", callback), optionsOf(groupedOptions)],
  join,
  leftJoin: join,
});
