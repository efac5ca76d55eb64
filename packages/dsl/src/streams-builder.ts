import type { StoreDefinition, TimestampExtractor, Topology } from "@millrace/core";
import { argument, checkCalls, options as optionsOf } from "./checks/calls.ts";
import { stateStore as stateStoreKind, topic as topicKind, topics as topicsKind } from "./checks/kinds.ts";
import { own } from "./checks/owners.ts";
import { buildOptions, streamOptions, tableSourceOptions } from "./checks/rows.ts";
import type { BuildOptions } from "./build-options.ts";
import { checkExplicitNames } from "./graph/explicit-names.ts";
import { GraphBuilder } from "./graph/graph-builder.ts";
import { lower } from "./graph/lower.ts";
import { passes } from "./graph/passes.ts";
import { KStream } from "./stream/kstream.ts";
import { KTable } from "./stream/ktable.ts";
import { definedStore, keyValueStore, storeName } from "./materialized.ts";
import { checkName, prefixes } from "./names.ts";
import { optimizationsOf } from "./optimization.ts";
import type { Nulls, StreamOptions, TableSourceOptions } from "./options.ts";
import { call, erased, origin } from "./stream/stream-state.ts";
import type { Topic } from "./topic.ts";

/**
 * Builds a program of streams and tables. Streams of different builders do not mix. Every method throws
 * {@link InvalidArgumentError} for a wrong argument.
 *
 * @example
 * const builder = new StreamsBuilder();
 * builder.stream("lines", { value: string }).flatMapValues((line) => line.split(" ")).to("words");
 * const topology = builder.build();
 * @see Java's `StreamsBuilder`
 */
export class StreamsBuilder {
  readonly #graph: GraphBuilder = new GraphBuilder();

  constructor() {
    own(this, "builder", this.#graph);
  }

  /**
   * Reads topics as a stream. Streams of the same topics share one source, and so its serdes.
   *
   * Without serdes, keys are taken for strings, and values are `unknown`: whatever JSON holds. The type of the values has no null, so
   * records with a null value are dropped at the source, logged and counted; `{ nulls: "keep" }` hands them on, as Java does, and
   * makes the type `V | null`. A null key is handed on in any case.
   *
   * @example
   * builder.stream(clicks);
   * builder.stream(["orders-eu", "orders-us"], { value: json(Order) });
   * builder.stream(users, { nulls: "keep" }).filter((user) => user === null);
   */
  stream<K = string, V = unknown, N extends Nulls = "drop">(
    topics: string | readonly string[] | Topic<K, V>,
    options: StreamOptions<K, V, N> = {},
  ): KStream<K, N extends "keep" ? V | null : V> {
    const declared = declaredTopic(topics);
    const name = this.#graph.nodeName(options.name, prefixes.source);
    const keySerde = erased(options.key) ?? erased(declared?.key);
    const valueSerde = erased(options.value) ?? erased(declared?.value);
    const by = call("stream", name);
    const made = { keysFrom: by, valuesFrom: by };
    const node = this.#graph.append([], {
      kind: "streamSource",
      name,
      origin: origin("stream", made),
      topics: Object.freeze(
        declared !== null ? [declared.name] : typeof topics === "string" ? [topics] : [...(topics as readonly string[])],
      ),
      keySerde,
      valueSerde,
      timestampExtractor: (options.timestampExtractor as TimestampExtractor | undefined) ?? null,
      reset: options.reset ?? null,
      nulls: options.nulls ?? "drop",
    });
    const state = { builder: this.#graph, node, name, keySerde, valueSerde, ...made };
    return new KStream({ ...state, sources: [name], repartitionRequired: false });
  }

  /**
   * Reads a topic as a table: its records are changes, a null value deletes. `name` names the processor, and its source
   * with `-source` behind it; `as` the store. Records without a key are dropped.
   *
   * Java's three ways are one here, since they come to the same: the serdes are those of Consumed if there is one, else
   * those of Materialized, for source and store alike.
   *
   * @example builder.table(users, { as: "users" })
   */
  table<K = string, V = unknown>(topic: string | Topic<K, V>, options: TableSourceOptions<K, V> = {}): KTable<K, V | null> {
    const declared = declaredTopic(topic);
    const topicName = declared?.name ?? (topic as string);
    const store = storeName(options, this.#graph, `${topicName}-`);
    const generatedSource = this.#graph.generateName(prefixes.source);
    const name = this.#graph.nodeName(options.name, prefixes.tableSource);
    const sourceName = options.name === undefined ? generatedSource : `${options.name}-source`;
    checkName(sourceName);
    const keySerde = erased(options.key) ?? erased(declared?.key);
    const valueSerde = erased(options.value) ?? erased(declared?.value);
    const by = call("table", name);
    const made = { keysFrom: by, valuesFrom: by };
    const node = this.#graph.append([], {
      kind: "tableSource",
      name,
      origin: origin("table", made),
      sourceName,
      topic: topicName,
      keySerde,
      valueSerde,
      timestampExtractor: (options.timestampExtractor as TimestampExtractor | undefined) ?? null,
      reset: options.reset ?? null,
      store: keyValueStore(store, options, { keySerde, valueSerde }),
      materialized: options.as !== undefined,
      sendsOldValues: false,
    });
    const state = { builder: this.#graph, node, name, keySerde, valueSerde, ...made, sources: [sourceName] };
    return new KTable(state, options.as ?? null);
  }

  /**
   * Adds a store for processors to connect to, by its name.
   *
   * @example
   * builder.addStateStore(keyValueStore("seen", { key: string, value: int64 }));
   * builder.stream(clicks).process(dedupe, { stores: ["seen"] });
   */
  addStateStore(store: StoreDefinition): this {
    const name = store.spec.name;
    const by = call("addStateStore", name);
    const made = origin("addStateStore", { keysFrom: by, valuesFrom: by });
    this.#graph.append([], { kind: "stateStore", name, origin: made, store: definedStore(store) });
    return this;
  }

  /**
   * Returns the program so far as a topology. May be called again, also after more was added.
   *
   * @throws {TopologyError} `STREAMS_INVALID_TOPOLOGY` when names or topics collide
   * @throws {InvalidOptimizationError} `STREAMS_INVALID_OPTIMIZATION`
   * @throws {UnmergeableRepartitionError} `STREAMS_UNMERGEABLE_REPARTITION` with `merge.repartition.topics` only
   */
  build(options: BuildOptions = {}): Topology {
    const written = this.#graph.graph();
    const graph = passes(optimizationsOf(options.optimization ?? "none")).reduce((passed, pass) => pass(passed), written);
    // As in Java, what the optimizations spare needs a name as well.
    if (options.explicitNames === true) checkExplicitNames(written);
    return lower(graph, options.engine ?? "rocksdb");
  }
}

function declaredTopic<K, V>(topics: string | readonly string[] | Topic<K, V>): Topic<K, V> | null {
  return typeof topics === "string" || Array.isArray(topics) ? null : (topics as Topic<K, V>);
}

checkCalls<StreamsBuilder>(StreamsBuilder, {
  stream: [argument("topics", topicsKind), optionsOf(streamOptions)],
  table: [argument("topic", topicKind), optionsOf(tableSourceOptions)],
  addStateStore: [argument("store", stateStoreKind)],
  build: [optionsOf(buildOptions)],
});
