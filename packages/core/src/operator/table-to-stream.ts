import type { RecordContext } from "../record/record-context.ts";
import type { OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator, TableOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";

/** A table's changes as a stream of its new values, tombstones included. */
export function tableToStream(): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "toStream",
    input: "table",
    output: "stream",
    settings: settingsOf({}),
    create: (build) => new TableToStream(build.child),
  });
}

class TableToStream<K, V> implements TableOperator<K, V> {
  readonly child: StreamOperator<K, V | null>;

  constructor(child: StreamOperator<K, V | null>) {
    this.child = child;
  }

  change(key: K, newValue: V | null, _oldValue: V | null, context: RecordContext): void {
    this.child.process(key, newValue, context);
  }
}
