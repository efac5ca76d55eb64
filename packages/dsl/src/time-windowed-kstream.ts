import { int64, windowed, windowedAggregate, windowedReduce, type OperatorSpec, type Windowed } from "@millrace/core";
import type { GroupedAggregation } from "./grouped-aggregation.ts";
import { KTable } from "./ktable.ts";
import { storeName, windowStore, type Materialized } from "./materialized.ts";
import type { NoPromise, Present, Promised, Sync } from "./misuse.ts";
import { prefixes } from "./names.ts";
import { hasMaterialized, type TableOptions } from "./options.ts";
import { erased, type TableState } from "./stream-state.ts";
import type { TimeWindows } from "./time-windows.ts";

/**
 * Records grouped by key and window. A record counts in each window that its timestamp falls in and that is not closed:
 * windows close when stream time has passed their end by the grace. Records with a null key are dropped, null values are not.
 */
export class TimeWindowedKStream<K, V> {
  readonly #group: GroupedAggregation;
  readonly #windows: TimeWindows;

  /** @internal Comes from `windowedBy`. */
  constructor(group: GroupedAggregation, windows: TimeWindows) {
    this.#group = group;
    this.#windows = windows;
  }

  /** How many records each key had in each window. Values are int64. */
  count(options: TableOptions<K, number> = {}): KTable<Windowed<K>, number> {
    const { builder } = this.#group.state;
    // Java consumes an index here for a Materialized without a name, for compatibility with older releases.
    if (hasMaterialized(options) && options.as === undefined) builder.generateStoreName(prefixes.aggregate);
    return this.#aggregate(prefixes.aggregate, options, int64, (store, sendOldValues) =>
      windowedAggregate({ store, windows: this.#windows, initializer: zero, aggregator: addOne, sendOldValues }),
    );
  }

  /** Combines the values of each key and window to one of the same type. A null result deletes it. */
  reduce<R>(
    reducer: (aggregate: Present<V>, value: V) => V | null | NoPromise<R>,
    options: TableOptions<K, V> = {},
  ): KTable<Windowed<K>, V | Extract<R, null>> {
    return this.#aggregate(prefixes.reduce, options, this.#group.state.valueSerde, (store, sendOldValues) =>
      windowedReduce({ store, windows: this.#windows, reducer: reducer as never, sendOldValues }),
    );
  }

  /** Aggregates the values of each key and window, beginning with the initializer's. A null result deletes it. */
  aggregate<A, R extends A | null | Promised>(
    initializer: (() => A) & Sync<A>,
    aggregator: ((aggregate: A, value: V, key: K) => R) & Sync<R>,
    options: TableOptions<K, A> = {},
  ): KTable<Windowed<K>, A | Extract<R, null>> {
    return this.#aggregate(prefixes.aggregate, options, null, (store, sendOldValues) =>
      windowedAggregate({ store, windows: this.#windows, initializer, aggregator: aggregator as never, sendOldValues }),
    );
  }

  #aggregate<A>(
    prefix: string,
    options: Materialized & { readonly name?: string },
    valueSerdeDefault: TableState["valueSerde"],
    operator: (store: string, sendOldValues: boolean) => OperatorSpec,
  ): KTable<Windowed<K>, A> {
    const { builder } = this.#group.state;
    const store = storeName(options, builder, prefix);
    const name = builder.nodeName(options.name, prefix);
    const keySerde = erased(options.key) ?? this.#group.state.keySerde;
    const valueSerde = erased(options.value) ?? valueSerdeDefault;
    const draft = windowStore(store, options, { keySerde, valueSerde }, this.#windows);
    const state = this.#group.append(name, draft, (sendOldValues) => operator(store, sendOldValues));
    const windowedKeySerde = keySerde === null ? null : erased(windowed(keySerde, this.#windows.sizeMs));
    return new KTable({ ...state, keySerde: windowedKeySerde, valueSerde }, options.as ?? null);
  }
}

function zero(): number {
  return 0;
}
function addOne(count: unknown): number {
  return (count as number) + 1;
}
