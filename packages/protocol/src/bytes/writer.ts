import { UnwritableValueError } from "./errors.ts";
import type { UnknownTaggedField } from "./reader.ts";

/** Content of a `records` field: sealed batches one after the other, or one buffer that holds them. Large ones are not copied. */
export type RecordsInput = readonly Uint8Array[] | Uint8Array | null;

/** Byte fields of at least this size become chunks of their own; below it a copy is cheaper than another chunk in the socket write. */
const chunkedBytesMin = 1024;

/**
 * Writes Kafka's primitive types. Small fields gather in one growing buffer. Records stay where they are and are listed between
 * its parts, so a socket can take `chunks()` as they are. Do not change the records before they are sent.
 *
 * `compact` chooses the form of flexible versions, as in `Reader`. Numbers that do not fit their type throw Node's `RangeError`;
 * text that is too long, or no UUID, throws {@link UnwritableValueError}.
 *
 * ```ts
 * const to = new Writer();
 * to.int32(correlationId);
 * to.nullableString(clientId, false);
 * socket.write(to.toBuffer());
 * ```
 */
export class Writer {
  #buffer: Buffer;
  /** Bytes written to `#buffer`, without the chunks. */
  #position = 0;
  /** Chunks of the caller's memory; `#chunkPositions[i]` tells how many bytes of `#buffer` go before the i-th. */
  readonly #chunks: Uint8Array[] = [];
  readonly #chunkPositions: number[] = [];
  #chunkBytes = 0;

  /** @param bytesGuess size of the message without its records; the buffer grows if the guess was too small. Default 256 */
  constructor(bytesGuess = 256) {
    this.#buffer = Buffer.allocUnsafe(bytesGuess);
  }

  /** Number of bytes written so far, records included. */
  get length(): number {
    return this.#position + this.#chunkBytes;
  }

  /** Returns all that was written, in order and without a copy. Do not use the writer afterwards. */
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

  /**
   * Returns all that was written as one buffer: a view if no records were chunked, else a copy. Do not use the writer afterwards.
   */
  toBuffer(): Buffer {
    return this.#chunks.length === 0 ? this.#buffer.subarray(0, this.#position) : Buffer.concat(this.chunks(), this.length);
  }

  /** Overwrites an int32 written before any records, such as the length in front of a frame. */
  patchInt32(position: number, value: number): void {
    this.#buffer.writeInt32BE(value, position);
  }

  /** Writes one byte, 1 or 0. */
  bool(value: boolean): void {
    const at = this.#grow(1);
    this.#buffer[at] = value ? 1 : 0;
  }

  /** Writes a signed byte. */
  int8(value: number): void {
    const at = this.#grow(1);
    this.#buffer.writeInt8(value, at);
  }

  /** Writes a signed integer as 2 bytes, most significant byte first. */
  int16(value: number): void {
    const at = this.#grow(2);
    this.#buffer.writeInt16BE(value, at);
  }

  /** Writes an unsigned integer as 2 bytes, most significant byte first. */
  uint16(value: number): void {
    const at = this.#grow(2);
    this.#buffer.writeUInt16BE(value, at);
  }

  /** Writes a signed integer as 4 bytes, most significant byte first. */
  int32(value: number): void {
    const at = this.#grow(4);
    this.#buffer.writeInt32BE(value, at);
  }

  /** Writes an unsigned integer as 4 bytes, most significant byte first. */
  uint32(value: number): void {
    const at = this.#grow(4);
    this.#buffer.writeUInt32BE(value, at);
  }

  /** Writes a signed integer as 8 bytes, most significant byte first. */
  int64(value: bigint): void {
    const at = this.#grow(8);
    this.#buffer.writeBigInt64BE(value, at);
  }

  /** Writes an IEEE 754 double as 8 bytes, most significant byte first. */
  float64(value: number): void {
    const at = this.#grow(8);
    this.#buffer.writeDoubleBE(value, at);
  }

  /**
   * Writes one to five bytes, seven bits in each.
   *
   * @param value in `[0, 2^32)`, or an int32 whose bits are taken as unsigned
   */
  unsignedVarint(value: number): void {
    const at = this.#grow(5);
    this.#position = putUnsignedVarint(this.#buffer, at, value);
  }

  /** Writes an int32 in zigzag form, so that numbers near 0 are short: 0, -1, 1, -2 … become the unsigned varints 0, 1, 2, 3 … */
  varint(value: number): void {
    this.unsignedVarint((value << 1) ^ (value >> 31));
  }

  /**
   * Writes one to ten bytes, seven bits in each.
   *
   * @param value any bigint; its lowest 64 bits are written
   */
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

  /** Writes an int64 in zigzag form, as {@link varint} does for 32 bits. */
  varlong(value: bigint): void {
    this.unsignedVarlong((value << 1n) ^ (value >> 63n));
  }

