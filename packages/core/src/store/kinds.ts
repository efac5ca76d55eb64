import { UnsupportedStoreError } from "./errors.ts";
import * as table from "./kinds/table.ts";
import type { OpenStore, StoreBuild } from "./store-build.ts";
import type { StoreKind } from "./store-kind.ts";

/** Spec of a store of any kind: frozen data of a topology, from which each task makes its own instance. */
export type StoreSpec = {
  [K in keyof typeof table]: (typeof table)[K] extends StoreKind<infer S> ? S : never;
}[keyof typeof table];

const kinds: ReadonlyMap<string, StoreKind> = new Map<string, StoreKind>(Object.entries(table));

/** Gives the kind of the store that a spec describes. @throws {UnsupportedStoreError} for a kind that does not exist */
export function kindOf(spec: StoreSpec): StoreKind {
  const kind = kinds.get(spec.kind);
  if (kind === undefined) throw new UnsupportedStoreError(spec.name, spec.kind, [...kinds.keys()]);
  return kind;
}

/**
 * Opens a store of the kind that its spec names.
 *
 * @throws {UnsupportedStoreError} for a kind that does not exist
 * @throws {MissingSerdeError} if neither the spec nor the defaults have a serde
 */
export function openStore(spec: StoreSpec, build: StoreBuild): OpenStore {
  return kindOf(spec).open(spec, build);
}
