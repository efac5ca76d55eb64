import type { RecordContext } from "../record/record-context.ts";
import { keyValueStoreOf } from "../store/kinds/key-value.ts";
import type { KeyValueStore } from "../store/kinds/key-value.ts";
import { Callback } from "./callback.ts";
import type { Reducer } from "./callbacks.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";
import { TableOutput } from "./table-output.ts";

/** Options of `streamReduce`. */
export interface StreamReduceOptions<V> {
  /** A timestamped key-value store. */
  readonly store: string;
  /** Combines the aggregate with the next value; null deletes it. */
  readonly reducer: Reducer<V>;
  /** True if a descendant needs old values. */
  readonly sendOldValues: boolean;
}

/** Combines the values of a key. The first one is stored as it is; null keys and values are dropped (Java's KStreamReduce). */
export function streamReduce<V>(options: StreamReduceOptions<V>): OperatorSpec {
  const { store, reducer, sendOldValues } = options;
  return Object.freeze<OperatorSpec>({
    kind: "reduce",
    input: "stream",
    output: "table",
    settings: settingsOf({ store, reducer, sendOldValues }),
    create: (build) => new StreamReduce<unknown, V>(options, build),
  });
}

class StreamReduce<K, V> implements StreamOperator<K, V> {
  readonly store: KeyValueStore<K, V>;
  readonly reducer: Reducer<V>;
  readonly reduced: Callback;
  readonly output: TableOutput<K, V>;
  readonly build: OperatorBuild;

  constructor(options: StreamReduceOptions<V>, build: OperatorBuild) {
    this.store = keyValueStoreOf<K, V>(build.store(options.store), `Node "${build.nodeName}"`);
    this.reducer = options.reducer;
    this.reduced = new Callback(build.nodeName, "reduce", "reducer");
    this.output = new TableOutput(build, this.store, options.sendOldValues);
    this.build = build;
  }

  process(key: K, value: V, context: RecordContext): void {
    if (key === null || value === null) {
      this.build.task.dropped(this.build.nodeName, key === null ? "null key" : "null value");
      return;
    }
    const store = this.store;
    const old = store.get(key);
    let timestampMs = context.timestampMs;
    let aggregate: V | null = value;
    if (old !== null) {
      if (store.timestampMs > timestampMs) timestampMs = store.timestampMs;
      aggregate = this.reduced.value(this.reducer(old, value));
    }
    store.put(key, aggregate, timestampMs);
    this.output.updated(key, aggregate, old, timestampMs);
  }
}