  /**
   * Writes a UUID as 16 bytes.
   *
   * @param value Kafka's text of a UUID: 22 characters of unpadded URL-safe base64, such as {@link zeroUuid}
   * @throws {UnwritableValueError} for any other text
   */
  uuid(value: string): void {
    const at = this.#grow(16);
    if (value.length !== 22 || this.#buffer.write(value, at, 16, "base64url") !== 16) {
      throw new UnwritableValueError(`"${value}" is not a UUID in Kafka's form, 22 characters of URL-safe base64`);
    }
  }

  /**
   * Writes text as UTF-8, its length in front.
   *
   * @throws {UnwritableValueError} when the text takes more than 32767 bytes
   */
  string(value: string, compact: boolean): void {
    this.nullableString(value, compact);
  }

  /** Writes text as {@link string} does, or the length that stands for null. */
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

  /** Copies a byte field, its length in front. Use {@link records} for content that is large. */
  bytes(value: Uint8Array, compact: boolean): void {
    this.nullableBytes(value, compact);
  }

  /** Writes a byte field as {@link bytes} does, or the length that stands for null. */
  nullableBytes(value: Uint8Array | null, compact: boolean): void {
    this.#bytesLength(value === null ? -1 : value.length, compact);
    if (value !== null) this.raw(value);
  }

  /** Copies bytes without a length in front. */
  raw(value: Uint8Array): void {
    const at = this.#grow(value.length);
    this.#buffer.set(value, at);
  }

  /**
   * Writes a `records` field: the length of all parts, then the parts. Parts of 1 KiB and more are not copied; they must not
   * change before they are sent.
   */
  records(value: Exclude<RecordsInput, null>, compact: boolean): void {
    this.nullableRecords(value, compact);
  }

  /** Writes a `records` field as {@link records} does, or the length that stands for null. */
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

  /** Writes the element count of an array. The caller writes the elements behind it. */
  arrayLength(count: number, compact: boolean): void {
    if (compact) this.unsignedVarint(count + 1);
    else this.int32(count);
  }

  /** Writes the element count that stands for an array that is null. */
  nullArray(compact: boolean): void {
    this.arrayLength(-1, compact);
  }

  /** Writes an array of int32, its element count in front. */
  int32Array(values: readonly number[], compact: boolean): void {
    this.arrayLength(values.length, compact);
    for (let i = 0; i < values.length; i += 1) this.int32(values[i]!);
  }

  /** Writes an array of texts, its element count in front. */
  stringArray(values: readonly string[], compact: boolean): void {
    this.arrayLength(values.length, compact);
    for (let i = 0; i < values.length; i += 1) this.string(values[i]!, compact);
  }

  /** Writes the byte in front of a nullable struct and tells whether the struct must follow. */
  isPresent<T>(value: T | null): value is T {
    this.int8(value === null ? -1 : 1);
    return value !== null;
  }

  /** Begins a tagged field (KIP-482). Pass the result to {@link endTaggedField} once the value is written. */
  beginTaggedField(tag: number): number {
    this.unsignedVarint(tag);
    const at = this.#grow(1); // for the size: one byte nearly always suffices
    return at;
  }

  /**
   * Writes the size of a tagged field in front of its value.
   *
   * @param sizeAt result of {@link beginTaggedField}
   */
  endTaggedField(sizeAt: number): void {
    const start = sizeAt + 1;
    let size = this.#position - start;
    for (let i = this.#chunks.length - 1; i >= 0 && this.#chunkPositions[i]! >= start; i -= 1) size += this.#chunks[i]!.length;
    const sizeBytes = sizeOfUnsignedVarint(size);
    if (sizeBytes > 1) this.#shift(start, sizeBytes - 1);
    putUnsignedVarint(this.#buffer, sizeAt, size);
  }

  /** Writes the tagged fields of a struct that defines none; undefined writes a single zero byte. */
  unknownTaggedFields(fields: readonly UnknownTaggedField[] | undefined): void {
    if (fields === undefined) {
      this.unsignedVarint(0);
    } else {
      this.unsignedVarint(fields.length);
      for (const field of fields) this.#unknownTaggedField(field);
    }
  }

  /**
   * Writes those unknown tagged fields whose tag lies in `[tagMin, tagMax)`. Tagged fields go in rising order, known and unknown
   * mixed. The caller writes the count in front of them all.
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

  /** Moves all that was written from `start` on by `by` bytes. */
  #shift(start: number, by: number): void {
    const end = this.#grow(by);
    this.#buffer.copyWithin(start + by, start, end);
    for (let i = this.#chunks.length - 1; i >= 0 && this.#chunkPositions[i]! >= start; i -= 1) this.#chunkPositions[i]! += by;
  }

  /** Makes room for `length` bytes, moves past them and returns the position of the first. */
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

/**
 * Refuses null: the field may be null in other versions of the message, but not in this one.
 *
 * @throws {UnwritableValueError} when the value is null
 */
export function notNull<T>(value: T | null, field: string): T {
  if (value === null) throw new UnwritableValueError(`${field} is null, which this version does not allow`);
  return value;
}

/** Bytes that `unsignedVarint` takes for a value. */
export function sizeOfUnsignedVarint(value: number): number {
  const bits = 32 - Math.clz32(value);
  return bits <= 7 ? 1 : Math.ceil(bits / 7);
}
