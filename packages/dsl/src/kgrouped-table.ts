import { int64, tableAggregate, tableReduce, type OperatorSpec } from "@millrace/core";
import type { NodeId } from "./graph/graph.ts";
import { KTable } from "./ktable.ts";
import { keyValueStore, storeName, type Materialized } from "./materialized.ts";
import type { NoPromise, Promised, Sync } from "./misuse.ts";
import { checkName, prefixes } from "./names.ts";
import type { TableOptions } from "./options.ts";
import { erased, type TableState } from "./stream-state.ts";

/** @internal */
export interface GroupedTableState extends TableState {
  /** Names the repartition topic, which is then shared by all aggregations of the group. */
  readonly groupName: string | null;
}

/**
 * A table's rows in groups, to be aggregated. Each change of a row takes its old value out of the aggregate and puts its new
 * one in, through a repartition topic; there is one result per change and group.
 */
export class KGroupedTable<K, V> {
  readonly #state: GroupedTableState;
  /** The repartition topic of a named group, made by its first aggregation. */
  #repartition: NodeId | null = null;

  /** @internal Groups come from `KTable.groupBy`. */
  constructor(state: GroupedTableState) {
    this.#state = state;
  }

  /** How many rows each group has. Values are int64; a group that became empty has 0. */
  count(options: TableOptions<K, number> = {}): KTable<K, number> {
    return this.#aggregate(prefixes.tableAggregate, options, int64, (store, sendOldValues) =>
      tableAggregate({
        store,
        initializer: () => 0,
        adder: (count) => count + 1,
        subtractor: (count) => count - 1,
        sendOldValues,
      }),
    );
  }

  /** Combines the values of a group to one of the same type: the first as it is. A null result deletes the group. */
  reduce<R, S>(
    adder: (aggregate: V, value: V) => V | null | NoPromise<R>,
    subtractor: (aggregate: V, value: V) => V | null | NoPromise<S>,
    options: TableOptions<K, V> = {},
  ): KTable<K, V | Extract<R | S, null>> {
    return this.#aggregate(prefixes.tableReduce, options, this.#state.valueSerde, (store, sendOldValues) =>
      tableReduce({ store, adder: adder as never, subtractor: subtractor as never, sendOldValues }),
    );
  }

  /**
   * Aggregates the values of a group, beginning with the initializer's. A row's old value is subtracted before its new one is
   * added, unless nothing is there to subtract it from. A null result deletes the group.
   */
  aggregate<A, R extends A | null | Promised, S extends A | null | Promised>(
    initializer: (() => A) & Sync<A>,
    adder: ((aggregate: A, value: V, key: K) => R) & Sync<R>,
    subtractor: ((aggregate: A, value: V, key: K) => S) & Sync<S>,
    options: TableOptions<K, A> = {},
  ): KTable<K, A | Extract<R | S, null>> {
    return this.#aggregate(prefixes.tableAggregate, options, null, (store, sendOldValues) =>
      tableAggregate({ store, initializer, adder: adder as never, subtractor: subtractor as never, sendOldValues }),
    );
  }

  #aggregate<A>(
    prefix: string,
    options: Materialized & { readonly name?: string },
    valueSerdeDefault: TableState["valueSerde"],
    operator: (store: string, sendOldValues: boolean) => OperatorSpec,
  ): KTable<K, A> {
    const { builder } = this.#state;
    const store = storeName(options, builder, prefixes.tableAggregate);
    const sinkName = this.#suffixed(options.name, "-sink", prefixes.sink);
    const sourceName = this.#suffixed(options.name, "-source", prefixes.source);
    const name = builder.nodeName(options.name, prefix);
    const keySerde = erased(options.key) ?? this.#state.keySerde;
    const valueSerde = erased(options.value) ?? valueSerdeDefault;
    const draft = keyValueStore(store, options, { keySerde, valueSerde });
    const parent = this.#repartitioned(store, draft.nameGiven, sinkName, sourceName);
    const node = builder.append([parent], {
      kind: "aggregate",
      name,
      store: draft,
      operator: (sendOldValues) => operator(store, sendOldValues),
      materialized: true,
      sendsOldValues: false,
    });
    return new KTable({ builder, node, name, keySerde, valueSerde, sources: [sourceName] }, options.as ?? null);
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
      topic: `${groupName ?? store}-repartition`,
      nameGiven: groupName !== null || storeNameGiven,
      sinkName,
      keySerde,
      valueSerde,
    });
    return this.#repartition;
  }
}
