import type { RecordContext } from "../record/record-context.ts";
import { windowStoreOf } from "../store/kinds/window.ts";
import type { WindowStore } from "../store/kinds/window.ts";
import { Callback } from "./callback.ts";
import type { Aggregator, Initializer } from "./callbacks.ts";
import type { OperatorBuild, OperatorSpec } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import { settingsOf } from "./settings.ts";
import { WindowedTableOutput } from "./table-output.ts";
import { firstWindowStartMs, windowSettings, type TimeWindowsSpec } from "./time-windows.ts";

/** Options of `windowedAggregate`. */
export interface WindowedAggregateOptions<K, V, A> {
  /** A timestamped window store. */
  readonly store: string;
  /** Windows that the time is cut into. */
  readonly windows: TimeWindowsSpec;
  /** Gives the first aggregate of a key in a window. */
  readonly initializer: Initializer<A>;
  /** Sees null values too, unlike that of an aggregation without windows. */
  readonly aggregator: Aggregator<K, V, A>;
  /** True if a descendant needs old values. */
  readonly sendOldValues: boolean;
  /** Name of the operator as the user called it. Default `aggregate`. */
  readonly kind?: "aggregate" | "reduce";
}

/**
 * Folds the records of a key into one aggregate per window, windows in ascending order of start.
 *
 * A null key is dropped and leaves stream time alone. A window that ended at or before (stream time − grace) is late: the
 * record is dropped for it, and counted once per such window. Stream time is what this operator has seen, this record
 * included (Java's KStreamWindowAggregate).
 */
export function windowedAggregate<K, V, A>(options: WindowedAggregateOptions<K, V, A>): OperatorSpec {
  const { store, windows, initializer, aggregator, sendOldValues } = options;
  return Object.freeze<OperatorSpec>({
    kind: options.kind ?? "aggregate",
    input: "stream",
    output: "table",
    settings: settingsOf({ store, ...windowSettings(windows), initializer, aggregator, sendOldValues }),
    create: (build) => new WindowedAggregate<K, V, A>(options, build),
  });
}

class WindowedAggregate<K, V, A> implements StreamOperator<K, V> {
  readonly store: WindowStore<K, A>;
  readonly windows: TimeWindowsSpec;
  readonly initializer: Initializer<A>;
  readonly aggregator: Aggregator<K, V, A>;
  readonly initialized: Callback;
  readonly aggregated: Callback;
  readonly output: WindowedTableOutput<K, A>;
  readonly build: OperatorBuild;
  observedStreamTimeMs: number = Number.NaN;

  constructor(options: WindowedAggregateOptions<K, V, A>, build: OperatorBuild) {
    this.store = windowStoreOf<K, A>(build.store(options.store), `Node "${build.nodeName}"`);
    this.windows = options.windows;
    this.initializer = options.initializer;
    this.aggregator = options.aggregator;
    const { kind = "aggregate" } = options;
    this.initialized = new Callback(build.nodeName, kind, "initializer");
    this.aggregated = new Callback(build.nodeName, kind, kind === "reduce" ? "reducer" : "aggregator");
    this.output = new WindowedTableOutput(build, this.store, options.windows.sizeMs, options.sendOldValues);
    this.build = build;
  }

  process(key: K, value: V, context: RecordContext): void {
    if (key === null) {
      this.build.task.dropped(this.build.nodeName, "null key");
      return;
    }
    const { sizeMs, advanceMs, graceMs } = this.windows;
    const timestampMs = context.timestampMs;
    if (!(this.observedStreamTimeMs >= timestampMs)) this.observedStreamTimeMs = timestampMs;
    const closeTimeMs = this.observedStreamTimeMs - graceMs;
    for (let startMs = firstWindowStartMs(this.windows, timestampMs); startMs <= timestampMs; startMs += advanceMs) {
      if (startMs + sizeMs > closeTimeMs) this.update(key, value, startMs, timestampMs);
      else this.build.task.dropped(this.build.nodeName, "late");
    }
  }

  update(key: K, value: V, startMs: number, recordTimestampMs: number): void {
    const store = this.store;
    const stored = store.get(key, startMs);
    let timestampMs = recordTimestampMs;
    let old = stored;
    if (stored === null) old = this.initialized.value(this.initializer());
    else if (store.timestampMs > timestampMs) timestampMs = store.timestampMs;
    const aggregate = this.aggregated.value(this.aggregator(old as A, value, key));
    store.put(key, startMs, aggregate, timestampMs);
    this.output.updated(key, startMs, aggregate, old, timestampMs);
  }
}
