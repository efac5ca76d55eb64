import type { Serde } from "../serde/serde.ts";
import { StoreReader } from "./core/store-reader.ts";
import type { Engine } from "./engine/engine.ts";
import { UnsupportedStoreError } from "./errors.ts";
import * as table from "./kinds/table.ts";
import type { OpenStore, StoreBuild } from "./store-build.ts";
import type { StoreKind } from "./store-kind.ts";
import { storedCheckpoint } from "./core/stored-checkpoint.ts";

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

/** Parts that a reader is opened with, beside the store's spec. */
export interface ReaderBuild {
  /** Engine that keeps the store's bytes. */
  readonly engine: Engine;
  /** Partition of the store. */
  readonly partition: number;
  /** Serdes as the store has them: the spec's or the defaults, bound to its changelog topic. */
  readonly keySerde: Serde<unknown>;
  /** As `keySerde`, of the values. */
  readonly valueSerde: Serde<unknown>;
}

/**
 * Opens a view of what the engine holds of a store, at the stream time of its checkpoint.
 *
 * @throws {UnsupportedStoreError} for a kind that does not exist
 */
export function openReader<K = unknown, V = unknown>(spec: StoreSpec, build: ReaderBuild): StoreReader<K, V> {
  const { engine, partition, keySerde, valueSerde } = build;
  const { format, schema } = kindOf(spec);
  const reader = new StoreReader<K, V>({
    space: engine.space(spec.name, partition),
    schema: schema(spec),
    format,
    keySerde: keySerde as Serde<K>,
    valueSerde: valueSerde as Serde<V>,
  });
  const checkpoint = storedCheckpoint(engine, spec, partition);
  if (checkpoint !== null && !Number.isNaN(checkpoint.streamTimeMs)) reader.streamTimeMs = checkpoint.streamTimeMs;
  return reader;
}
