import type {
  ProcessorKeyValueStore,
  ProcessorRecord,
  ProcessorWindowStore,
  StoreIterator,
  WindowStoreIterator,
} from "@millrace/core";
import { LackError } from "./errors.ts";
import { text } from "./text.ts";

/** Runs the command that a record's value is on a key-value store. */
export function keyValueCommand({ key, value }: ProcessorRecord<any, any>, store: ProcessorKeyValueStore<any, any>): string {
  const [command = "", a = "", b = ""] = text(value).split(":");
  switch (command) {
    case "get":
      return timestamped(store.get(key), store.timestampMs);
    case "put":
      store.put(key, a);
      return "ok";
    case "putNull":
      store.put(key, null);
      return "ok";
    case "putIfAbsent":
      return timestamped(store.putIfAbsent(key, a), store.timestampMs);
    case "delete": {
      const before = store.get(key);
      const timestampMs = store.timestampMs;
      store.delete(key);
      return timestamped(before, timestampMs);
    }
    case "putAll":
      for (const entry of a.split(",")) store.put(entry.split("=")[0], entry.split("=")[1]);
      return "ok";
    case "all":
      return drained(store.all());
    case "reverseAll":
      return drained(store.all({ reverse: true }));
    case "range":
      return drained(store.range(bound(a), bound(b)));
    case "reverseRange":
      return drained(store.range(bound(a), bound(b), { reverse: true }));
    default:
      throw new LackError(`the command ${command} of a key-value store`);
  }
}

/** Runs the command that a record's value is on a window store. */
export function windowCommand(
  { key, value, timestampMs }: ProcessorRecord<any, any>,
  store: ProcessorWindowStore<any, any>,
): string {
  const [command = "", a = "", b = "", c = "", d = ""] = text(value).split(":");
  const reverse = command.startsWith("backward");
  switch (command) {
    case "put":
      store.put(key, timestampMs, a);
      return "ok";
    case "putAt":
      store.put(key, Number(b), a);
      return "ok";
    case "putNull":
      store.put(key, Number(a), null);
      return "ok";
    case "fetchOne":
      return timestamped(store.get(key, Number(a)), store.timestampMs);
    case "fetch":
    case "backwardFetch":
      return drainedWindows(store.fetch(key, Number(a), Number(b), { reverse }), true);
    case "fetchKeys":
    case "backwardFetchKeys":
      return drainedWindows(store.fetchKeys(bound(a), bound(b), Number(c), Number(d), { reverse }), false, store.windowSizeMs);
    case "fetchAll":
    case "backwardFetchAll":
      return drainedWindows(store.fetchAll(Number(a), Number(b), { reverse }), false, store.windowSizeMs);
    case "all":
    case "backwardAll":
      return drainedWindows(store.all({ reverse }), false, store.windowSizeMs);
    default:
      throw new LackError(`the command ${command} of a window store`);
  }
}

function bound(key: string): string | null {
  return key === "-" ? null : key;
}

function timestamped(value: unknown, timestampMs: number): string {
  return value === null || Number.isNaN(timestampMs) ? text(value) : `${text(value)}@${timestampMs}`;
}

function drained(iterator: StoreIterator<unknown, unknown>): string {
  const entries: string[] = [];
  while (iterator.next()) entries.push(`${text(iterator.key)}=${timestamped(iterator.value, iterator.timestampMs)}`);
  return entries.join(",");
}

/** Java's iterator over the windows of one key has their starts as keys; all others have windowed keys. */
function drainedWindows(iterator: WindowStoreIterator<unknown, unknown>, ofOneKey: boolean, sizeMs = 0): string {
  const entries: string[] = [];
  while (iterator.next()) {
    const { key, windowStartMs, value, timestampMs } = iterator;
    const shown = ofOneKey ? String(windowStartMs) : `[${text(key)}@${windowStartMs}/${windowStartMs + sizeMs}]`;
    entries.push(`${shown}=${timestamped(value, timestampMs)}`);
  }
  return entries.join(",");
}
