import { int64, type Reducer, type Serde } from "@millrace/core";
import { argument, checkCalls, options as optionsOf } from "../checks/calls.ts";
import { callback } from "../checks/kinds.ts";
import { own } from "../checks/owners.ts";
import { tableOptions } from "../checks/rows.ts";
import type { OwnFieldsOf } from "../graph/graph.ts";
import type { NodeId } from "../graph/node.ts";
import { addOne, subtractOne, zero, type AnyAggregator } from "./callbacks.ts";
import { KTable } from "./ktable.ts";
import { keyValueStore, storeName, type Materialized } from "../materialized.ts";
import type { JsonHolds, NoPromise, Present, Promised, Sync } from "../misuse.ts";
import { checkName, prefixes } from "../names.ts";
import type { SerdeFirst, TableOptions } from "../options.ts";
import { call, erased, origin, type TableState } from "./stream-state.ts";

/** State of a grouped table. @internal */
export interface GroupedTableState extends TableState {
  /** Name of the repartition topic, which is then shared by all aggregations of the group; null: each has its own. */
  readonly groupName: string | null;
}

/**
 * Rows of a table in groups, to be aggregated. Each change of a row takes its old value out of the aggregate and puts its new
 * one in, through a repartition topic; there is one result per change and group. Callbacks are synchronous. Every method throws
 * {@link InvalidArgumentError} for a wrong argument.
 *
 * @see Java's `KGroupedTable`
 */
export class KGroupedTable<K, V> {
  readonly #state: GroupedTableState;
  /** The repartition topic of a named group, made by its first aggregation. */
  #repartition: NodeId | null = null;

  /** @internal Groups come from `KTable.groupBy`. */
  constructor(state: GroupedTableState) {
    this.#state = state;
    own(this, "grouped table", state.builder);
  }

  /**
   * Counts the rows of each group. Values are int64; a group that became empty has 0.
   *
   * @example users.groupBy((user, id) => ({ key: user.country, value: id })).count({ as: "users-per-country" })
   */
  count(options: TableOptions<K, number> = {}): KTable<K, number> {
    const counting = { initializer: zero, adder: addOne, subtractor: subtractOne };
    return this.#aggregate("count", prefixes.tableAggregate, options, int64, { kind: "tableAggregate", ...counting });
  }

  /**
   * Combines the values of a group to one of the same type: the first as it is, each later one by the adder; the subtractor takes
   * out the old value of a row that changed or left. A null result deletes the group.
   *
   * @example sales.groupBy((sale) => ({ key: sale.shop, value: sale.cents })).reduce((sum, cents) => sum + cents, (sum, cents) => sum - cents)
   */
  reduce<R, S>(
    adder: (aggregate: V, value: V) => V | null | NoPromise<R>,
    subtractor: (aggregate: V, value: V) => V | null | NoPromise<S>,
    options: TableOptions<K, V> = {},
  ): KTable<K, V | Extract<R | S, null>> {
    const reducers = { adder: adder as Reducer<unknown>, subtractor: subtractor as Reducer<unknown> };
    return this.#aggregate("reduce", prefixes.tableReduce, options, this.#state.valueSerde, { kind: "tableReduce", ...reducers });
  }

