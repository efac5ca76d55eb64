import type { RecordContext } from "../record/record-context.ts";
import { encode } from "../serde/encode.ts";
import type { Serde } from "../serde/serde.ts";
import { Callback } from "./callback.ts";
import type { KeyValue } from "./callbacks.ts";
import { Change } from "./change.ts";
import { NullKeyError } from "./errors.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator, TableOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";

/** Options of `tableGroupBy`. */
export interface TableGroupByOptions<K, V, K2, V2> {
  /** Called for the new and the old value of an update: keep it pure. Results without a key or without a value are left out. */
  readonly mapper: (value: V, key: K) => KeyValue<K2 | null, V2 | null> | null;
  /** Serde of the groups' keys, which decides whether two are the same; null: the application's default. */
  readonly keySerde: Serde<unknown> | null;
}

/**
 * Sends a table's updates to their groups, as changes for a repartition topic. A row that stays in its group is one record
 * with both values (KIP-904); one that moves leaves the old group first, then enters the new one (Java's KTableRepartitionMap).
 * The parent must send old values.
 */
export function tableGroupBy<K, V, K2, V2>(options: TableGroupByOptions<K, V, K2, V2>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "groupBy",
    input: "table",
    output: "stream",
    settings: settingsOf({ mapper: options.mapper, keySerde: options.keySerde?.name }),
    create: (build) => new TableGroupBy<K, V, K2, V2>(options, build),
  });
}

class TableGroupBy<K, V, K2, V2> implements TableOperator<K, V> {
  readonly mapper: TableGroupByOptions<K, V, K2, V2>["mapper"];
  readonly keySerde: Serde<K2>;
  readonly child: StreamOperator<K2, Change<V2>>;
  readonly nodeName: string;
  readonly callback: Callback;

  constructor(options: TableGroupByOptions<K, V, K2, V2>, build: OperatorBuild) {
    this.mapper = options.mapper;
    this.keySerde = build.keySerde(options.keySerde) as Serde<K2>;
    this.child = build.child;
    this.nodeName = build.nodeName;
    this.callback = new Callback(build.nodeName, "groupBy", "mapper");
  }

  change(key: K, newValue: V | null, oldValue: V | null, context: RecordContext): void {
    if (key === null) throw new NullKeyError(this.nodeName);
    const entered = this.mapped(newValue, key);
    const newGroup = entered === null ? null : this.group(entered);
    const left = this.mapped(oldValue, key);
    const oldGroup = left === null ? null : this.group(left);
    if (newGroup !== null && oldGroup !== null && this.same(newGroup, oldGroup)) {
      this.child.process(oldGroup, new Change(entered!.value, left!.value), context);
      return;
    }
    if (oldGroup !== null) this.child.process(oldGroup, new Change<V2>(null, left!.value), context);
    if (newGroup !== null) this.child.process(newGroup, new Change<V2>(entered!.value, null), context);
  }

  mapped(value: V | null, key: K): KeyValue<K2 | null, V2 | null> | null {
    return value === null ? null : this.callback.value(this.mapper(value, key));
  }

  /** null: the row is in no group. */
  group(pair: KeyValue<K2 | null, V2 | null>): K2 | null {
    const key = this.callback.keyOf(pair);
    return this.callback.valueOf(pair) === null ? null : key;
  }

  same(a: K2, b: K2): boolean {
    return a === b || (this.keySerde.identity === "bytes" && encode(a, this.keySerde).equals(encode(b, this.keySerde)));
  }
}
