import type { Expected, ShownEntry, ShownError, ShownRecord, ShownStore } from "./scenario.ts";

/** First place at which two results differ. */
export interface Difference {
  /** Path of the value inside the result, such as `expected.outputs[2][0].value`. */
  readonly path: string;
  /** Value that Java recorded there; undefined if the field is absent. */
  readonly expected: unknown;
  /** Value that the run here showed; undefined if the field is absent. */
  readonly got: unknown;
}

/**
 * The first difference between what a scenario expects and what a run showed, or null.
 *
 * Compared are: description, names, sub-topologies, records (bytes, what our serdes read from them, times, headers, order),
 * effects, dropped counts, stores, and of an error its phase, event, class and the class of its first cause. Not compared are
 * messages, which are advice.
 */
export function firstDifference(expected: Expected, shown: Expected): Difference | null {
  return difference("expected", comparable(expected), comparable(shown));
}

/** A result with all that is left out when it is empty, and without what is not compared. */
function comparable(result: Expected): Record<string, unknown> {
  const { outputs } = result;
  const failedBefore = outputs === undefined;
  return {
    error: result.error === undefined ? null : comparableError(result.error),
    describe: result.describe ?? null,
    queryableStoreNames: result.queryableStoreNames ?? {},
    subtopologies: result.subtopologies ?? null,
    outputs: outputs?.map((records) => records.map(comparableRecord)) ?? null,
    effectsAtStart: result.effectsAtStart ?? [],
    effects: failedBefore ? null : (result.effects ?? outputs.map(() => [])),
    droppedPerEvent: failedBefore ? null : (result.droppedPerEvent ?? outputs.map(() => 0)),
    outputsAtClose: result.outputsAtClose?.map(comparableRecord) ?? [],
    stores: result.stores === undefined ? null : mapValues(result.stores, comparableStore),
    metrics: result.metrics ?? null,
  };
}

function comparableError(error: ShownError): unknown {
  const { phase, event = null, class: outermost, causes = [] } = error;
  return { phase, event, class: outermost, cause: causes[0]?.class ?? null };
}

function comparableRecord(record: ShownRecord): unknown {
  const { topic, key, value, ts, headers = [], partition = 0, k = null, v = null, undecodable = false } = record;
  return { topic, key, value, ts, headers, partition, k, v, undecodable };
}

function comparableStore(store: ShownStore): unknown {
  const { type, all = null, reverseAll = null, backwardAll = null, persisted = null, unreadable = null } = store;
  const shown = { type, all, reverseAll, backwardAll, persisted, unreadable };
  return mapValues(shown, (part) => (Array.isArray(part) ? part.map(comparableEntry) : part));
}

function comparableEntry(entry: ShownEntry): unknown {
  const { key, value, start = null, end = null } = entry;
  return { key, start, end, value };
}

function mapValues<T>(record: Readonly<Record<string, T>>, map: (value: T) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

function difference(path: string, expected: unknown, got: unknown): Difference | null {
  if (Object.is(expected, got)) return null;
  // A header value of `*` stands for anything: stack traces are the virtual machine's.
  if (expected === "*" && path.includes(".headers[")) return null;
  if (Array.isArray(expected) && Array.isArray(got)) return listDifference(path, expected, got);
  if (!isRecord(expected) || !isRecord(got)) return { path, expected, got };
  for (const name of new Set([...Object.keys(expected), ...Object.keys(got)])) {
    const found = difference(`${path}.${name}`, expected[name], got[name]);
    if (found !== null) return found;
  }
  return null;
}

function listDifference(path: string, expected: readonly unknown[], got: readonly unknown[]): Difference | null {
  for (let i = 0; i < Math.max(expected.length, got.length); i += 1) {
    const found = difference(`${path}[${i}]`, expected[i], got[i]);
    if (found !== null) return found;
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
