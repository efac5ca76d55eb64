import type { RecordContext } from "../record/record-context.ts";
import { keyValueStoreOf } from "../store/kinds/key-value.ts";
import type { KeyValueStore } from "../store/kinds/key-value.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator, TableOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";
import { TableOutput } from "./table-output.ts";

/** Options of `tableSource`. */
export interface TableSourceOptions {
  /** A timestamped key-value store, or null: the table only passes changes on. */
  readonly store: string | null;
  /** True if a descendant needs old values; a table without a store has none to give. */
  readonly sendOldValues: boolean;
}

/**
 * Reads a stream as a table's updates; also `toTable`. A null key is dropped, a null value deletes. A late record
 * overwrites a younger one and goes on with its own, older time (Java's KTableSource).
 */
export function tableSource(options: TableSourceOptions): OperatorSpec {
  const { store, sendOldValues } = options;
  return Object.freeze<OperatorSpec>({
    kind: "table",
    input: "stream",
    output: "table",
    settings: settingsOf({ store, sendOldValues }),
    create: (build) => (store === null ? new UnstoredTable(build) : new StoredTable(store, sendOldValues, build)),
  });
}

class UnstoredTable<K, V> implements StreamOperator<K, V> {
  readonly child: TableOperator<K, V>;
  readonly build: OperatorBuild;

  constructor(build: OperatorBuild) {
    this.child = build.tableChild;
    this.build = build;
  }

  process(key: K, value: V, context: RecordContext): void {
    if (key === null) this.build.task.dropped(this.build.nodeName, "null key");
    else this.child.change(key, value, null, context);
  }
}

class StoredTable<K, V> implements StreamOperator<K, V> {
  readonly store: KeyValueStore<K, V>;
  readonly output: TableOutput<K, V>;
  readonly build: OperatorBuild;

  constructor(store: string, sendOldValues: boolean, build: OperatorBuild) {
    this.store = keyValueStoreOf<K, V>(build.store(store), `Node "${build.nodeName}"`);
    this.output = new TableOutput(build, this.store, sendOldValues);
    this.build = build;
  }

  process(key: K, value: V, context: RecordContext): void {
    if (key === null) {
      this.build.task.dropped(this.build.nodeName, "null key");
      return;
    }
    // Nobody needs the old value unless it is sent: a table that is only looked up costs no read per update.
    const old = this.output.needsOldValue ? this.store.get(key) : null;
    this.store.put(key, value, context.timestampMs);
    this.output.updated(key, value, old, context.timestampMs);
  }
}
