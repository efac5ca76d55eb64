import type { RecordContext } from "../record/record-context.ts";
import type { KeyValue, RecordView } from "./callbacks.ts";
import { NullResultError } from "./errors.ts";
import type { OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";

type PairsMapper<K, V, K2, V2> = (value: V, key: K, record: RecordView) => Iterable<KeyValue<K2, V2>>;

/** Turns a record into any number of pairs. @throws {NullResultError} when the mapper returns null or undefined */
export function flatMap<K, V, K2, V2>(mapper: PairsMapper<K, V, K2, V2>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "flatMap",
    input: "stream",
    output: "stream",
    create: (build) => new FlatMap<K, V, K2, V2>(build.nodeName, mapper, build.child),
  });
}

class FlatMap<K, V, K2, V2> implements StreamOperator<K, V> {
  readonly nodeName: string;
  readonly mapper: PairsMapper<K, V, K2, V2>;
  readonly child: StreamOperator<K2, V2>;

  constructor(nodeName: string, mapper: PairsMapper<K, V, K2, V2>, child: StreamOperator<K2, V2>) {
    this.nodeName = nodeName;
    this.mapper = mapper;
    this.child = child;
  }

  process(key: K, value: V, context: RecordContext): void {
    const pairs = this.mapper(value, key, context);
    if (pairs === null || pairs === undefined)
      throw new NullResultError(this.nodeName, "flatMap", "an iterable of { key, value }");
    if (Array.isArray(pairs)) {
      for (let i = 0; i < pairs.length; i += 1) this.child.process(pairs[i].key, pairs[i].value, context);
      return;
    }
    for (const pair of pairs) this.child.process(pair.key, pair.value, context);
  }
}
