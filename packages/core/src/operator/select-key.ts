import type { RecordContext } from "../record/record-context.ts";
import { Callback } from "./callback.ts";
import type { ValueMapper } from "./callbacks.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";

/**
 * Replaces the key; undefined is null. Planning inserts a repartition topic before operators downstream that need records by
 * key.
 *
 * @param call the call that took the mapper, for messages
 */
export function selectKey<K, V, K2>(mapper: ValueMapper<K, V, K2>, call: "selectKey" | "groupBy" = "selectKey"): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "selectKey",
    input: "stream",
    output: "stream",
    settings: settingsOf({ mapper }),
    create: (build) => new SelectKey<K, V, K2>(mapper, call, build),
  });
}

class SelectKey<K, V, K2> implements StreamOperator<K, V> {
  readonly mapper: ValueMapper<K, V, K2>;
  readonly callback: Callback;
  readonly child: StreamOperator<K2 | null, V>;

  constructor(mapper: ValueMapper<K, V, K2>, call: string, build: OperatorBuild) {
    this.mapper = mapper;
    this.callback = new Callback(build.nodeName, call, "key selector");
    this.child = build.child;
  }

  process(key: K, value: V, context: RecordContext): void {
    this.child.process(this.callback.key(this.mapper(value, key, context)), value, context);
  }
}
