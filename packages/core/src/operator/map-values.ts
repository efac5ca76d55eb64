import type { RecordContext } from "../record/record-context.ts";
import { Callback } from "./callback.ts";
import type { ValueMapper } from "./callbacks.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";

/** Replaces the value; the key stays, so nothing needs repartitioning. Null values reach the mapper. */
export function mapValues<K, V, R>(mapper: ValueMapper<K, V, R>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "mapValues",
    input: "stream",
    output: "stream",
    settings: settingsOf({ mapper }),
    create: (build) => new MapValues<K, V, R>(mapper, build),
  });
}

class MapValues<K, V, R> implements StreamOperator<K, V> {
  readonly mapper: ValueMapper<K, V, R>;
  readonly callback: Callback;
  readonly child: StreamOperator<K, R>;

  constructor(mapper: ValueMapper<K, V, R>, build: OperatorBuild) {
    this.mapper = mapper;
    this.callback = new Callback(build.nodeName, "mapValues", "mapper");
    this.child = build.child;
  }

  process(key: K, value: V, context: RecordContext): void {
    this.child.process(key, this.callback.value(this.mapper(value, key, context)), context);
  }
}
