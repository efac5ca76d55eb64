import { catchRejections } from "../rejections.ts";
import type { RecordContext } from "../record/record-context.ts";
import { Callback } from "./callback.ts";
import type { KeyValue, PairsMapper } from "./callbacks.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";

/** Turns a record into any number of pairs. @throws {NullResultError} when the mapper returns nothing to iterate over, or what is no pair */
export function flatMap<K, V, K2, V2>(mapper: PairsMapper<K, V, K2, V2>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "flatMap",
    input: "stream",
    output: "stream",
    settings: settingsOf({ mapper }),
    create: (build) => new FlatMap<K, V, K2, V2>(mapper, build),
  });
}

class FlatMap<K, V, K2, V2> implements StreamOperator<K, V> {
  readonly mapper: PairsMapper<K, V, K2, V2>;
  readonly callback: Callback;
  readonly child: StreamOperator<K2 | null, V2>;

  constructor(mapper: PairsMapper<K, V, K2, V2>, build: OperatorBuild) {
    this.mapper = mapper;
    this.callback = new Callback(build.nodeName, "flatMap", "mapper");
    this.child = build.child;
  }

  process(key: K, value: V, context: RecordContext): void {
    const pairs = this.callback.iterable(this.mapper(value, key, context));
    try {
      if (Array.isArray(pairs)) {
        for (let i = 0; i < pairs.length; i += 1) this.forward(pairs[i], context);
        return;
      }
      for (const pair of pairs) this.forward(pair, context);
    } catch (error) {
      // items that nobody has looked at yet may be promises too
      catchRejections(pairs, error);
      throw error;
    }
  }

  forward(result: KeyValue<K2, V2>, context: RecordContext): void {
    const { callback } = this;
    const pair = callback.pair(result);
    this.child.process(callback.keyOf(pair), callback.valueOf(pair), context);
  }
}
