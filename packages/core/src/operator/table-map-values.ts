import type { RecordContext } from "../record/record-context.ts";
import { keyValueStoreOf } from "../store/kinds/key-value.ts";
import type { KeyValueStore } from "../store/kinds/key-value.ts";
import { Callback } from "./callback.ts";
import type { TableValueMapper } from "./callbacks.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { TableOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";
import type { TableGetter, TableGetterSpec } from "./table-getter.ts";
import { TableOutput } from "./table-output.ts";

/** Options of `tableMapValues`. */
export interface TableMapValuesOptions<K, V, R> {
  /** Maps a row's value, and may run more than once for an update: keep it pure. */
  readonly mapper: TableValueMapper<K, V, R>;
  /** A timestamped key-value store for the result, or null: a view. */
  readonly store: string | null;
  /** A descendant needs old values: of a view computed from the parent's, so the mapper runs twice; of a store read there. */
  readonly sendOldValues: boolean;
}

/** Maps each row; tombstones stay tombstones, without a call of the mapper (Java's KTableMapValues). */
export function tableMapValues<K, V, R>(options: TableMapValuesOptions<K, V, R>): OperatorSpec {
  const { mapper, store, sendOldValues } = options;
  return Object.freeze<OperatorSpec>({
    kind: "mapValues",
    input: "table",
    output: "table",
    settings: settingsOf({ mapper, store, sendOldValues }),
    create: (build) =>
      options.store === null ? new TableMapValues(options, build) : new StoredTableMapValues(options, options.store, build),
  });
}

class TableMapValues<K, V, R> implements TableOperator<K, V> {
  readonly mapper: TableValueMapper<K, V, R>;
  readonly sendOldValues: boolean;
  readonly callback: Callback;
  readonly child: TableOperator<K, R>;

  constructor(options: TableMapValuesOptions<K, V, R>, build: OperatorBuild) {
    this.mapper = options.mapper;
    this.sendOldValues = options.sendOldValues;
    this.callback = new Callback(build.nodeName, "mapValues", "mapper");
    this.child = build.tableChild;
  }

  change(key: K, newValue: V | null, oldValue: V | null, context: RecordContext): void {
    const mapped = newValue === null ? null : this.callback.value(this.mapper(newValue, key));
    const old = this.sendOldValues && oldValue !== null ? this.callback.value(this.mapper(oldValue, key)) : null;
    this.child.change(key, mapped, old, context);
  }
}

class StoredTableMapValues<K, V, R> implements TableOperator<K, V> {
  readonly mapper: TableValueMapper<K, V, R>;
  readonly callback: Callback;
  readonly store: KeyValueStore<K, R>;
  readonly output: TableOutput<K, R>;

  constructor(options: TableMapValuesOptions<K, V, R>, store: string, build: OperatorBuild) {
    this.mapper = options.mapper;
    this.callback = new Callback(build.nodeName, "mapValues", "mapper");
    this.store = keyValueStoreOf<K, R>(build.store(store), `Node "${build.nodeName}"`);
    this.output = new TableOutput(build, this.store, options.sendOldValues);
  }

  change(key: K, newValue: V | null, _oldValue: V | null, context: RecordContext): void {
    const mapped = newValue === null ? null : this.callback.value(this.mapper(newValue, key));
    const old = this.output.needsOldValue ? this.store.get(key) : null;
    this.store.put(key, mapped, context.timestampMs);
    this.output.updated(key, mapped, old, context.timestampMs);
  }
}

/** Looks a mapped view up: the parent's value, mapped. */
export function mappedGetter<K, V, R>(parent: TableGetterSpec, mapper: TableValueMapper<K, V, R>): TableGetterSpec {
  return Object.freeze<TableGetterSpec>({
    stores: parent.stores,
    create: (build) => new MappedGetter<K, V, R>(parent.create(build) as TableGetter<K, V>, mapper, build),
  });
}

class MappedGetter<K, V, R> implements TableGetter<K, R> {
  readonly parent: TableGetter<K, V>;
  readonly mapper: TableValueMapper<K, V, R>;
  readonly callback: Callback;
  timestampMs: number = Number.NaN;

  constructor(parent: TableGetter<K, V>, mapper: TableValueMapper<K, V, R>, build: OperatorBuild) {
    this.parent = parent;
    this.mapper = mapper;
    this.callback = new Callback(build.nodeName, "mapValues", "mapper");
  }

  get(key: K): R | null {
    const value = this.parent.get(key);
    const mapped = value === null ? null : this.callback.value(this.mapper(value, key));
    this.timestampMs = mapped === null ? Number.NaN : this.parent.timestampMs;
    return mapped;
  }
}
