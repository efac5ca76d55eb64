import {
  type CommonStoreSpec,
  type ProcessorKeyValueStore,
  type ProcessorWindowStore,
  type StoreDefinition,
} from "@millrace/core";
import { checked, argument, options as optionsOf } from "./checks/calls.ts";
import { name as nameKind } from "./checks/kinds.ts";
import { keyValueStoreOptions, windowStoreOptions } from "./checks/rows.ts";
import { durationMs } from "./duration.ts";
import { InvalidWindowError } from "./errors.ts";
import { segmentIntervalMs } from "./materialized.ts";
import type { StateStoreOptions, WindowStoreOptions } from "./options.ts";

/**
 * Defines a key-value store for processors: give it to `addStateStore()`, or to the option `stores` of a processor or of `process()`.
 *
 * @example const seen = keyValueStore("seen", { key: string, value: int64 });
 * @see Java's `Stores.keyValueStoreBuilder`
 */
export const keyValueStore: <K = string, V = unknown>(
  name: string,
  options?: StateStoreOptions<K, V>,
) => StoreDefinition<ProcessorKeyValueStore<K, V>> = checked(
  "keyValueStore",
  [argument("name", nameKind), optionsOf(keyValueStoreOptions)],
  <K, V>(name: string, options: StateStoreOptions<K, V> = {}): StoreDefinition<ProcessorKeyValueStore<K, V>> => {
    const kind = options.timestamped === true ? "timestampedKeyValue" : "keyValue";
    return Object.freeze({ spec: Object.freeze({ kind, ...common(name, options) }) });
  },
);

/**
 * Defines a window store for processors, as {@link keyValueStore}.
 *
 * @throws {InvalidWindowError} `STREAMS_INVALID_WINDOW` for a retention shorter than the size
 * @see Java's `Stores.windowStoreBuilder`
 */
export const windowStore: <K = string, V = unknown>(
  name: string,
  options: WindowStoreOptions<K, V>,
) => StoreDefinition<ProcessorWindowStore<K, V>> = checked(
  "windowStore",
  [argument("name", nameKind), optionsOf(windowStoreOptions, ["size", "retention"])],
  <K, V>(name: string, options: WindowStoreOptions<K, V>): StoreDefinition<ProcessorWindowStore<K, V>> => {
    const windowSizeMs = durationMs(options.size, "size");
    const retentionMs = durationMs(options.retention, "retention");
    if (windowSizeMs < 0 || retentionMs < windowSizeMs) {
      throw new InvalidWindowError(
        `Window store "${name}" has windows of ${windowSizeMs} ms and a retention of ${retentionMs} ms. ` +
          "Give a size from 0, and a retention of at least the size.",
      );
    }
    const spec = {
      kind: options.timestamped === true ? ("timestampedWindow" as const) : ("window" as const),
      ...common(name, options),
      retentionMs,
      windowSizeMs,
      segmentIntervalMs: segmentIntervalMs(retentionMs),
      retainDuplicates: options.retainDuplicates ?? false,
    };
    return Object.freeze({ spec: Object.freeze(spec) });
  },
);

function common<K, V>(name: string, options: StateStoreOptions<K, V>): Omit<CommonStoreSpec, "kind"> {
  const logging = options.logging ?? true;
  return {
    name,
    keySerde: options.key ?? null,
    valueSerde: options.value ?? null,
    caching: options.caching ?? false,
    logging: logging !== false,
    changelogConfig: Object.freeze(typeof logging === "object" ? { ...logging } : {}),
    persistent: options.engine !== "memory",
    sourceTopicAsChangelog: null,
  };
}
