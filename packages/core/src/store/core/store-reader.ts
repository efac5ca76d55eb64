import { Slice } from "../../serde/slice.ts";
import type { Serde } from "../../serde/serde.ts";
import type { EngineSpace } from "../engine/engine.ts";
import type { ValueFormat } from "../format/value-format.ts";
import type { KeySchema } from "../schema/key-schema.ts";
import type { WindowStoreIterator } from "../store.ts";
import { StoreScan } from "./store-scan.ts";
import { KeyCodec } from "./key-codec.ts";
import { ValueCodec } from "./value-codec.ts";

/** Parts of a reader. */
export interface ReaderParts<K, V> {
  /** Bytes that are read: an engine's space, or a store's tail with the writes on their way to it. */
  readonly space: Pick<EngineSpace, "find" | "scan">;
  readonly schema: KeySchema;
  readonly format: ValueFormat;
  readonly keySerde: Serde<K>;
  readonly valueSerde: Serde<V>;
}

/**
 * View of what the engine holds of a store, for queries and for other threads. It sees no cached write, changes nothing, and has no
 * part of a store's task; each thread makes its own.
 *
 * It knows a kind by its schema and format alone.
 */
export class StoreReader<K = unknown, V = unknown> {
  /** Timestamp of the value that `get` gave last, in milliseconds since the epoch; NaN if it was null, or the format has none. */
  timestampMs: number = Number.NaN;
  /** Stream time of the store: entries that have expired by then are not seen. -1: none has. */
  streamTimeMs: number = -1;
  readonly #space: ReaderParts<K, V>["space"];
  readonly #keys: KeyCodec<K>;
  readonly #values: ValueCodec<V>;
  readonly #found: Slice = new Slice();

  constructor({ space, schema, format, keySerde, valueSerde }: ReaderParts<K, V>) {
    this.#space = space;
    this.#keys = new KeyCodec(keySerde, schema);
    this.#values = new ValueCodec(valueSerde, format);
  }

  /** Gives an entry's value, or null if there is none. `startMs` is of no meaning to a kind without windows. */
  get(key: K, startMs: number = Number.NaN): V | null {
    this.timestampMs = Number.NaN;
    this.#keys.place(key, startMs, 0);
    if (startMs < this.#keys.schema.firstLiveStart(this.streamTimeMs)) return null;
    if (!this.#space.find(this.#keys.engineKey, this.#found)) return null;
    this.timestampMs = this.#values.format.timestampMs(this.#found);
    return this.#values.read(this.#found);
  }

  /** Entries of the keys `[from, to]` (null open) that start in `[fromMs, toMs]`, in the order of the kind. */
  scan(from: K | null, to: K | null, fromMs: number, toMs: number, reverse: boolean): WindowStoreIterator<K, V> {
    const { schema } = this.#keys;
    const range = {
      keyFrom: from === null ? null : this.#keys.bytes(from),
      keyTo: to === null ? null : this.#keys.bytes(to),
      fromMs: Math.max(fromMs, schema.firstLiveStart(this.streamTimeMs)),
      toMs,
    };
    const rows = schema.rows(this.#space, range, this.streamTimeMs, reverse);
    return new StoreScan(this.#keys, this.#values, null, rows, reverse, () => undefined);
  }

  /** Iterates over all entries. */
  all(reverse: boolean): WindowStoreIterator<K, V> {
    return this.scan(null, null, Number.NEGATIVE_INFINITY, Number.MAX_SAFE_INTEGER, reverse);
  }
}
