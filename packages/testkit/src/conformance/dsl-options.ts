import type { AutoOffsetReset } from "@millrace/core";
import {
  TimeWindows,
  type ConsumedOptions,
  type GroupedOptions,
  type JoinedOptions,
  type NamedOptions,
  type ProducedOptions,
  type RepartitionedOptions,
  type StoreOptions,
} from "@millrace/dsl";
import type { Step } from "./scenario.ts";
import { partitioner, timestampExtractor } from "./vocabulary/functions.ts";
import { LackError } from "./vocabulary/errors.ts";
import { serde } from "./vocabulary/serdes.ts";

/** An options object of a step, before it is understood. */
export type Json = Readonly<Record<string, unknown>>;

export function field(step: Step | Json, name: string): Json | undefined {
  return step[name] as Json | undefined;
}

export function textField(json: Step | Json, name: string): string {
  return json[name] as string;
}

export function named(step: Step): NamedOptions {
  return step.name === undefined ? {} : { name: step.name };
}

/** Key and value serdes; one that the scenario leaves out is null, as Java's `with(null, …)`. */
function serdes(json: Json): { key: ReturnType<typeof serde> | null; value: ReturnType<typeof serde> | null } {
  return {
    key: json["key"] === undefined ? null : serde(textField(json, "key")),
    value: json["value"] === undefined ? null : serde(textField(json, "value")),
  };
}

export function consumed(json: Json): ConsumedOptions<any, any> {
  return {
    ...serdes(json),
    ...nameOf(json),
    ...(json["timestampExtractor"] === undefined
      ? {}
      : { timestampExtractor: timestampExtractor(textField(json, "timestampExtractor")) }),
    ...(json["reset"] === undefined ? {} : { reset: reset(json["reset"] as string | number) }),
  };
}

export function produced(json: Json): ProducedOptions<any, any> {
  return { ...serdes(json), ...nameOf(json), ...partitionerOf(json) };
}

export function grouped(json: Json): GroupedOptions<any, any> {
  return { ...serdes(json), ...nameOf(json) };
}

export function joined(json: Json): JoinedOptions<any, any> {
  if (json["graceMs"] !== undefined) throw new LackError("a stream-table join with grace");
  return { ...serdes(json), ...nameOf(json) };
}

export function repartitioned(json: Json): RepartitionedOptions<any, any> {
  return {
    ...serdes(json),
    ...nameOf(json),
    ...partitionerOf(json),
    ...(json["partitions"] === undefined ? {} : { partitions: json["partitions"] as number }),
  };
}

/** Java's Materialized. One that says nothing is `with(null, null)`, which is not the same as none. */
export function materialized(json: Json | undefined): StoreOptions<any, any> {
  if (json === undefined) return {};
  if (json["supplier"] !== undefined)
    throw new LackError(`a store supplier of type ${textField(json["supplier"] as Json, "type")}`);
  return {
    ...serdes(json),
    ...(json["as"] === undefined ? {} : { as: textField(json, "as") }),
    ...(json["caching"] === undefined ? {} : { caching: json["caching"] as boolean }),
    ...(json["logging"] === undefined ? {} : { logging: json["logging"] as boolean | Record<string, string> }),
    ...(json["retentionMs"] === undefined ? {} : { retention: json["retentionMs"] as number }),
    ...(json["storeType"] === undefined ? {} : { engine: json["storeType"] === "in_memory" ? "memory" : "rocksdb" }),
  };
}

export function timeWindows(json: Json): TimeWindows {
  if (json["type"] !== "time") throw new LackError(`${textField(json, "type")} windows`);
  return TimeWindows.of({
    size: json["sizeMs"] as number,
    grace: (json["graceMs"] as number | undefined) ?? 0,
    ...(json["advanceMs"] === undefined ? {} : { advance: json["advanceMs"] as number }),
  });
}

function nameOf(json: Json): NamedOptions {
  return json["name"] === undefined ? {} : { name: textField(json, "name") };
}

function partitionerOf(json: Json): { partitioner?: ReturnType<typeof partitioner> } {
  return json["partitioner"] === undefined ? {} : { partitioner: partitioner(textField(json, "partitioner")) };
}

function reset(word: string | number): AutoOffsetReset {
  if (word === "earliest" || word === "latest" || word === "none") return word;
  return { byDurationMs: Number(word) };
}
