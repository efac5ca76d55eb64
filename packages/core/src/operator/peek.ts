import type { RecordContext } from "../record/record-context.ts";
import type { ForeachAction } from "./callbacks.ts";
import type { OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";

/** Shows each record to a function, then passes it on unchanged. */
export function peek<K, V>(action: ForeachAction<K, V>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "peek",
    input: "stream",
    output: "stream",
    create: (build) => new Peek<K, V>(action, build.child),
  });
}

class Peek<K, V> implements StreamOperator<K, V> {
  readonly action: ForeachAction<K, V>;
  readonly child: StreamOperator<K, V>;

  constructor(action: ForeachAction<K, V>, child: StreamOperator<K, V>) {
    this.action = action;
    this.child = child;
  }

  process(key: K, value: V, context: RecordContext): void {
    this.action(value, key, context);
    this.child.process(key, value, context);
  }
}
