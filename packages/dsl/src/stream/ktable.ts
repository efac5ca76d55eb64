import type { KeyValue } from "@millrace/core";
import { argument, checkCalls, options as optionsOf } from "../checks/calls.ts";
import { callback } from "../checks/kinds.ts";
import { own } from "../checks/owners.ts";
import { groupedOptions, namedOptions, tableOptions } from "../checks/rows.ts";
import type { OwnFieldsOf } from "../graph/graph.ts";
import type { AnyTableGroupMapper, AnyTableMapper, AnyTablePredicate } from "./callbacks.ts";
import { KGroupedTable } from "./kgrouped-table.ts";
import { KStream } from "./kstream.ts";
import { keyValueStore } from "../materialized.ts";
import type { NoPromise, Present, Sync } from "../misuse.ts";
import { prefixes } from "../names.ts";
import { hasMaterialized, type GroupedOptions, type NamedOptions, type TableOptions } from "../options.ts";
import { call, erased, origin, type TableState } from "./stream-state.ts";

/**
 * Latest value of each key; changes are what flows. `V` includes null where keys can be deleted.
 *
 * A table is kept in a store only if it is named (`as`), aggregated, or looked into by a join. Callbacks get `(value, key)`, are
 * synchronous and pure: they may run again on an old value. Every method throws {@link InvalidArgumentError} for a wrong argument.
 *
 * @see Java's `KTable`
 */
export class KTable<K, V> {
  /** Name of the table's store if the program gave one (`as`), else null. Java's `queryableStoreName`. */
  readonly queryableStoreName: string | null;
  readonly #state: TableState;

  /** @internal Tables come from `builder.table()` and from streams. */
  constructor(state: TableState, queryableStoreName: string | null) {
    this.#state = state;
    this.queryableStoreName = queryableStoreName;
    own(this, "table", state.builder);
  }

  /** Gives the state of a table, for the methods of streams and other tables. @internal */
  static stateOf<K, V>(table: KTable<K, V>): TableState {
    return table.#state;
  }

  /** Gives the table's changes as facts; a deletion is a record with a null value. */
  toStream(options: NamedOptions = {}): KStream<K, V> {
    const { builder, node } = this.#state;
    const name = builder.nodeName(options.name, prefixes.tableToStream);
    const stream = builder.append([node], { kind: "tableToStream", name, origin: origin("toStream", this.#state) });
    return new KStream({ ...this.#state, node: stream, name, repartitionRequired: false });
  }

  /**
   * Groups the rows by a key made of each, to be aggregated again: a row that changes or moves is taken out of its old group
   * and put into its new one. Rows for which the mapper returns null, or a null key or value, are in no group. The table is kept in
   * a store, to know old values. Serdes of the new keys and values are those of the options, else the application's defaults.
   *
   * @example users.groupBy((user, id) => ({ key: user.country, value: id })).count()
   */
  groupBy<K2, V2, R>(
    mapper: ((value: Present<V>, key: K) => KeyValue<K2, V2> | null | NoPromise<R>) & Sync<K2> & Sync<V2>,
    options: GroupedOptions<Present<K2>, Present<V2>> = {},
  ): KGroupedTable<Present<K2>, Present<V2>> {
    const { builder, node, sources } = this.#state;
    const name = builder.nodeName(options.name, prefixes.tableSelect);
    const keySerde = erased(options.key);
    const by = call("groupBy", name);
    const made = origin("groupBy", this.#state);
    const group = builder.append([node], {
      kind: "tableGroupBy",
      name,
      origin: made,
      mapper: mapper as AnyTableGroupMapper,
      keySerde,
    });
    return new KGroupedTable({
      builder,
      node: group,
      name,
      keySerde,
      valueSerde: erased(options.value),
      keysFrom: by,
      valuesFrom: by,
      sources,
      groupName: options.name ?? null,
    });
  }

  /**
   * Keeps the keys whose value passes; one that stops passing is deleted. A store of the result (`as`) has the table's serdes unless
   * others are given.
   *
   * @example users.filter((user) => user.active, { as: "active-users" })
   */
  filter<R>(
    predicate: (value: Present<V>, key: K) => boolean | NoPromise<R>,
    options: TableOptions<K, V> = {},
  ): KTable<K, V | null> {
    return this.#filter("filter", predicate as AnyTablePredicate, options);
  }

  /** Keeps the keys whose value does not pass. */
  filterNot<R>(
    predicate: (value: Present<V>, key: K) => boolean | NoPromise<R>,
    options: TableOptions<K, V> = {},
  ): KTable<K, V | null> {
    return this.#filter("filterNot", predicate as AnyTablePredicate, options);
  }

  /**
   * Maps each value; deletions stay deletions. The serde of the new values is `{ value }`, else the application's default (JSON);
   * that of the keys stays.
   *
   * @example users.mapValues((user) => user.name, { as: "names", value: string })
   */
  mapValues<V2>(
    mapper: ((value: Present<V>, key: K) => V2) & Sync<V2>,
    options: TableOptions<K, V2> = {},
  ): KTable<K, V2 | Extract<V, null>> {
    return this.#append({ method: "mapValues", prefix: prefixes.tableMapValues, changesValue: true }, options, {
      kind: "tableMapValues",
      mapper: mapper as AnyTableMapper,
    });
  }

  #filter(method: "filter" | "filterNot", predicate: AnyTablePredicate, options: TableOptions<K, V>): KTable<K, V | null> {
    const negate = method === "filterNot";
    return this.#append({ method, prefix: prefixes.tableFilter, changesValue: false }, options, {
      kind: "tableFilter",
      predicate,
      negate,
    });
  }

  #append<V2>(
    { method, prefix, changesValue }: TableStep,
    options: TableOptions<unknown, unknown>,
    fields: OwnFieldsOf<"tableFilter" | "tableMapValues">,
  ): KTable<K, V2> {
    const { builder, node, sources, keysFrom } = this.#state;
    // A Materialized without a name makes no store, but consumes an index, as in Java.
    if (options.as === undefined && hasMaterialized(options)) builder.generateStoreName(prefix);
    const name = builder.nodeName(options.name, prefix);
    const by = call(method, name);
    const serdes = {
      keySerde: erased(options.key) ?? this.#state.keySerde,
      // A changed value may have another type, so its serde is not inherited.
      valueSerde: erased(options.value) ?? (changesValue ? null : this.#state.valueSerde),
    };
    const valuesFrom = changesValue ? by : this.#state.valuesFrom;
    const store = options.as === undefined ? null : keyValueStore(options.as, options, serdes);
    const table = builder.append([node], {
      ...fields,
      name,
      origin: origin(method, { keysFrom, valuesFrom }),
      store,
      materialized: store !== null,
      sendsOldValues: false,
    });
    return new KTable({ builder, node: table, name, ...serdes, keysFrom, valuesFrom, sources }, options.as ?? null);
  }
}

/** A step that makes a table of another: the method, its name's prefix, and whether values change. */
interface TableStep {
  readonly method: string;
  readonly prefix: string;
  readonly changesValue: boolean;
}

checkCalls<KTable<unknown, unknown>>(KTable, {
  toStream: [optionsOf(namedOptions)],
  groupBy: [argument("mapper", callback), optionsOf(groupedOptions)],
  filter: [argument("predicate", callback), optionsOf(tableOptions)],
  filterNot: [argument("predicate", callback), optionsOf(tableOptions)],
  mapValues: [argument("mapper", callback), optionsOf(tableOptions)],
});
