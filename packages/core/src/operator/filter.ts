import type { RecordContext } from "../record/record-context.ts";
import { Callback } from "./callback.ts";
import type { Predicate } from "./callbacks.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";

/** Lets records pass that match, or with `negate` those that do not. Null keys and values reach the predicate. */
export function filter<K, V>(predicate: Predicate<K, V>, negate: boolean): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: negate ? "filterNot" : "filter",
    input: "stream",
    output: "stream",
    settings: settingsOf({ predicate }),
    create: (build) => new Filter<K, V>(predicate, negate, build),
  });
}

class Filter<K, V> implements StreamOperator<K, V> {
  readonly predicate: Predicate<K, V>;
  readonly negate: boolean;
  readonly callback: Callback;
  readonly child: StreamOperator<K, V>;

  constructor(predicate: Predicate<K, V>, negate: boolean, build: OperatorBuild) {
    this.predicate = predicate;
    this.negate = negate;
    this.callback = new Callback(build.nodeName, negate ? "filterNot" : "filter", "predicate");
    this.child = build.child;
  }

  process(key: K, value: V, context: RecordContext): void {
    if (this.callback.test(this.predicate(value, key, context)) !== this.negate) this.child.process(key, value, context);
  }
}
