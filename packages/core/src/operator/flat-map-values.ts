import { catchRejections } from "../rejections.ts";
import type { RecordContext } from "../record/record-context.ts";
import { Callback } from "./callback.ts";
import type { ValuesMapper } from "./callbacks.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";

/** Turns a record into any number of values under its key. @throws {NullResultError} when the mapper returns nothing to iterate over */
export function flatMapValues<K, V, R>(mapper: ValuesMapper<K, V, R>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "flatMapValues",
    input: "stream",
    output: "stream",
    settings: settingsOf({ mapper }),
    create: (build) => new FlatMapValues<K, V, R>(mapper, build),
  });
}

class FlatMapValues<K, V, R> implements StreamOperator<K, V> {
  readonly mapper: ValuesMapper<K, V, R>;
  readonly callback: Callback;
  readonly child: StreamOperator<K, R>;

  constructor(mapper: ValuesMapper<K, V, R>, build: OperatorBuild) {
    this.mapper = mapper;
    this.callback = new Callback(build.nodeName, "flatMapValues", "mapper");
    this.child = build.child;
  }

  process(key: K, value: V, context: RecordContext): void {
    const { callback, child } = this;
    const values = callback.iterable(this.mapper(value, key, context));
    try {
      if (Array.isArray(values)) {
        for (let i = 0; i < values.length; i += 1) child.process(key, callback.value(values[i]), context);
        return;
      }
      for (const each of values) child.process(key, callback.value(each), context);
    } catch (error) {
      // items that nobody has looked at yet may be promises too
      catchRejections(values, error);
      throw error;
    }
  }
}
