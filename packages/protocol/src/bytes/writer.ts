import { UnwritableValueError } from "./errors.ts";
import type { UnknownTaggedField } from "./reader.ts";

/** A records field to be written: sealed batches one after the other, or one buffer of them. They are not copied when large. */
export type RecordsInput = readonly Uint8Array[] | Uint8Array | null;

/** Byte fields of at least this size become chunks of their own; below it a copy is cheaper than another chunk in the socket write. */
const chunkedBytesMin = 1024;

/**
 * Writes Kafka's primitive types. Small fields gather in one growing buffer; records stay where they are and are listed between
 * its parts, so `chunks()` is what a socket takes. They must not change until then.
 *
 * `compact` chooses the form of flexible versions, as in `Reader`. Numbers that do not fit their type throw Node's `RangeError`;
 * text that is too long, or no UUID, throws {@link UnwritableValueError}.
 */
export class Writer {
  #buffer: Buffer;
  /** Bytes written to `#buffer`, without the chunks. */
  #position = 0;
  /** Foreign chunks; `#chunkPositions[i]` tells how many bytes of `#buffer` go before the i-th. */
  readonly #chunks: Uint8Array[] = [];
  readonly #chunkPositions: number[] = [];
  #chunkBytes = 0;

  /** @param bytesGuess what the message will need without its records; it grows if that was too little */
  constructor(bytesGuess = 256) {
    this.#buffer = Buffer.allocUnsafe(bytesGuess);
  }

  /** Bytes written so far, records included. */
  get length(): number {
    return this.#position + this.#chunkBytes;
  }

