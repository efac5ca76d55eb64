import type { RecordContext } from "../record/record-context.ts";
import { keyValueStoreOf } from "../store/kinds/key-value.ts";
import type { KeyValueStore } from "../store/kinds/key-value.ts";
import { Callback } from "./callback.ts";
import type { Aggregator, Initializer, Reducer } from "./callbacks.ts";
import type { Change } from "./change.ts";
import { NullKeyError } from "./errors.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";
import { TableOutput } from "./table-output.ts";

/** Options of `tableAggregate`. */
export interface TableAggregateOptions<K, V, A> {
  /** A timestamped key-value store. */
  readonly store: string;
  /** Gives the first aggregate of a group; called when a row is added to a group without one. */
  readonly initializer: Initializer<A>;
  /** Adds a row's new value to the aggregate. */
  readonly adder: Aggregator<K, V, A>;
  /** Takes a row's old value out of the aggregate; not called while there is none. */
  readonly subtractor: Aggregator<K, V, A>;
  /** True if a descendant needs old values. */
  readonly sendOldValues: boolean;
  /** Name of the operator as the user called it. Default `aggregate`. */
  readonly kind?: "aggregate" | "reduce";
}

/**
 * Aggregates the changes of a grouped table: the old value is subtracted, then the new one is added, and there is one
 * result. Its time is the largest, unless there was no aggregate (Java's KTableAggregate).
 */
export function tableAggregate<K, V, A>(options: TableAggregateOptions<K, V, A>): OperatorSpec {
  const { store, initializer, adder, subtractor, sendOldValues } = options;
  return Object.freeze<OperatorSpec>({
    kind: options.kind ?? "aggregate",
    input: "stream",
    output: "table",
    settings: settingsOf({ store, initializer, adder, subtractor, sendOldValues }),
    create: (build) => new TableAggregate<K, V, A>(options, build),
  });
}

/** Options of `tableReduce`. */
export interface TableReduceOptions<V> {
  /** Name of a timestamped key-value store. */
  readonly store: string;
  /** Adds a row's new value to the aggregate; not called for the first one. */
  readonly adder: Reducer<V>;
  /** Takes a row's old value out of the aggregate; not called while there is none. */
  readonly subtractor: Reducer<V>;
  /** True if a descendant needs old values. */
  readonly sendOldValues: boolean;
}

/** An aggregation of one type, whose first value is stored as it is (Java's KTableReduce). */
export function tableReduce<V>(options: TableReduceOptions<V>): OperatorSpec {
  const { store, adder, subtractor, sendOldValues } = options;
  const aggregation = tableAggregate<unknown, V, V | null>({
    store,
    sendOldValues,
    kind: "reduce",
    initializer: () => null,
    adder: (total, value) => (total === null ? value : adder(total, value)),
    subtractor: (total, value) => (total === null ? null : subtractor(total, value)),
  });
  return Object.freeze<OperatorSpec>({ ...aggregation, settings: settingsOf({ store, adder, subtractor, sendOldValues }) });
}

class TableAggregate<K, V, A> implements StreamOperator<K, Change<V>> {
  readonly store: KeyValueStore<K, A>;
  readonly initializer: Initializer<A>;
  readonly adder: Aggregator<K, V, A>;
  readonly subtractor: Aggregator<K, V, A>;
  readonly initialized: Callback;
  readonly added: Callback;
  readonly subtracted: Callback;
  readonly output: TableOutput<K, A>;
  readonly nodeName: string;

  constructor(options: TableAggregateOptions<K, V, A>, build: OperatorBuild) {
    this.store = keyValueStoreOf<K, A>(build.store(options.store), `Node "${build.nodeName}"`);
    this.initializer = options.initializer;
    this.adder = options.adder;
    this.subtractor = options.subtractor;
    const { kind = "aggregate" } = options;
    this.initialized = new Callback(build.nodeName, kind, "initializer");
    this.added = new Callback(build.nodeName, kind, "adder");
    this.subtracted = new Callback(build.nodeName, kind, "subtractor");
    this.output = new TableOutput(build, this.store, options.sendOldValues);
    this.nodeName = build.nodeName;
  }

  process(key: K, change: Change<V>, context: RecordContext): void {
    if (key === null) throw new NullKeyError(this.nodeName);
    const { newValue, oldValue } = change;
    const store = this.store;
    const stored = store.get(key);
    let timestampMs = context.timestampMs;
    if (stored !== null && store.timestampMs > timestampMs) timestampMs = store.timestampMs;
    let aggregate = stored;
    if (oldValue !== null && aggregate !== null) {
      aggregate = this.subtracted.value(this.subtractor(aggregate, oldValue, key));
    }
    if (newValue !== null) {
      const total = aggregate ?? this.initialized.value(this.initializer());
      aggregate = this.added.value(this.adder(total as A, newValue, key));
    }
    store.put(key, aggregate, timestampMs);
    this.output.updated(key, aggregate, stored, timestampMs);
  }
}
