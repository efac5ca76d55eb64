import { UnsupportedStoreError } from "./errors.ts";
import { createKeyValueStore } from "./key-value-store.ts";
import type { KeyValueStore, StoreSpec, WindowStore } from "./store.ts";
import type { StoreBuild, TaskStore } from "./store-build.ts";
import { createWindowStore } from "./window-store.ts";

/** A store of whatever kind its spec says. @throws {UnsupportedStoreError} for a kind that there is not */
export function openStore(spec: StoreSpec, build: StoreBuild): (KeyValueStore | WindowStore) & TaskStore {
  switch (spec.kind) {
    case "keyValue":
    case "timestampedKeyValue":
      return createKeyValueStore(spec, build);
    case "window":
    case "timestampedWindow":
      return createWindowStore(spec, build);
    default:
      throw new UnsupportedStoreError((spec as StoreSpec).name, (spec as StoreSpec).kind);
  }
}
