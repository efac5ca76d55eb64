import type { RecordContext } from "../record/record-context.ts";
import { keyValueStoreOf } from "../store/kinds/key-value.ts";
import type { KeyValueStore } from "../store/kinds/key-value.ts";
import { Callback } from "./callback.ts";
import type { TablePredicate } from "./callbacks.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { TableOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";
import type { TableGetter, TableGetterSpec } from "./table-getter.ts";
import { TableOutput } from "./table-output.ts";

/** Options of `tableFilter`. */
export interface TableFilterOptions<K, V> {
  /** Decides on a row's value, and may run more than once for an update: keep it pure. */
  readonly predicate: TablePredicate<K, V>;
  /** True for `filterNot`: rows that do not match are kept. */
  readonly negate: boolean;
  /** A timestamped key-value store for the result, or null: a view. */
  readonly store: string | null;
  /**
   * true: the parent gives old values, since a descendant or this filter asked for them. The filter gives them, too, and keeps
   * tombstones of keys to itself that never matched.
   */
  readonly sendOldValues: boolean;
}

/**
 * Rows that match; a row that stops matching becomes a tombstone. Without old values every row that does not match does,
 * even if its key never did. The predicate does not see null (Java's KTableFilter).
 */
export function tableFilter<K, V>(options: TableFilterOptions<K, V>): OperatorSpec {
  const { predicate, store, sendOldValues } = options;
  return Object.freeze<OperatorSpec>({
    kind: options.negate ? "filterNot" : "filter",
    input: "table",
    output: "table",
    settings: settingsOf({ predicate, store, sendOldValues }),
    create: (build) =>
      options.store === null ? new TableFilter(options, build) : new StoredTableFilter(options, options.store, build),
  });
}

function predicateOf(build: OperatorBuild, negate: boolean): Callback {
  return new Callback(build.nodeName, negate ? "filterNot" : "filter", "predicate");
}

class TableFilter<K, V> implements TableOperator<K, V> {
  readonly predicate: TablePredicate<K, V>;
  readonly negate: boolean;
  readonly knowsOld: boolean;
  readonly callback: Callback;
  readonly child: TableOperator<K, V>;

  constructor(options: TableFilterOptions<K, V>, build: OperatorBuild) {
    this.predicate = options.predicate;
    this.negate = options.negate;
    this.knowsOld = options.sendOldValues;
    this.callback = predicateOf(build, options.negate);
    this.child = build.tableChild;
  }

  change(key: K, newValue: V | null, oldValue: V | null, context: RecordContext): void {
    const kept = this.matching(key, newValue);
    const old = this.knowsOld ? this.matching(key, oldValue) : null;
    if (this.knowsOld && kept === null && old === null) return;
    this.child.change(key, kept, old, context);
  }

  matching(key: K, value: V | null): V | null {
    return value !== null && this.callback.test(this.predicate(value, key)) !== this.negate ? value : null;
  }
}

class StoredTableFilter<K, V> implements TableOperator<K, V> {
  readonly predicate: TablePredicate<K, V>;
  readonly negate: boolean;
  readonly knowsOld: boolean;
  readonly callback: Callback;
  readonly store: KeyValueStore<K, V>;
  readonly output: TableOutput<K, V>;

  constructor(options: TableFilterOptions<K, V>, store: string, build: OperatorBuild) {
    this.predicate = options.predicate;
    this.negate = options.negate;
    this.knowsOld = options.sendOldValues;
    this.callback = predicateOf(build, options.negate);
    this.store = keyValueStoreOf<K, V>(build.store(store), `Node "${build.nodeName}"`);
    this.output = new TableOutput(build, this.store, this.knowsOld);
  }

  change(key: K, newValue: V | null, _oldValue: V | null, context: RecordContext): void {
    const kept = newValue !== null && this.callback.test(this.predicate(newValue, key)) !== this.negate ? newValue : null;
    const old = this.knowsOld ? this.store.get(key) : null;
    if (this.knowsOld && kept === null && old === null) return;
    this.store.put(key, kept, context.timestampMs);
    this.output.updated(key, kept, old, context.timestampMs);
  }
}

/** Looks a filtered view up: the parent's value if it matches. */
export function filteredGetter<K, V>(parent: TableGetterSpec, predicate: TablePredicate<K, V>, negate: boolean): TableGetterSpec {
  return Object.freeze<TableGetterSpec>({
    stores: parent.stores,
    create: (build) =>
      new FilteredGetter<K, V>(parent.create(build) as TableGetter<K, V>, predicate, negate, predicateOf(build, negate)),
  });
}

class FilteredGetter<K, V> implements TableGetter<K, V> {
  readonly parent: TableGetter<K, V>;
  readonly predicate: TablePredicate<K, V>;
  readonly negate: boolean;
  readonly callback: Callback;
  timestampMs: number = Number.NaN;

  constructor(parent: TableGetter<K, V>, predicate: TablePredicate<K, V>, negate: boolean, callback: Callback) {
    this.parent = parent;
    this.predicate = predicate;
    this.negate = negate;
    this.callback = callback;
  }

  get(key: K): V | null {
    const value = this.parent.get(key);
    const matches = value !== null && this.callback.test(this.predicate(value, key)) !== this.negate;
    this.timestampMs = matches ? this.parent.timestampMs : Number.NaN;
    return matches ? value : null;
  }
}
