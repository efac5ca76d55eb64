import type { RecordContext } from "../record/record-context.ts";
import type { ValueMapper } from "./callbacks.ts";
import type { OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";

/** Replaces the key. What needs records by key downstream goes through a repartition topic first; planning sees to it. */
export function selectKey<K, V, K2>(mapper: ValueMapper<K, V, K2>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "selectKey",
    input: "stream",
    output: "stream",
    create: (build) => new SelectKey<K, V, K2>(mapper, build.child),
  });
}

class SelectKey<K, V, K2> implements StreamOperator<K, V> {
  readonly mapper: ValueMapper<K, V, K2>;
  readonly child: StreamOperator<K2, V>;

  constructor(mapper: ValueMapper<K, V, K2>, child: StreamOperator<K2, V>) {
    this.mapper = mapper;
    this.child = child;
  }

  process(key: K, value: V, context: RecordContext): void {
    this.child.process(this.mapper(value, key, context), value, context);
  }
}
