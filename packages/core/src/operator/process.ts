import type { RecordContext } from "../record/record-context.ts";
import { NodeContext, type ReadDuration } from "./node-context.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { ProcessorRecord, type Processor, type ProcessorContext, type ProcessorSupplier } from "./processor.ts";
import { settingsOf } from "./settings.ts";

/** Options of `processRecords`. */
export interface ProcessOptions<K, V, K2, V2> {
  /** Maker of the processor, one for each task. */
  readonly supplier: ProcessorSupplier<K, V, K2, V2>;
  /** Reads the intervals of schedules. */
  readonly durationMs: ReadDuration;
}

/** Gives each record to a processor of the user's, which passes on what it likes (Java's KStream.process). */
export function processRecords<K, V, K2, V2>(options: ProcessOptions<K, V, K2, V2>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "process",
    input: "stream",
    output: "stream",
    settings: settingsOf({ supplier: options.supplier.create }),
    create: (build) => new ProcessRecords<K, V, K2, V2>(options, build),
  });
}

class ProcessRecords<K, V, K2, V2> implements StreamOperator<K, V> {
  readonly processor: Processor<K, V, K2, V2>;
  readonly node: NodeContext;
  readonly record: ProcessorRecord<K, V>;

  constructor({ supplier, durationMs }: ProcessOptions<K, V, K2, V2>, build: OperatorBuild) {
    this.processor = supplier.create();
    this.node = new NodeContext(build, "process", durationMs, false);
    const { context } = build.task;
    this.record = new ProcessorRecord(null as K, null as V, context.timestampMs, context.headers);
  }

  init(): void {
    this.node.run("init", () => this.processor.init?.(this.node as ProcessorContext<K2, V2>));
  }

  process(key: K, value: V, context: RecordContext): void {
    const { node, record } = this;
    record.key = key;
    record.value = value;
    record.timestampMs = context.timestampMs;
    record.headers = context.headers;
    node.call = "process";
    try {
      node.callback.nothing(this.processor.process(record, node as ProcessorContext<K2, V2>));
    } finally {
      node.call = "none";
    }
  }

  close(): void {
    this.node.run("close", () => this.processor.close?.());
  }
}
