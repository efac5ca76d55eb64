import type { RecordContext } from "../record/record-context.ts";
import type { ForeachAction } from "./callbacks.ts";
import type { OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";

/** Hands each record to a function; the end of the stream. */
export function foreach<K, V>(action: ForeachAction<K, V>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "foreach",
    input: "stream",
    output: "none",
    create: () => new Foreach<K, V>(action),
  });
}

class Foreach<K, V> implements StreamOperator<K, V> {
  readonly action: ForeachAction<K, V>;

  constructor(action: ForeachAction<K, V>) {
    this.action = action;
  }

  process(key: K, value: V, context: RecordContext): void {
    this.action(value, key, context);
  }
}
