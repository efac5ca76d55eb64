import type { Checkpoint, EngineSpace } from "@millrace/core";
import { EngineCorruptError, EngineFormatError, TooManyStoresError } from "./errors.ts";
import {
  decodeCheckpoint,
  decodeVersion,
  encodeVersion,
  formatKey,
  formatVersion,
  storeIdOf,
  storeKey,
  storesMax,
} from "./format.ts";

/** The map `meta` of an open database, as both engines need it at their start. */
export interface Meta {
  readonly directory: string;
  getMeta(key: Buffer): Buffer | null;
  /** Writes one entry. */
  saveMeta(key: Buffer, value: Buffer): void;
  /** All store names, as keys and values in turn, in the keys' order. */
  storeRows(): readonly Buffer[];
  /** Nothing was ever written. */
  isEmpty(): boolean;
}

/**
 * Marks a new database with the format's version, and refuses one that cannot be read.
 *
 * @throws {EngineFormatError} @throws {EngineCorruptError}
 */
export function checkFormat(meta: Meta): void {
  const bytes = meta.getMeta(formatKey);
  if (bytes === null) {
    if (!meta.isEmpty()) throw new EngineCorruptError(meta.directory, "it has content, but no version of its format.");
    meta.saveMeta(formatKey, encodeVersion(formatVersion));
    return;
  }
  const version = decodeVersion(bytes);
  if (version === null) throw new EngineCorruptError(meta.directory, `the version of its format reads ${bytes.toString("hex")}.`);
  if (version > formatVersion) throw new EngineFormatError(meta.directory, version, formatVersion);
}

/** The ids that stand for store names in keys: 1, 2, 3 … in the order in which the stores were first named. */
export class StoreIds {
  readonly #meta: Meta;
  readonly #ids: Map<string, number> = new Map();

  /** @throws {EngineCorruptError} */
  constructor(meta: Meta) {
    this.#meta = meta;
    const rows = meta.storeRows();
    for (let i = 0; i < rows.length; i += 2) {
      const id = storeIdOf(rows[i]!);
      const name = rows[i + 1]!.toString();
      if (id !== i / 2 + 1) throw new EngineCorruptError(meta.directory, `store number ${String(i / 2 + 1)} has no name.`);
      if (this.#ids.has(name)) throw new EngineCorruptError(meta.directory, `the store "${name}" is there twice.`);
      this.#ids.set(name, id);
    }
  }

  /** Names are never removed, so their number is the last id. @throws {TooManyStoresError} */
  idOf(store: string): number {
    let id = this.#ids.get(store);
    if (id === undefined) {
      id = this.#ids.size + 1;
      if (id > storesMax) throw new TooManyStoresError(this.#meta.directory, store, storesMax);
      this.#meta.saveMeta(storeKey(id), Buffer.from(store));
      this.#ids.set(store, id);
    }
    return id;
  }
}

/** @throws {EngineCorruptError} */
export function readCheckpoint(bytes: Buffer, { store, partition }: EngineSpace, directory: string): Checkpoint {
  const checkpoint = decodeCheckpoint(bytes);
  if (checkpoint === null) {
    throw new EngineCorruptError(
      directory,
      `the checkpoint of store "${store}", partition ${String(partition)}, cannot be read.`,
    );
  }
  return checkpoint;
}
