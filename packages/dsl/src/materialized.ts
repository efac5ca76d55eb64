import type { Serde, StoreDefinition, StoreSpec } from "@millrace/core";
import { durationMs } from "./duration.ts";
import { InvalidWindowError } from "./errors.ts";
import type { GraphBuilder } from "./graph/graph-builder.ts";
import type { StoreDraft } from "./graph/node.ts";
import type { StoreOptions } from "./options.ts";
import type { TimeWindows } from "./time-windows.ts";

/** A Materialized without its types, as the operators' shared code reads it. */
export type Materialized = StoreOptions<unknown, unknown>;

/** Segments of a window store are never shorter. */
const segmentIntervalMsMin = 60_000;

export interface StoreSerdes {
  readonly keySerde: Serde<unknown> | null;
  readonly valueSerde: Serde<unknown> | null;
}

/** The store's name: the given one, or a generated one, which alone consumes an index. */
export function storeName(options: Materialized, builder: GraphBuilder, prefix: string): string {
  if (options.as === undefined) return builder.generateStoreName(prefix);
  return options.as;
}

/** The store of a table without windows. */
export function keyValueStore(name: string, options: Materialized, serdes: StoreSerdes): StoreDraft {
  return draft(options, { kind: "timestampedKeyValue", ...common(name, options, serdes) });
}

/**
 * The store of a windowed table.
 *
 * @throws {InvalidWindowError} `STREAMS_INVALID_WINDOW` when windows would expire in the store before they close
 */
export function windowStore(name: string, options: Materialized, serdes: StoreSerdes, windows: TimeWindows): StoreDraft {
  const neededMs = windows.sizeMs + windows.graceMs;
  const retentionMs = options.retention === undefined ? neededMs : durationMs(options.retention, "retention");
  if (retentionMs < neededMs) {
    throw new InvalidWindowError(
      `The retention of window store "${name}" is ${retentionMs} ms, less than the windows' size plus grace, ` +
        `${windows.sizeMs} + ${windows.graceMs} ms. Give a longer retention, or leave it out.`,
    );
  }
  return draft(options, {
    kind: "timestampedWindow",
    ...common(name, options, serdes),
    retentionMs,
    windowSizeMs: windows.sizeMs,
    segmentIntervalMs: segmentIntervalMs(retentionMs),
    retainDuplicates: false,
  });
}

/** Draft of a store that the program defines. */
export function definedStore({ spec }: StoreDefinition): StoreDraft {
  return Object.freeze({ spec, nameGiven: true, engineGiven: true });
}

/** Length of a window store's segments, as Java chooses it. */
export function segmentIntervalMs(retentionMs: number): number {
  return Math.max(Math.floor(retentionMs / 2), segmentIntervalMsMin);
}

function common(name: string, options: Materialized, serdes: StoreSerdes): Omit<StoreSpec, "kind"> {
  const logging = options.logging ?? true;
  return {
    name,
    keySerde: serdes.keySerde,
    valueSerde: serdes.valueSerde,
    caching: options.caching ?? true,
    logging: logging !== false,
    changelogConfig: Object.freeze(typeof logging === "object" ? { ...logging } : {}),
    persistent: options.engine !== "memory",
    sourceTopicAsChangelog: null,
  };
}

function draft(options: Materialized, spec: StoreSpec): StoreDraft {
  return Object.freeze({
    spec: Object.freeze(spec),
    nameGiven: options.as !== undefined,
    engineGiven: options.engine !== undefined,
  });
}
