import type { RecordContext } from "../record/record-context.ts";
import { Callback } from "./callback.ts";
import type { ForeachAction } from "./callbacks.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";

/** Shows each record to a function, then passes it on unchanged. */
export function peek<K, V>(action: ForeachAction<K, V>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "peek",
    input: "stream",
    output: "stream",
    settings: settingsOf({ action }),
    create: (build) => new Peek<K, V>(action, build),
  });
}

class Peek<K, V> implements StreamOperator<K, V> {
  readonly action: ForeachAction<K, V>;
  readonly callback: Callback;
  readonly child: StreamOperator<K, V>;

  constructor(action: ForeachAction<K, V>, build: OperatorBuild) {
    this.action = action;
    this.callback = new Callback(build.nodeName, "peek", "action");
    this.child = build.child;
  }

  process(key: K, value: V, context: RecordContext): void {
    this.callback.nothing(this.action(value, key, context));
    this.child.process(key, value, context);
  }
}
