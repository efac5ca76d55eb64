import type { RecordContext } from "../record/record-context.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";

/**
 * Drops records without a key on their way to a repartition topic, where they would belong to no partition. Java's filter
 * does the same without a word, and without counting it in `dropped-records-total`.
 */
export function keyedOnly(): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "filter",
    input: "stream",
    output: "stream",
    settings: settingsOf({ dropsNullKeys: true }),
    create: (build) => new KeyedOnly(build),
  });
}

class KeyedOnly<K, V> implements StreamOperator<K, V> {
  readonly build: OperatorBuild;
  readonly child: StreamOperator<K, V>;

  constructor(build: OperatorBuild) {
    this.build = build;
    this.child = build.child;
  }

  process(key: K, value: V, context: RecordContext): void {
    if (key === null) this.build.task.dropped(this.build.nodeName, "no key to partition by");
    else this.child.process(key, value, context);
  }
}
