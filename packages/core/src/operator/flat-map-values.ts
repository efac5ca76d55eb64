import type { RecordContext } from "../record/record-context.ts";
import type { RecordView } from "./callbacks.ts";
import { NullResultError } from "./errors.ts";
import type { OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";

type ValuesMapper<K, V, R> = (value: V, key: K, record: RecordView) => Iterable<R>;

/** Turns a record into any number of values under its key. @throws {NullResultError} when the mapper returns null or undefined */
export function flatMapValues<K, V, R>(mapper: ValuesMapper<K, V, R>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "flatMapValues",
    input: "stream",
    output: "stream",
    create: (build) => new FlatMapValues<K, V, R>(build.nodeName, mapper, build.child),
  });
}

class FlatMapValues<K, V, R> implements StreamOperator<K, V> {
  readonly nodeName: string;
  readonly mapper: ValuesMapper<K, V, R>;
  readonly child: StreamOperator<K, R>;

  constructor(nodeName: string, mapper: ValuesMapper<K, V, R>, child: StreamOperator<K, R>) {
    this.nodeName = nodeName;
    this.mapper = mapper;
    this.child = child;
  }

  process(key: K, value: V, context: RecordContext): void {
    const values = this.mapper(value, key, context);
    if (values === null || values === undefined)
      throw new NullResultError(this.nodeName, "flatMapValues", "an iterable of values");
    if (Array.isArray(values)) {
      for (let i = 0; i < values.length; i += 1) this.child.process(key, values[i], context);
      return;
    }
    for (const each of values) this.child.process(key, each, context);
  }
}