  /**
   * Aggregates the values of a group, beginning with the initializer's. A row's old value is subtracted before its new one is
   * added, unless nothing is there to subtract it from. A null result deletes the group. The serde of the aggregates is `{ value }`,
   * else the application's default (JSON).
   */
  aggregate<A, R extends A | null | Promised = A, S extends A | null | Promised = A>(
    initializer: (() => A) & Sync<A>,
    adder: ((aggregate: A, value: V, key: K) => R) & Sync<R>,
    subtractor: ((aggregate: A, value: V, key: K) => S) & Sync<S>,
    options: TableOptions<K, A> & { readonly value: Serde<Present<A>> | null },
  ): KTable<K, A | Extract<R | S, null>>;
  /**
   * Aggregates the values of a group, beginning with the initializer's. A row's old value is subtracted before its new one is
   * added, unless nothing is there to subtract it from. A null result deletes the group. The serde of the aggregates is `{ value }`,
   * else the application's default (JSON).
   */
  aggregate<A, R extends A | null | Promised = A, S extends A | null | Promised = A, I extends A = A>(
    initializer: (() => I) & Sync<I>,
    adder: ((aggregate: NoInfer<A>, value: V, key: K) => R) & Sync<R>,
    subtractor: ((aggregate: NoInfer<A>, value: V, key: K) => S) & Sync<S>,
    options: SerdeFirst<TableOptions<K, A>, A>,
  ): KTable<K, A | Extract<R | S, null>>;
  /**
   * Aggregates the values of a group, beginning with the initializer's. A row's old value is subtracted before its new one is
   * added, unless nothing is there to subtract it from. A null result deletes the group. The serde of the aggregates is `{ value }`,
   * else the application's default (JSON).
   */
  aggregate<A, R extends A | null | Promised = A, S extends A | null | Promised = A>(
    initializer: (() => A) & Sync<A> & JsonHolds<A>,
    adder: ((aggregate: A, value: V, key: K) => R) & Sync<R>,
    subtractor: ((aggregate: A, value: V, key: K) => S) & Sync<S>,
    options?: TableOptions<K, A>,
  ): KTable<K, A | Extract<R | S, null>>;
  aggregate<A, R, S>(
    initializer: () => A,
    adder: (aggregate: A, value: V, key: K) => R,
    subtractor: (aggregate: A, value: V, key: K) => S,
    options: TableOptions<K, A> = {},
  ): KTable<K, A | Extract<R | S, null>> {
    return this.#aggregate("aggregate", prefixes.tableAggregate, options, null, {
      kind: "tableAggregate",
      initializer,
      adder: adder as AnyAggregator,
      subtractor: subtractor as AnyAggregator,
    });
  }

  #aggregate<A>(
    method: string,
    prefix: string,
    options: Materialized & { readonly name?: string },
    valueSerdeDefault: TableState["valueSerde"],
    aggregation: OwnFieldsOf<"tableAggregate" | "tableReduce">,
  ): KTable<K, A> {
    const { builder, keysFrom } = this.#state;
    const store = storeName(options, builder, prefixes.tableAggregate);
    const sinkName = this.#suffixed(options.name, "-sink", prefixes.sink);
    const sourceName = this.#suffixed(options.name, "-source", prefixes.source);
    const name = builder.nodeName(options.name, prefix);
    const keySerde = erased(options.key) ?? this.#state.keySerde;
    const valueSerde = erased(options.value) ?? valueSerdeDefault;
    const draft = keyValueStore(store, options, { keySerde, valueSerde });
    const by = call(method, name);
    const parent = this.#repartitioned(store, draft.nameGiven, sinkName, sourceName);
    const node = builder.append([parent], {
      ...aggregation,
      name,
      origin: origin(method, this.#state),
      store: draft,
      materialized: true,
      sendsOldValues: false,
    });
    const sources = [sourceName];
    return new KTable({ builder, node, name, keySerde, valueSerde, keysFrom, valuesFrom: by, sources }, options.as ?? null);
  }

  /** A name made of the operator's, or a generated one; both consume an index (Java: `suffixWithOrElseGet`). */
  #suffixed(name: string | undefined, suffix: string, prefix: string): string {
    const generated = this.#state.builder.generateName(prefix);
    if (name === undefined) return generated;
    checkName(name + suffix);
    return name + suffix;
  }

  #repartitioned(store: string, storeNameGiven: boolean, sinkName: string, sourceName: string): NodeId {
    const { builder, node, groupName, keySerde, valueSerde } = this.#state;
    if (this.#repartition !== null && groupName !== null) {
      builder.reuse(this.#repartition);
      return this.#repartition;
    }
    this.#repartition = builder.append([node], {
      kind: "tableRepartition",
      name: sourceName,
      origin: origin("groupBy", this.#state),
      topic: `${groupName ?? store}-repartition`,
      nameGiven: groupName !== null || storeNameGiven,
      sinkName,
      keySerde,
      valueSerde,
    });
    return this.#repartition;
  }
}

const adding = [argument("adder", callback), argument("subtractor", callback)];

checkCalls<KGroupedTable<unknown, unknown>>(KGroupedTable, {
  count: [optionsOf(tableOptions)],
  reduce: [...adding, optionsOf(tableOptions)],
  aggregate: [argument("initializer", callback), ...adding, optionsOf(tableOptions)],
});
