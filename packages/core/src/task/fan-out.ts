import type { RecordContext } from "../record/record-context.ts";
import type { StreamOperator, TableOperator } from "../operator/operator.ts";

/** Several children as one, called in the order they were wired. */
export class FanOut<K, V> implements StreamOperator<K, V> {
  readonly children: readonly StreamOperator<K, V>[];

  constructor(children: readonly StreamOperator<K, V>[]) {
    this.children = children;
  }

  process(key: K, value: V, context: RecordContext): void {
    const children = this.children;
    for (let i = 0; i < children.length; i += 1) children[i]!.process(key, value, context);
  }
}

export class TableFanOut<K, V> implements TableOperator<K, V> {
  readonly children: readonly TableOperator<K, V>[];

  constructor(children: readonly TableOperator<K, V>[]) {
    this.children = children;
  }

  change(key: K, newValue: V | null, oldValue: V | null, context: RecordContext): void {
    const children = this.children;
    for (let i = 0; i < children.length; i += 1) children[i]!.change(key, newValue, oldValue, context);
  }
}

/** Stands where there is no child. */
export const noStream: StreamOperator = Object.freeze({ process: () => undefined });
export const noTable: TableOperator = Object.freeze({ change: () => undefined });
