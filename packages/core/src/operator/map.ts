import type { RecordContext } from "../record/record-context.ts";
import { Callback } from "./callback.ts";
import type { KeyValueMapper } from "./callbacks.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";

/** Replaces key and value. @throws {NullResultError} when the mapper returns what is no pair */
export function map<K, V, K2, V2>(mapper: KeyValueMapper<K, V, K2, V2>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "map",
    input: "stream",
    output: "stream",
    settings: settingsOf({ mapper }),
    create: (build) => new MapPair<K, V, K2, V2>(mapper, build),
  });
}

class MapPair<K, V, K2, V2> implements StreamOperator<K, V> {
  readonly mapper: KeyValueMapper<K, V, K2, V2>;
  readonly callback: Callback;
  readonly child: StreamOperator<K2 | null, V2>;

  constructor(mapper: KeyValueMapper<K, V, K2, V2>, build: OperatorBuild) {
    this.mapper = mapper;
    this.callback = new Callback(build.nodeName, "map", "mapper");
    this.child = build.child;
  }

  process(key: K, value: V, context: RecordContext): void {
    const { callback } = this;
    const pair = callback.pair(this.mapper(value, key, context));
    this.child.process(callback.keyOf(pair), callback.valueOf(pair), context);
  }
}
