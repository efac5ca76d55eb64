import type { KeyValue } from "@millrace/core";
import type { NodeDraft } from "./graph/graph.ts";
import { KGroupedTable } from "./kgrouped-table.ts";
import { KStream } from "./kstream.ts";
import { keyValueStore } from "./materialized.ts";
import type { NoPromise, Present, Sync } from "./misuse.ts";
import { checkName, prefixes } from "./names.ts";
import { hasMaterialized, type GroupedOptions, type NamedOptions, type TableOptions } from "./options.ts";
import { erased, type TableState } from "./stream-state.ts";

/** What the stream's and other tables' methods need of a table. @internal */
export let tableState: <K, V>(table: KTable<K, V>) => TableState;

/**
 * The latest value of each key; what flows is changes. `V` includes null where keys can be deleted.
 *
 * A table is kept in a store only if it is named (`as`), aggregated, or looked into by a join.
 */
export class KTable<K, V> {
  /** Name of the store to query, or null if none was given (Java's `queryableStoreName`). */
  readonly queryableStoreName: string | null;
  readonly #state: TableState;

  static {
    tableState = (table) => table.#state;
  }

  /** @internal Tables come from `builder.table()` and from streams. */
  constructor(state: TableState, queryableStoreName: string | null) {
    this.#state = state;
    this.queryableStoreName = queryableStoreName;
  }

  /** The table's changes as facts; a deletion is a record with a null value. */
  toStream(options: NamedOptions = {}): KStream<K, V> {
    const { builder, node, keySerde, valueSerde, sources } = this.#state;
    const name = builder.nodeName(options.name, prefixes.tableToStream);
    const stream = builder.append([node], { kind: "tableToStream", name });
    return new KStream({ builder, node: stream, name, keySerde, valueSerde, sources, repartitionRequired: false });
  }

  /**
   * Groups the rows by a key made of each, to be aggregated again: a row that changes or moves is taken out of its old group
   * and put into its new one. Rows that the mapper gives no key, no value or nothing at all are in no group. The mapper is
   * pure: it is asked about old values, too. The table is kept in a store, to know them.
   */
  groupBy<K2, V2, R>(
    mapper: (value: Present<V>, key: K) => KeyValue<K2, V2> | null | NoPromise<R>,
    options: GroupedOptions<Present<K2>, Present<V2>> = {},
  ): KGroupedTable<Present<K2>, Present<V2>> {
    const { builder, node, sources } = this.#state;
    const name = builder.nodeName(options.name, prefixes.tableSelect);
    const keySerde = erased(options.key);
    const group = builder.append([node], { kind: "tableGroupBy", name, mapper: mapper as never, keySerde });
    return new KGroupedTable({
      builder,
      node: group,
      name,
      keySerde,
      valueSerde: erased(options.value),
      sources,
      groupName: options.name ?? null,
    });
  }

  /**
   * Keeps the keys whose value passes; one that stops passing is deleted. The predicate is pure: it may be asked again about
   * a value, to know what was there before.
   */
  filter<R>(
    predicate: (value: Present<V>, key: K) => boolean | NoPromise<R>,
    options: TableOptions<K, V> = {},
  ): KTable<K, V | null> {
    return this.#filter(predicate as TablePredicate, options, false);
  }

  /** Keeps the keys whose value does not pass. */
  filterNot<R>(
    predicate: (value: Present<V>, key: K) => boolean | NoPromise<R>,
    options: TableOptions<K, V> = {},
  ): KTable<K, V | null> {
    return this.#filter(predicate as TablePredicate, options, true);
  }

  /** Maps each value; deletions stay deletions. The mapper is pure: it may run again on a value, to know what was there before. */
  mapValues<V2>(
    mapper: ((value: Present<V>, key: K) => V2) & Sync<V2>,
    options: TableOptions<K, V2> = {},
  ): KTable<K, V2 | Extract<V, null>> {
    // The value's type may have changed, so its serde is not inherited.
    return this.#append(prefixes.tableMapValues, options, null, (name, store) => ({
      kind: "tableMapValues",
      name,
      store,
      mapper: mapper as TableMapper,
      ...fresh(options),
    }));
  }

  #filter(predicate: TablePredicate, options: TableOptions<K, V>, negate: boolean): KTable<K, V | null> {
    return this.#append(prefixes.tableFilter, options, this.#state.valueSerde, (name, store) => ({
      kind: "tableFilter",
      name,
      store,
      predicate,
      negate,
      ...fresh(options),
    }));
  }

  #append<V2>(
    prefix: string,
    options: TableOptions<unknown, unknown>,
    inheritedValueSerde: TableState["valueSerde"],
    draft: (name: string, store: ReturnType<typeof keyValueStore> | null) => NodeDraft,
  ): KTable<K, V2> {
    const { builder, node, sources } = this.#state;
    if (options.as !== undefined) checkName(options.as);
    // A Materialized without a name makes no store, but consumes an index, as in Java.
    else if (hasMaterialized(options)) builder.generateStoreName(prefix);
    const name = builder.nodeName(options.name, prefix);
    const keySerde = erased(options.key) ?? this.#state.keySerde;
    const valueSerde = erased(options.value) ?? inheritedValueSerde;
    const storeSerdes = { keySerde: erased(options.key), valueSerde: erased(options.value) };
    const store = options.as === undefined ? null : keyValueStore(options.as, options, storeSerdes);
    const table = builder.append([node], draft(name, store));
    return new KTable({ builder, node: table, name, keySerde, valueSerde, sources }, options.as ?? null);
  }
}

type TablePredicate = (value: unknown, key: unknown) => boolean;
type TableMapper = (value: unknown, key: unknown) => unknown;

function fresh(options: TableOptions<unknown, unknown>): { readonly materialized: boolean; readonly sendsOldValues: false } {
  return { materialized: options.as !== undefined, sendsOldValues: false };
}
