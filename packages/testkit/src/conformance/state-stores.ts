import type { StoreDefinition } from "@millrace/core";
import { keyValueStore, windowStore } from "@millrace/dsl";
import { textField, type Json } from "./dsl-options.ts";
import { LackError } from "./vocabulary/errors.ts";
import { serde } from "./vocabulary/serdes.ts";

/** A store of a scenario, as a processor connects to it. @throws {LackError} for a kind that is not built yet */
export function stateStore(json: Json): StoreDefinition {
  const name = textField(json, "name");
  const type = textField(json, "type");
  const common = {
    key: json["key"] === undefined ? null : serde(textField(json, "key")),
    value: json["value"] === undefined ? null : serde(textField(json, "value")),
    engine: json["persistent"] === true ? "rocksdb" : "memory",
    timestamped: type.startsWith("timestamped"),
    ...(json["caching"] === undefined ? {} : { caching: json["caching"] as boolean }),
    ...(json["logging"] === undefined ? {} : { logging: json["logging"] as boolean | Record<string, string> }),
  } as const;
  if (type === "keyValue" || type === "timestampedKeyValue") return keyValueStore(name, common);
  if (type !== "window" && type !== "timestampedWindow") throw new LackError(`a store of type ${type}`);
  return windowStore(name, {
    ...common,
    size: json["windowSizeMs"] as number,
    retention: json["retentionMs"] as number,
    retainDuplicates: (json["retainDuplicates"] as boolean | undefined) ?? false,
  });
}

/** Stores that a processor of a scenario asks for, and those that it brings along. */
export function storesOf(step: Json): { readonly used: readonly string[]; readonly supplied: readonly StoreDefinition[] } {
  const supplied = ((step["supplierStores"] ?? []) as readonly Json[]).map(stateStore);
  const connected = (step["stores"] ?? []) as readonly string[];
  const used = (step["useStores"] as readonly string[] | undefined) ?? [...connected, ...supplied.map(({ spec }) => spec.name)];
  return { used, supplied };
}
