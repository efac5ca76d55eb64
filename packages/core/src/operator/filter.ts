import type { RecordContext } from "../record/record-context.ts";
import type { Predicate } from "./callbacks.ts";
import type { OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";

/** Lets records pass that match, or with `negate` those that do not. Null keys and values reach the predicate. */
export function filter<K, V>(predicate: Predicate<K, V>, negate: boolean): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: negate ? "filterNot" : "filter",
    input: "stream",
    output: "stream",
    create: (build) => new Filter<K, V>(predicate, negate, build.child),
  });
}

class Filter<K, V> implements StreamOperator<K, V> {
  readonly predicate: Predicate<K, V>;
  readonly negate: boolean;
  readonly child: StreamOperator<K, V>;

  constructor(predicate: Predicate<K, V>, negate: boolean, child: StreamOperator<K, V>) {
    this.predicate = predicate;
    this.negate = negate;
    this.child = child;
  }

  process(key: K, value: V, context: RecordContext): void {
    if (!this.predicate(value, key, context) === this.negate) this.child.process(key, value, context);
  }
}
