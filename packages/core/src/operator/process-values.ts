import type { RecordContext } from "../record/record-context.ts";
import { NodeContext, type ReadDuration } from "./node-context.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import {
  FixedKeyRecord,
  type FixedKeyProcessor,
  type FixedKeyProcessorContext,
  type FixedKeyProcessorSupplier,
} from "./processor.ts";
import { settingsOf } from "./settings.ts";

/** Options of `processValues`. */
export interface ProcessValuesOptions<K, V, V2> {
  /** Maker of the processor, one for each task. */
  readonly supplier: FixedKeyProcessorSupplier<K, V, V2>;
  /** Reads the intervals of schedules. */
  readonly durationMs: ReadDuration;
}

/** Gives each record to a processor of the user's, which may pass on records with the key that they came with (Java's KStream.processValues). */
export function processValues<K, V, V2>(options: ProcessValuesOptions<K, V, V2>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "processValues",
    input: "stream",
    output: "stream",
    settings: settingsOf({ supplier: options.supplier.create }),
    create: (build) => new ProcessValues<K, V, V2>(options, build),
  });
}

class ProcessValues<K, V, V2> implements StreamOperator<K, V> {
  readonly processor: FixedKeyProcessor<K, V, V2>;
  readonly node: NodeContext;
  readonly record: FixedKeyRecord<K, V>;

  constructor({ supplier, durationMs }: ProcessValuesOptions<K, V, V2>, build: OperatorBuild) {
    this.processor = supplier.create();
    this.node = new NodeContext(build, "processValues", durationMs, true);
    const { context } = build.task;
    this.record = new FixedKeyRecord(null as K, null as V, context.timestampMs, context.headers);
  }

  init(): void {
    this.node.run("init", () => this.processor.init?.(this.node as FixedKeyProcessorContext<K, V2>));
  }

  process(key: K, value: V, context: RecordContext): void {
    const { node } = this;
    const record = this.record.move(key, value, context.timestampMs, context.headers);
    node.call = "process";
    try {
      node.callback.nothing(this.processor.process(record, node as FixedKeyProcessorContext<K, V2>));
    } finally {
      node.call = "none";
    }
  }

  close(): void {
    this.node.run("close", () => this.processor.close?.());
  }
}
