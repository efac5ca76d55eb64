import { fieldSpareBytes, writeField } from "@millrace/protocol";
import { ofKey } from "../../serde/errors.ts";
import type { Serde } from "../../serde/serde.ts";
import { settled } from "../../serde/settled.ts";
import { Slice } from "../../serde/slice.ts";
import type { KeySchema } from "../schema/key-schema.ts";
import { Scratch } from "./scratch.ts";

/**
 * Keys of a store, from users' values to the bytes of engine and changelog. `place` writes one key into a scratch buffer; until the
 * next call `engineKey` and `changelogKey` point at it there.
 *
 * It knows the serde of the keys and the schema, and calls nothing else. The write set holds a key as it is if its serde says that
 * equal values have equal bytes (`byValue`), else as latin1 text of its bytes: that is its *held* form.
 */
export class KeyCodec<K> {
  readonly serde: Serde<K>;
  readonly schema: KeySchema;
  /** True if a decoded key is its own Map key. */
  readonly byValue: boolean;
  readonly engineKey: Slice = new Slice();
  readonly changelogKey: Slice = new Slice();
  /** The user's key is the whole key, so that bytes need not be moved to be one. */
  readonly #isBare: boolean;
  readonly #scratch: Scratch = new Scratch();
  readonly #prefixBytes: number;
  readonly #spareBytes: number;

  constructor(serde: Serde<K>, schema: KeySchema) {
    this.serde = serde;
    this.schema = schema;
    this.byValue = serde.identity === "value";
    this.#prefixBytes = schema.prefixBytes;
    this.#spareBytes = schema.suffixBytes + fieldSpareBytes;
    this.#isBare = schema.prefixBytes === 0 && schema.suffixBytes === 0;
  }

  /** Places an entry's key. Returns the length of the user's key. @throws {SerializationError} */
  place(key: K, startMs: number, sequence: number): number {
    const end = this.#write(key);
    this.#frame(end, startMs, sequence);
    return end - this.#prefixBytes;
  }

  /** Places the key of an entry of the write set. */
  placeHeld(held: K | string, startMs: number, sequence: number): void {
    this.#frame(this.#writeHeld(held), startMs, sequence);
  }

  /** Places a key whose user's part lies at `start`…`end` of a buffer. */
  placeBytes(buffer: Buffer, start: number, end: number, startMs: number, sequence: number): void {
    if (this.#isBare) {
      this.engineKey.set(buffer, start, end);
      this.changelogKey.set(buffer, start, end);
      return;
    }
    const keyEnd = this.#prefixBytes + end - start;
    this.#scratch.reserve(keyEnd + this.#spareBytes);
    buffer.copy(this.#scratch.buffer, this.#prefixBytes, start, end);
    this.schema.frame(this.#scratch.buffer, keyEnd, startMs, sequence, this.engineKey, this.changelogKey);
  }

  /** Reads a user's key. */
  read({ buffer, start, end }: Slice): K {
    return settled(this.serde, this.serde.read(buffer, start, end));
  }

  /** A key as a Map finds it: itself, which must be in its normal form, or text of its bytes. */
  mapKey(key: K): K | string {
    return this.byValue ? key : this.#text(key);
  }

  /** The same key as it comes back when its bytes are read, if it is held as it is. */
  normalKey(key: K): K {
    if (!this.byValue || this.serde.normalize === undefined) return key;
    try {
      return this.serde.normalize(key);
    } catch (error) {
      throw ofKey(error);
    }
  }

  /** Length of a key's bytes; `mapKey` is the same key as a Map finds it. */
  sizeOf(key: K, mapKey: K | string): number {
    if (!this.byValue) return (mapKey as string).length;
    if (this.serde.size === undefined) return this.#write(key) - this.#prefixBytes;
    try {
      return this.serde.size(key);
    } catch (error) {
      throw ofKey(error);
    }
  }

  /** The user's key of a held one. */
  userKey(held: K | string): K {
    if (this.byValue) return held as K;
    const bytes = Buffer.from(held as string, "latin1");
    return settled(this.serde, this.serde.read(bytes, 0, bytes.length));
  }

  /** Bytes of a held key, to keep. */
  heldBytes(held: K | string): Buffer {
    return this.byValue ? this.bytes(held as K) : Buffer.from(held as string, "latin1");
  }

  /** Bytes of a user's key, to keep. */
  bytes(key: K): Buffer {
    const end = this.#write(key);
    return Buffer.from(this.#scratch.buffer.subarray(this.#prefixBytes, end));
  }

  /** Name of an entry in the order of the record cache: what Java has for a cache key, as latin1 text, whose order is that of the bytes. */
  orderKey(held: K | string, startMs: number): string {
    if (this.#isBare) return this.byValue ? this.#text(held as K) : (held as string);
    const end = this.#writeHeld(held);
    this.schema.frame(this.#scratch.buffer, end, startMs, 0, this.engineKey, this.changelogKey);
    return this.#scratch.buffer.toString("latin1", 0, end + this.schema.suffixBytes);
  }

  /** A user's key lies in the scratch buffer up to `end`: makes it the whole keys. */
  #frame(end: number, startMs: number, sequence: number): void {
    const { buffer } = this.#scratch;
    if (this.#isBare) {
      this.engineKey.set(buffer, 0, end);
      this.changelogKey.set(buffer, 0, end);
    } else this.schema.frame(buffer, end, startMs, sequence, this.engineKey, this.changelogKey);
  }

  #text(key: K): string {
    const end = this.#write(key);
    return this.#scratch.buffer.toString("latin1", this.#prefixBytes, end);
  }

  /** Writes a user's key behind the prefix and returns its end. */
  #write(key: K): number {
    try {
      const at = this.#prefixBytes;
      const bytesMax = this.serde.sizeMax(key);
      this.#scratch.reserve(at + bytesMax + this.#spareBytes);
      return writeField(this.serde, this.#scratch.buffer, at, key, bytesMax);
    } catch (error) {
      throw ofKey(error);
    }
  }

  #writeHeld(held: K | string): number {
    if (this.byValue) return this.#write(held as K);
    const text = held as string;
    const at = this.#prefixBytes;
    this.#scratch.reserve(at + text.length + this.#spareBytes);
    return at + this.#scratch.buffer.write(text, at, "latin1");
  }
}
