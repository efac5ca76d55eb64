import { int64, type Reducer, type Serde } from "@millrace/core";
import { argument, checkCalls, options as optionsOf } from "../checks/calls.ts";
import { callback, windows as windowsKind } from "../checks/kinds.ts";
import { own } from "../checks/owners.ts";
import { tableOptions } from "../checks/rows.ts";
import type { OwnFieldsOf } from "../graph/graph.ts";
import { addOne, zero, type AnyAggregator } from "./callbacks.ts";
import { GroupedAggregation, type GroupedState } from "./grouped-aggregation.ts";
import { KTable } from "./ktable.ts";
import { keyValueStore, storeName, type Materialized } from "../materialized.ts";
import type { JsonHolds, NoPromise, Present, Promised, Sync } from "../misuse.ts";
import { prefixes } from "../names.ts";
import { hasMaterialized, type SerdeFirst, type TableOptions } from "../options.ts";
import { erased, type TableState } from "./stream-state.ts";
import { TimeWindowedKStream } from "./time-windowed-kstream.ts";
import type { TimeWindows } from "../time-windows.ts";

/**
 * Records grouped by their key, to be aggregated. Records with a null key or value are dropped; windowed groups drop those with a
 * null key only. Callbacks are synchronous. Every method throws {@link InvalidArgumentError} for a wrong argument.
 *
 * @see Java's `KGroupedStream`
 */
export class KGroupedStream<K, V> {
  readonly #group: GroupedAggregation;

  /** @internal Groups come from `groupByKey` and `groupBy`. */
  constructor(state: GroupedState) {
    this.#group = new GroupedAggregation(state);
    own(this, "grouped stream", state.builder);
  }

  /**
   * Counts the records of each key. Values are int64, which is exact up to 2^53 - 1.
   *
   * @example clicks.groupBy((click) => click.page).count({ as: "clicks-per-page" })
   */
  count(options: TableOptions<K, number> = {}): KTable<K, number> {
    const { builder } = this.#group.state;
    // Java consumes an index here for a Materialized without a name, for compatibility with older releases.
    if (hasMaterialized(options) && options.as === undefined) builder.generateStoreName(prefixes.aggregate);
    const counting = { initializer: zero, aggregator: addOne };
    return this.#aggregate("count", prefixes.aggregate, options, int64, { kind: "streamAggregate", ...counting });
  }

  /**
   * Combines each key's values to one of the same type: the first as it is, each later one by the reducer. A null result
   * deletes the key. The serde of the table's values is `{ value }`, else the stream's.
   *
   * @example amounts.groupByKey().reduce((sum, amount) => sum + amount)
   */
  reduce<R>(
    reducer: (aggregate: Present<V>, value: Present<V>) => Present<V> | null | NoPromise<R>,
    options: TableOptions<K, V> = {},
  ): KTable<K, Present<V> | Extract<R, null>> {
    return this.#aggregate("reduce", prefixes.reduce, options, this.#group.state.valueSerde, {
      kind: "streamReduce",
      reducer: reducer as Reducer<unknown>,
    });
  }

  /**
   * Aggregates each key's values, beginning with the initializer's. A null result deletes the key, and its next record begins
   * anew. The serde of the aggregates is `{ value }`, else the application's default (JSON).
   *
   * @example clicks.groupByKey().aggregate(() => 0, (seconds, click) => seconds + click.seconds, { as: "seconds" })
   */
  aggregate<A, R extends A | null | Promised = A>(
    initializer: (() => A) & Sync<A>,
    aggregator: ((aggregate: A, value: Present<V>, key: K) => R) & Sync<R>,
    options: TableOptions<K, A> & { readonly value: Serde<Present<A>> | null },
  ): KTable<K, A | Extract<R, null>>;
  /**
   * Aggregates each key's values, beginning with the initializer's. A null result deletes the key, and its next record begins
   * anew. The serde of the aggregates is `{ value }`, else the application's default (JSON).
   *
   * @example clicks.groupByKey().aggregate(() => 0, (seconds, click) => seconds + click.seconds, { as: "seconds" })
   */
  aggregate<A, R extends A | null | Promised = A, I extends A = A>(
    initializer: (() => I) & Sync<I>,
    aggregator: ((aggregate: NoInfer<A>, value: Present<V>, key: K) => R) & Sync<R>,
    options: SerdeFirst<TableOptions<K, A>, A>,
  ): KTable<K, A | Extract<R, null>>;
  /**
   * Aggregates each key's values, beginning with the initializer's. A null result deletes the key, and its next record begins
   * anew. The serde of the aggregates is `{ value }`, else the application's default (JSON).
   *
   * @example clicks.groupByKey().aggregate(() => 0, (seconds, click) => seconds + click.seconds, { as: "seconds" })
   */
  aggregate<A, R extends A | null | Promised = A>(
    initializer: (() => A) & Sync<A> & JsonHolds<A>,
    aggregator: ((aggregate: A, value: Present<V>, key: K) => R) & Sync<R>,
    options?: TableOptions<K, A>,
  ): KTable<K, A | Extract<R, null>>;
  aggregate<A, R extends A | null | Promised>(
    initializer: () => A,
    aggregator: (aggregate: A, value: Present<V>, key: K) => R,
    options: TableOptions<K, A> = {},
  ): KTable<K, A | Extract<R, null>> {
    return this.#aggregate("aggregate", prefixes.aggregate, options, null, {
      kind: "streamAggregate",
      initializer,
      aggregator: aggregator as AnyAggregator,
    });
  }

  /**
   * Groups further, by windows of time.
   *
   * @example attempts.groupByKey().windowedBy(TimeWindows.of({ size: "1m", grace: "30s" })).count()
   */
  windowedBy(windows: TimeWindows): TimeWindowedKStream<K, V> {
    return new TimeWindowedKStream(this.#group, windows);
  }

  #aggregate<A>(
    method: string,
    prefix: string,
    options: Materialized & { readonly name?: string },
    valueSerdeDefault: TableState["valueSerde"],
    aggregation: OwnFieldsOf<"streamAggregate" | "streamReduce">,
  ): KTable<K, A> {
    const { builder } = this.#group.state;
    const store = storeName(options, builder, prefix);
    const name = builder.nodeName(options.name, prefix);
    const keySerde = erased(options.key) ?? this.#group.state.keySerde;
    const valueSerde = erased(options.value) ?? valueSerdeDefault;
    const draft = keyValueStore(store, options, { keySerde, valueSerde });
    const state = this.#group.append(method, name, { ...aggregation, store: draft });
    return new KTable({ ...state, keySerde, valueSerde }, options.as ?? null);
  }
}

checkCalls<KGroupedStream<unknown, unknown>>(KGroupedStream, {
  count: [optionsOf(tableOptions)],
  reduce: [argument("reducer", callback), optionsOf(tableOptions)],
  aggregate: [argument("initializer", callback), argument("aggregator", callback), optionsOf(tableOptions)],
  windowedBy: [argument("windows", windowsKind)],
});
