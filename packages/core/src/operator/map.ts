import type { RecordContext } from "../record/record-context.ts";
import type { KeyValueMapper } from "./callbacks.ts";
import { NullResultError } from "./errors.ts";
import type { OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";

/** Replaces key and value. @throws {NullResultError} when the mapper returns null or undefined instead of a pair */
export function map<K, V, K2, V2>(mapper: KeyValueMapper<K, V, K2, V2>): OperatorSpec {
  return Object.freeze<OperatorSpec>({
    kind: "map",
    input: "stream",
    output: "stream",
    create: (build) => new MapPair<K, V, K2, V2>(build.nodeName, mapper, build.child),
  });
}

class MapPair<K, V, K2, V2> implements StreamOperator<K, V> {
  readonly nodeName: string;
  readonly mapper: KeyValueMapper<K, V, K2, V2>;
  readonly child: StreamOperator<K2, V2>;

  constructor(nodeName: string, mapper: KeyValueMapper<K, V, K2, V2>, child: StreamOperator<K2, V2>) {
    this.nodeName = nodeName;
    this.mapper = mapper;
    this.child = child;
  }

  process(key: K, value: V, context: RecordContext): void {
    const pair = this.mapper(value, key, context);
    if (pair === null || pair === undefined) throw new NullResultError(this.nodeName, "map", "an object { key, value }");
    this.child.process(pair.key, pair.value, context);
  }
}
