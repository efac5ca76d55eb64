import type { RecordContext } from "../record/record-context.ts";
import { Callback } from "./callback.ts";
import type { ForeachAction } from "./callbacks.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";

/** Hands each record to a function; the end of the stream. */
export function foreach<K, V>(action: ForeachAction<K, V>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "foreach",
    input: "stream",
    output: "none",
    settings: settingsOf({ action }),
    create: (build) => new Foreach<K, V>(action, build),
  });
}

class Foreach<K, V> implements StreamOperator<K, V> {
  readonly action: ForeachAction<K, V>;
  readonly callback: Callback;

  constructor(action: ForeachAction<K, V>, build: OperatorBuild) {
    this.action = action;
    this.callback = new Callback(build.nodeName, "foreach", "action");
  }

  process(key: K, value: V, context: RecordContext): void {
    this.callback.nothing(this.action(value, key, context));
  }
}
