import type { Aggregator, Joiner, TableGroupByOptions, TablePredicate, TableValueMapper } from "@millrace/core";

/** Aggregator without its types, as graphs hold users' functions. */
export type AnyAggregator = Aggregator<unknown, unknown, unknown>;

/** Joiner without its types. */
export type AnyJoiner = Joiner<unknown, unknown, unknown, unknown>;
/** Predicate of a table without its types. */
export type AnyTablePredicate = TablePredicate<unknown, unknown>;
/** Mapper of a table's values without its types. */
export type AnyTableMapper = TableValueMapper<unknown, unknown, unknown>;
/** Mapper of rows to groups without its types. */
export type AnyTableGroupMapper = TableGroupByOptions<unknown, unknown, unknown, unknown>["mapper"];

/** Count of a key that has none yet. */
export function zero(): number {
  return 0;
}

/** Counts a record that came. */
export function addOne(count: unknown): number {
  return (count as number) + 1;
}

/** Takes a row that changed or left out of a count. */
export function subtractOne(count: unknown): number {
  return (count as number) - 1;
}
