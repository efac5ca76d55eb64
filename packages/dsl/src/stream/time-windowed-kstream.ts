import { int64, windowed, type Reducer, type Serde, type Windowed } from "@millrace/core";
import { argument, checkCalls, options as optionsOf } from "../checks/calls.ts";
import { callback } from "../checks/kinds.ts";
import { own } from "../checks/owners.ts";
import { tableOptions } from "../checks/rows.ts";
import type { OwnFieldsOf } from "../graph/graph.ts";
import { addOne, zero, type AnyAggregator } from "./callbacks.ts";
import type { GroupedAggregation } from "./grouped-aggregation.ts";
import { KTable } from "./ktable.ts";
import { storeName, windowStore, type Materialized } from "../materialized.ts";
import type { JsonHolds, NoPromise, Present, Promised, Sync } from "../misuse.ts";
import { prefixes } from "../names.ts";
import { hasMaterialized, type SerdeFirst, type TableOptions } from "../options.ts";
import { erased, type TableState } from "./stream-state.ts";
import type { TimeWindows } from "../time-windows.ts";

/**
 * Records grouped by key and window. A record counts in each window that its timestamp falls in and that is not closed:
 * windows close when stream time has passed their end by the grace. Records with a null key are dropped, null values are not.
 * Callbacks are synchronous. Every method throws {@link InvalidArgumentError} for a wrong argument.
 *
 * @see Java's `TimeWindowedKStream`
 */
export class TimeWindowedKStream<K, V> {
  readonly #group: GroupedAggregation;
  readonly #windows: TimeWindows;

  /** @internal Windowed groups come from `windowedBy`. */
  constructor(group: GroupedAggregation, windows: TimeWindows) {
    this.#group = group;
    this.#windows = windows;
    own(this, "windowed stream", group.state.builder);
  }

  /** Counts the records of each key and window. Values are int64; the table's keys are the keys with their windows. */
  count(options: TableOptions<K, number> = {}): KTable<Windowed<K>, number> {
    const { builder } = this.#group.state;
    // Java consumes an index here for a Materialized without a name, for compatibility with older releases.
    if (hasMaterialized(options) && options.as === undefined) builder.generateStoreName(prefixes.aggregate);
    const counting = { windows: this.#windows, initializer: zero, aggregator: addOne };
    return this.#aggregate("count", prefixes.aggregate, options, int64, { kind: "windowedAggregate", ...counting });
  }

  /**
   * Combines the values of each key and window to one of the same type: the first as it is, each later one by the reducer. A null
   * result deletes the key's window. The serde of the table's values is `{ value }`, else the stream's.
   */
  reduce<R>(
    reducer: (aggregate: Present<V>, value: V) => V | null | NoPromise<R>,
    options: TableOptions<K, V> = {},
  ): KTable<Windowed<K>, V | Extract<R, null>> {
    return this.#aggregate("reduce", prefixes.reduce, options, this.#group.state.valueSerde, {
      kind: "windowedReduce",
      windows: this.#windows,
      reducer: reducer as Reducer<unknown>,
    });
  }

  /**
   * Aggregates the values of each key and window, beginning with the initializer's. A null result deletes the key's window. The
   * serde of the aggregates is `{ value }`, else the application's default (JSON).
   */
  aggregate<A, R extends A | null | Promised = A>(
    initializer: (() => A) & Sync<A>,
    aggregator: ((aggregate: A, value: V, key: K) => R) & Sync<R>,
    options: TableOptions<K, A> & { readonly value: Serde<Present<A>> | null },
  ): KTable<Windowed<K>, A | Extract<R, null>>;
  /**
   * Aggregates the values of each key and window, beginning with the initializer's. A null result deletes the key's window. The
   * serde of the aggregates is `{ value }`, else the application's default (JSON).
   */
  aggregate<A, R extends A | null | Promised = A, I extends A = A>(
    initializer: (() => I) & Sync<I>,
    aggregator: ((aggregate: NoInfer<A>, value: V, key: K) => R) & Sync<R>,
    options: SerdeFirst<TableOptions<K, A>, A>,
  ): KTable<Windowed<K>, A | Extract<R, null>>;
  /**
   * Aggregates the values of each key and window, beginning with the initializer's. A null result deletes the key's window. The
   * serde of the aggregates is `{ value }`, else the application's default (JSON).
   */
  aggregate<A, R extends A | null | Promised = A>(
    initializer: (() => A) & Sync<A> & JsonHolds<A>,
    aggregator: ((aggregate: A, value: V, key: K) => R) & Sync<R>,
    options?: TableOptions<K, A>,
  ): KTable<Windowed<K>, A | Extract<R, null>>;
  aggregate<A, R extends A | null | Promised>(
    initializer: () => A,
    aggregator: (aggregate: A, value: V, key: K) => R,
    options: TableOptions<K, A> = {},
  ): KTable<Windowed<K>, A | Extract<R, null>> {
    return this.#aggregate("aggregate", prefixes.aggregate, options, null, {
      kind: "windowedAggregate",
      windows: this.#windows,
      initializer,
      aggregator: aggregator as AnyAggregator,
    });
  }

  #aggregate<A>(
    method: string,
    prefix: string,
    options: Materialized & { readonly name?: string },
    valueSerdeDefault: TableState["valueSerde"],
    aggregation: OwnFieldsOf<"windowedAggregate" | "windowedReduce">,
  ): KTable<Windowed<K>, A> {
    const { builder } = this.#group.state;
    const store = storeName(options, builder, prefix);
    const name = builder.nodeName(options.name, prefix);
    const keySerde = erased(options.key) ?? this.#group.state.keySerde;
    const valueSerde = erased(options.value) ?? valueSerdeDefault;
    const draft = windowStore(store, options, { keySerde, valueSerde }, this.#windows);
    const state = this.#group.append(method, name, { ...aggregation, store: draft });
    const windowedKeySerde = keySerde === null ? null : erased(windowed(keySerde, this.#windows.sizeMs));
    return new KTable({ ...state, keySerde: windowedKeySerde, valueSerde }, options.as ?? null);
  }
}

checkCalls<TimeWindowedKStream<unknown, unknown>>(TimeWindowedKStream, {
  count: [optionsOf(tableOptions)],
  reduce: [argument("reducer", callback), optionsOf(tableOptions)],
  aggregate: [argument("initializer", callback), argument("aggregator", callback), optionsOf(tableOptions)],
});
