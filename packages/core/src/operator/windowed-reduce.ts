import type { Reducer } from "./callbacks.ts";
import type { OperatorSpec } from "./operator-spec.ts";
import type { TimeWindowsSpec } from "./time-windows.ts";
import { windowedAggregate } from "./windowed-aggregate.ts";

export interface WindowedReduceOptions<V> {
  /** A timestamped window store. */
  readonly store: string;
  readonly windows: TimeWindowsSpec;
  readonly reducer: Reducer<V>;
  readonly sendOldValues: boolean;
}

/**
 * Combines the values of a key per window: an aggregation that starts from null, whose first value is stored as it is.
 * A null value in an empty window therefore leaves it empty, and later ones reach the reducer (as in Java).
 */
export function windowedReduce<V>(options: WindowedReduceOptions<V>): OperatorSpec {
  const { reducer } = options;
  return windowedAggregate<unknown, V, V | null>({
    store: options.store,
    windows: options.windows,
    sendOldValues: options.sendOldValues,
    initializer: () => null,
    aggregator: (aggregate, value) => (aggregate === null ? value : reducer(aggregate, value)),
    kind: "reduce",
  });
}