  /** What was written, in order, without a copy. The writer is not to be used afterwards. */
  chunks(): Uint8Array[] {
    const chunks: Uint8Array[] = [];
    let start = 0;
    for (let i = 0; i < this.#chunks.length; i += 1) {
      const end = this.#chunkPositions[i]!;
      if (end > start) chunks.push(this.#buffer.subarray(start, end));
      chunks.push(this.#chunks[i]!);
      start = end;
    }
    if (this.#position > start || chunks.length === 0) chunks.push(this.#buffer.subarray(start, this.#position));
    return chunks;
  }

  /** What was written as one buffer: a view where no records were chunked, else a copy. */
  toBuffer(): Buffer {
    return this.#chunks.length === 0 ? this.#buffer.subarray(0, this.#position) : Buffer.concat(this.chunks(), this.length);
  }

  /** Overwrites an int32 written before any records, such as the length in front of a frame. */
  patchInt32(position: number, value: number): void {
    this.#buffer.writeInt32BE(value, position);
  }

  bool(value: boolean): void {
    const at = this.#grow(1);
    this.#buffer[at] = value ? 1 : 0;
  }

  int8(value: number): void {
    const at = this.#grow(1);
    this.#buffer.writeInt8(value, at);
  }

  int16(value: number): void {
    const at = this.#grow(2);
    this.#buffer.writeInt16BE(value, at);
  }

  uint16(value: number): void {
    const at = this.#grow(2);
    this.#buffer.writeUInt16BE(value, at);
  }

  int32(value: number): void {
    const at = this.#grow(4);
    this.#buffer.writeInt32BE(value, at);
  }

  uint32(value: number): void {
    const at = this.#grow(4);
    this.#buffer.writeUInt32BE(value, at);
  }

  int64(value: bigint): void {
    const at = this.#grow(8);
    this.#buffer.writeBigInt64BE(value, at);
  }

  float64(value: number): void {
    const at = this.#grow(8);
    this.#buffer.writeDoubleBE(value, at);
  }

  /** @param value in `[0, 2^32)`, or an int32 whose bits are taken as unsigned */
  unsignedVarint(value: number): void {
    const at = this.#grow(5);
    this.#position = putUnsignedVarint(this.#buffer, at, value);
  }

  varint(value: number): void {
    this.unsignedVarint((value << 1) ^ (value >> 31));
  }

  /** @param value its lowest 64 bits are taken */
  unsignedVarlong(value: bigint): void {
    let at = this.#grow(10);
    let left = BigInt.asUintN(64, value);
    for (; left >= 0x80n; left >>= 7n) {
      this.#buffer[at] = Number(left & 0x7fn) | 0x80;
      at += 1;
    }
    this.#buffer[at] = Number(left);
    this.#position = at + 1;
  }

  varlong(value: bigint): void {
    this.unsignedVarlong((value << 1n) ^ (value >> 63n));
  }

  /** @param value Kafka's text of a UUID, 22 characters */
  uuid(value: string): void {
    const at = this.#grow(16);
    if (value.length !== 22 || this.#buffer.write(value, at, 16, "base64url") !== 16) {
      throw new UnwritableValueError(`"${value}" is not a UUID in Kafka's form, 22 characters of URL-safe base64`);
    }
  }

  string(value: string, compact: boolean): void {
    this.nullableString(value, compact);
  }

  nullableString(value: string | null, compact: boolean): void {
    if (value === null) {
      if (compact) this.unsignedVarint(0);
      else this.int16(-1);
      return;
    }
    const length = Buffer.byteLength(value);
    if (length > 0x7fff) throw new UnwritableValueError(`A string of ${length} bytes is longer than 32767`);
    if (compact) this.unsignedVarint(length + 1);
    else this.int16(length);
    const at = this.#grow(length);
    this.#buffer.write(value, at, length, "utf8");
  }

  bytes(value: Uint8Array, compact: boolean): void {
    this.nullableBytes(value, compact);
  }

  nullableBytes(value: Uint8Array | null, compact: boolean): void {
    this.#bytesLength(value === null ? -1 : value.length, compact);
    if (value !== null) this.raw(value);
  }

  /** Bytes without a length, copied. */
  raw(value: Uint8Array): void {
    const at = this.#grow(value.length);
    this.#buffer.set(value, at);
  }

  records(value: Exclude<RecordsInput, null>, compact: boolean): void {
    this.nullableRecords(value, compact);
  }

  nullableRecords(value: RecordsInput, compact: boolean): void {
    if (value === null) {
      this.#bytesLength(-1, compact);
    } else if (value instanceof Uint8Array) {
      this.#bytesLength(value.length, compact);
      this.#chunk(value);
    } else {
      let length = 0;
      for (const part of value) length += part.length;
      this.#bytesLength(length, compact);
      for (const part of value) this.#chunk(part);
    }
  }

  arrayLength(count: number, compact: boolean): void {
    if (compact) this.unsignedVarint(count + 1);
    else this.int32(count);
  }

  /** The length of an array that is null. */
  nullArray(compact: boolean): void {
    this.arrayLength(-1, compact);
  }

  int32Array(values: readonly number[], compact: boolean): void {
    this.arrayLength(values.length, compact);
    for (let i = 0; i < values.length; i += 1) this.int32(values[i]!);
  }

  stringArray(values: readonly string[], compact: boolean): void {
    this.arrayLength(values.length, compact);
    for (let i = 0; i < values.length; i += 1) this.string(values[i]!, compact);
  }

  /** Writes whether a nullable struct follows, and tells. */
  isPresent<T>(value: T | null): value is T {
    this.int8(value === null ? -1 : 1);
    return value !== null;
  }

  /** Begins a tagged field; pass what it returns to `endTaggedField` once the value is written. */
  beginTaggedField(tag: number): number {
    this.unsignedVarint(tag);
    const at = this.#grow(1); // for the size: one byte nearly always suffices
    return at;
  }

  endTaggedField(sizeAt: number): void {
    const start = sizeAt + 1;
    let size = this.#position - start;
    for (let i = this.#chunks.length - 1; i >= 0 && this.#chunkPositions[i]! >= start; i -= 1) size += this.#chunks[i]!.length;
    const sizeBytes = sizeOfUnsignedVarint(size);
    if (sizeBytes > 1) this.#shift(start, sizeBytes - 1);
    putUnsignedVarint(this.#buffer, sizeAt, size);
  }

  /** The tagged fields of a struct that knows none. */
  unknownTaggedFields(fields: readonly UnknownTaggedField[] | undefined): void {
    if (fields === undefined) {
      this.unsignedVarint(0);
    } else {
      this.unsignedVarint(fields.length);
      for (const field of fields) this.#unknownTaggedField(field);
    }
  }

  /**
   * Those unknown tagged fields whose tag lies in `[tagMin, tagMax)`: tagged fields go in rising order, known and unknown mixed.
   * The count in front of them all is the caller's.
   */
  unknownTaggedFieldsBetween(fields: readonly UnknownTaggedField[] | undefined, tagMin: number, tagMax: number): void {
    if (fields === undefined) return;
    for (const field of fields) if (field.tag >= tagMin && field.tag < tagMax) this.#unknownTaggedField(field);
  }

  #unknownTaggedField(field: UnknownTaggedField): void {
    this.unsignedVarint(field.tag);
    this.unsignedVarint(field.bytes.length);
    this.raw(field.bytes);
  }

  #bytesLength(length: number, compact: boolean): void {
    if (compact) this.unsignedVarint(length + 1);
    else this.int32(length);
  }

  #chunk(bytes: Uint8Array): void {
    if (bytes.length < chunkedBytesMin) {
      this.raw(bytes);
      return;
    }
    this.#chunks.push(bytes);
    this.#chunkPositions.push(this.#position);
    this.#chunkBytes += bytes.length;
  }

  /** Moves what was written from `start` on by `by` bytes. */
  #shift(start: number, by: number): void {
    const end = this.#grow(by);
    this.#buffer.copyWithin(start + by, start, end);
    for (let i = this.#chunks.length - 1; i >= 0 && this.#chunkPositions[i]! >= start; i -= 1) this.#chunkPositions[i]! += by;
  }

  /** Makes room for `length` bytes, moves past them and returns where they begin. */
  #grow(length: number): number {
    const start = this.#position;
    const end = start + length;
    if (end > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, start);
      this.#buffer = larger;
    }
    this.#position = end;
    return start;
  }
}

function putUnsignedVarint(buffer: Buffer, at: number, value: number): number {
  let left = value >>> 0;
  for (; left >= 0x80; left >>>= 7) {
    buffer[at] = (left & 0x7f) | 0x80;
    at += 1;
  }
  buffer[at] = left;
  return at + 1;
}

/** @throws {UnwritableValueError} for null: the field may be null in other versions of the message, in this one it cannot */
export function notNull<T>(value: T | null, field: string): T {
  if (value === null) throw new UnwritableValueError(`${field} is null, which this version does not allow`);
  return value;
}

/** Bytes that `unsignedVarint` takes for a value. */
export function sizeOfUnsignedVarint(value: number): number {
  const bits = 32 - Math.clz32(value);
  return bits <= 7 ? 1 : Math.ceil(bits / 7);
}
