import type { RecordContext } from "../record/record-context.ts";
import { keyValueStoreOf } from "../store/kinds/key-value.ts";
import type { KeyValueStore } from "../store/kinds/key-value.ts";
import { Callback } from "./callback.ts";
import type { Aggregator, Initializer } from "./callbacks.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";
import { TableOutput } from "./table-output.ts";

/** Options of `streamAggregate`. */
export interface StreamAggregateOptions<K, V, A> {
  /** A timestamped key-value store. */
  readonly store: string;
  /** Gives the first aggregate of a key. */
  readonly initializer: Initializer<A>;
  /** Adds a record to the aggregate; null deletes it. */
  readonly aggregator: Aggregator<K, V, A>;
  /** True if a descendant needs old values. */
  readonly sendOldValues: boolean;
}

/**
 * Folds the records of a key into an aggregate; its time is the largest of the records'. A null key or value is dropped.
 *
 * Without a cache the old value of a key that had none is the initializer's, as in Java's KStreamAggregate; with a cache
 * it is null.
 */
export function streamAggregate<K, V, A>(options: StreamAggregateOptions<K, V, A>): OperatorSpec {
  const { store, initializer, aggregator, sendOldValues } = options;
  return Object.freeze<OperatorSpec>({
    kind: "aggregate",
    input: "stream",
    output: "table",
    settings: settingsOf({ store, initializer, aggregator, sendOldValues }),
    create: (build) => new StreamAggregate<K, V, A>(options, build),
  });
}

class StreamAggregate<K, V, A> implements StreamOperator<K, V> {
  readonly store: KeyValueStore<K, A>;
  readonly initializer: Initializer<A>;
  readonly aggregator: Aggregator<K, V, A>;
  readonly initialized: Callback;
  readonly aggregated: Callback;
  readonly output: TableOutput<K, A>;
  readonly build: OperatorBuild;

  constructor(options: StreamAggregateOptions<K, V, A>, build: OperatorBuild) {
    this.store = keyValueStoreOf<K, A>(build.store(options.store), `Node "${build.nodeName}"`);
    this.initializer = options.initializer;
    this.aggregator = options.aggregator;
    this.initialized = new Callback(build.nodeName, "aggregate", "initializer");
    this.aggregated = new Callback(build.nodeName, "aggregate", "aggregator");
    this.output = new TableOutput(build, this.store, options.sendOldValues);
    this.build = build;
  }

  process(key: K, value: V, context: RecordContext): void {
    if (key === null || value === null) {
      this.build.task.dropped(this.build.nodeName, key === null ? "null key" : "null value");
      return;
    }
    const store = this.store;
    const stored = store.get(key);
    let timestampMs = context.timestampMs;
    let old = stored;
    if (stored === null) old = this.initialized.value(this.initializer());
    else if (store.timestampMs > timestampMs) timestampMs = store.timestampMs;
    const aggregate = this.aggregated.value(this.aggregator(old as A, value, key));
    store.put(key, aggregate, timestampMs);
    this.output.updated(key, aggregate, old, timestampMs);
  }
}
