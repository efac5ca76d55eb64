import type { RecordContext } from "../record/record-context.ts";
import { Callback } from "./callback.ts";
import type { Joiner } from "./callbacks.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";
import type { TableGetter, TableGetterSpec } from "./table-getter.ts";

/** Options of `streamTableJoin`. */
export interface StreamTableJoinOptions<K, L, R, T> {
  /** Way to look up the table's value. */
  readonly getter: TableGetterSpec;
  /** The right value is null in a left join where the table has none. */
  readonly joiner: Joiner<K, L, R, T>;
  /** A left join: records without a match go on, joined with null. */
  readonly left: boolean;
}

/**
 * Joins each record with the table's value of the moment it is processed; the table's updates cause no output. The result
 * has the stream record's time. Null values are dropped; null keys too, but a left join gives them a null right value
 * (KIP-962; Java's KStreamKTableJoinProcessor).
 */
export function streamTableJoin<K, L, R, T>(options: StreamTableJoinOptions<K, L, R, T>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: options.left ? "leftJoin" : "join",
    input: "stream",
    output: "stream",
    settings: settingsOf({
      join: options.left ? "left" : "inner",
      joiner: options.joiner,
      stores: options.getter.stores.join(", "),
    }),
    create: (build) => new StreamTableJoin<K, L, R, T>(options, build),
  });
}

class StreamTableJoin<K, L, R, T> implements StreamOperator<K, L> {
  readonly getter: TableGetter<K, R>;
  readonly joiner: Joiner<K, L, R, T>;
  readonly left: boolean;
  readonly joined: Callback;
  readonly child: StreamOperator<K, T>;
  readonly build: OperatorBuild;

  constructor(options: StreamTableJoinOptions<K, L, R, T>, build: OperatorBuild) {
    this.getter = options.getter.create(build) as TableGetter<K, R>;
    this.joiner = options.joiner;
    this.left = options.left;
    this.joined = new Callback(build.nodeName, options.left ? "leftJoin" : "join", "joiner");
    this.child = build.child;
    this.build = build;
  }

  process(key: K, value: L, context: RecordContext): void {
    if (value === null || (key === null && !this.left)) {
      this.build.task.dropped(this.build.nodeName, value === null ? "null value" : "null key");
      return;
    }
    const right = key === null ? null : this.getter.get(key);
    if (right === null && !this.left) return;
    this.child.process(key, this.joined.value(this.joiner(value, right as R, key)), context);
  }
}
