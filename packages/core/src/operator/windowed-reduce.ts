import type { Reducer } from "./callbacks.ts";
import type { OperatorSpec } from "./operator-spec.ts";
import { settingsOf } from "./settings.ts";
import { windowSettings, type TimeWindowsSpec } from "./time-windows.ts";
import { windowedAggregate } from "./windowed-aggregate.ts";

/** Options of `windowedReduce`. */
export interface WindowedReduceOptions<V> {
  /** A timestamped window store. */
  readonly store: string;
  /** Windows that the time is cut into. */
  readonly windows: TimeWindowsSpec;
  /** Combines the window's aggregate with the next value; null deletes it. */
  readonly reducer: Reducer<V>;
  /** True if a descendant needs old values. */
  readonly sendOldValues: boolean;
}

/**
 * Combines the values of a key per window: an aggregation that starts from null, whose first value is stored as it is.
 * A null value in an empty window therefore leaves it empty, and later ones reach the reducer (as in Java).
 */
export function windowedReduce<V>(options: WindowedReduceOptions<V>): OperatorSpec {
  const { store, windows, reducer, sendOldValues } = options;
  const aggregation = windowedAggregate<unknown, V, V | null>({
    store,
    windows,
    sendOldValues,
    initializer: () => null,
    aggregator: (aggregate, value) => (aggregate === null ? value : reducer(aggregate, value)),
    kind: "reduce",
  });
  return Object.freeze<OperatorSpec>({
    ...aggregation,
    settings: settingsOf({ store, ...windowSettings(windows), reducer, sendOldValues }),
  });
}
