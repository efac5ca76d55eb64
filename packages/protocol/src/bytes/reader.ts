import { MalformedMessageError } from "./errors.ts";

declare global {
  /** Methods that `toString` calls after its checks. Every Buffer of Node has them; its type definitions do not. */
  interface Buffer {
    utf8Slice(start: number, end: number): string;
    base64urlSlice(start: number, end: number): string;
  }
}

/** A tagged field that the message definition does not know. Kept, so that a message is written back as it came (KIP-482). */
export interface UnknownTaggedField {
  /** Number of the field, unique within its struct (KIP-482). */
  readonly tag: number;
  /** Content of the field without its tag and size. A view into the received buffer: copy what outlives it. */
  readonly bytes: Uint8Array;
}

/** The UUID of 16 zero bytes, which stands for "none". */
export const zeroUuid = "AAAAAAAAAAAAAAAAAAAAAA";

/**
 * Reads Kafka's primitive types from `[start, end)` of a buffer.
 *
 * Every length and count is compared with the bytes left before anything is taken or allocated, so arbitrary input costs at
 * most time and memory in proportion to its size. Byte fields are views into the buffer: copy what outlives it.
 *
 * `compact` chooses the form of flexible versions (unsigned varint of length + 1) over the older one (fixed-width length).
 * All methods throw {@link MalformedMessageError} when the bytes end too early or break the format; do not read on after that.
 *
 * ```ts
 * const from = new Reader(frame);
 * const correlationId = from.int32();
 * const clientId = from.nullableString(false);
 * ```
 */
export class Reader {
  /** Buffer that is read. Views that the reader returns share its memory. */
  readonly buffer: Buffer;
  /** Position of the next byte to read, counted from the start of the buffer. May be set to read a part again. */
  position: number;
  /** Position behind the last byte that may be read; the end of the buffer unless the constructor was given another. */
  readonly end: number;

  constructor(buffer: Buffer, start = 0, end: number = buffer.length) {
    this.buffer = buffer;
    this.position = start;
    this.end = end;
  }

  /** Number of bytes from `position` to `end`. */
  get remaining(): number {
    return this.end - this.position;
  }

  /** Reads one byte; every value but 0 is true, as in Java. */
  bool(): boolean {
    return this.buffer[this.#take(1)] !== 0;
  }

  /** Reads a signed byte. */
  int8(): number {
    return (this.buffer[this.#take(1)]! << 24) >> 24;
  }

  /** Reads a signed integer of 2 bytes, most significant byte first. */
  int16(): number {
    return this.buffer.readInt16BE(this.#take(2));
  }

  /** Reads an unsigned integer of 2 bytes, most significant byte first. */
  uint16(): number {
    return this.buffer.readUInt16BE(this.#take(2));
  }

  /** Reads a signed integer of 4 bytes, most significant byte first. */
  int32(): number {
    return this.buffer.readInt32BE(this.#take(4));
  }

  /** Reads an unsigned integer of 4 bytes, most significant byte first. */
  uint32(): number {
    return this.buffer.readUInt32BE(this.#take(4));
  }

  /** Reads a signed integer of 8 bytes, most significant byte first. A bigint, since a number is exact only within ±2^53. */
  int64(): bigint {
    return this.buffer.readBigInt64BE(this.#take(8));
  }

  /** Reads an IEEE 754 double of 8 bytes, most significant byte first. */
  float64(): number {
    return this.buffer.readDoubleBE(this.#take(8));
  }

  /**
   * Reads an integer in `[0, 2^32)` from at most five bytes, seven bits in each. Bits beyond the 32nd are dropped, as in Java.
   */
  unsignedVarint(): number {
    const first = this.buffer[this.#take(1)]!;
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.buffer[this.#take(1)]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    return this.#fail("a varint is longer than 5 bytes");
  }

  /** Reads a signed int32 in zigzag form: 0, -1, 1, -2 … are written as the unsigned varints 0, 1, 2, 3 … */
  varint(): number {
    const zigzag = this.unsignedVarint();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  /** Reads an integer in `[0, 2^64)` from at most ten bytes, seven bits in each. */
  unsignedVarlong(): bigint {
    let low = 0; // the first four groups, 28 bits
    let value = 0n;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.buffer[this.#take(1)]!;
      if (shift < 28) low |= (byte & 0x7f) << shift;
      else value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return BigInt.asUintN(64, value | BigInt(low));
    }
    return this.#fail("a varlong is longer than 10 bytes");
  }

  /** Reads a signed int64 in zigzag form, as {@link varint} does for 32 bits. */
  varlong(): bigint {
    const zigzag = this.unsignedVarlong();
    return BigInt.asIntN(64, (zigzag >> 1n) ^ -(zigzag & 1n));
  }

  /** Reads 16 bytes as Kafka's text of a UUID: 22 characters of unpadded URL-safe base64. "None" is {@link zeroUuid}. */
  uuid(): string {
    const start = this.#take(16);
    return this.buffer.base64urlSlice(start, start + 16);
  }

  /**
   * Reads UTF-8 text of at most 32767 bytes.
   *
   * @throws {MalformedMessageError} also when the text is null
   */
  string(compact: boolean): string {
    return this.nullableString(compact) ?? this.#fail("a string that cannot be null is null");
  }

  /** Reads UTF-8 text of at most 32767 bytes, or null (length -1; as a compact length 0). */
  nullableString(compact: boolean): string | null {
    const length = compact ? this.unsignedVarint() - 1 : this.int16();
    if (length < 0) return this.#nullLength(length);
    if (length > 0x7fff) this.#fail(`a string of ${length} bytes is longer than 32767`);
    const start = this.#take(length);
    return this.buffer.utf8Slice(start, start + length);
  }

  /**
   * Reads a byte field as a view, not a copy.
   *
   * @throws {MalformedMessageError} also when the field is null
   */
  bytes(compact: boolean): Buffer {
    return this.nullableBytes(compact) ?? this.#fail("a byte field that cannot be null is null");
  }

  /** Reads a byte field, or one of type `records`, as a view, not a copy. Null is null, an empty field is an empty view. */
  nullableBytes(compact: boolean): Buffer | null {
    const length = compact ? this.unsignedVarint() - 1 : this.int32();
    if (length < 0) return this.#nullLength(length);
    return this.view(length);
  }

  /** Takes the next `length` bytes as a view, not a copy. */
  view(length: number): Buffer {
    const start = this.#take(length);
    return this.buffer.subarray(start, start + length);
  }

  /**
   * Reads the element count of an array that cannot be null. An element takes at least a byte, so a count beyond the bytes left
   * is an error.
   */
  arrayLength(compact: boolean): number {
    const count = this.nullableArrayLength(compact);
    return count < 0 ? this.#fail("an array that cannot be null is null") : count;
  }

  /** Reads an element count as {@link arrayLength} does; -1 stands for null. */
  nullableArrayLength(compact: boolean): number {
    const count = compact ? this.unsignedVarint() - 1 : this.int32();
    if (count < -1) this.#fail(`an array has ${count} elements`);
    if (count > this.remaining) this.#fail(`an array of ${count} elements cannot fit in the ${this.remaining} bytes left`);
    return count;
  }

  /** Reads an array of int32 that cannot be null. Its bytes are compared with the bytes left before anything is allocated. */
  int32Array(compact: boolean): number[] {
    const count = this.arrayLength(compact);
    if (count * 4 > this.remaining) this.#fail(`${count} int32 values cannot fit in the ${this.remaining} bytes left`);
    const values: number[] = [];
    for (let i = 0; i < count; i += 1) values.push(this.int32());
    return values;
  }

  /** Reads an array of texts; neither the array nor a text can be null. */
  stringArray(compact: boolean): string[] {
    const count = this.arrayLength(compact);
    const values: string[] = [];
    for (let i = 0; i < count; i += 1) values.push(this.string(compact));
    return values;
  }

  /** Reads the byte in front of a nullable struct and tells whether the struct follows. */
  isPresent(): boolean {
    return this.int8() >= 0;
  }

  /** Reads the size of a tagged field and returns the position behind the field. */
  taggedFieldEnd(): number {
    const size = this.unsignedVarint();
    if (size > this.remaining) this.#fail(`a tagged field of ${size} bytes does not fit in the ${this.remaining} bytes left`);
    return this.position + size;
  }

  /** Checks that a known tagged field was read to its end. */
  expectPosition(end: number): void {
    if (this.position !== end) this.#fail(`a tagged field ends at byte ${end}, its content here`);
  }

  /** Takes a tagged field that the message does not know. Makes the list for the first one, else appends to `fields`. */
  unknownTaggedField(fields: UnknownTaggedField[] | undefined, tag: number): UnknownTaggedField[] {
    const end = this.taggedFieldEnd();
    const field = { tag, bytes: this.view(end - this.position) };
    if (fields === undefined) return [field];
    fields.push(field);
    return fields;
  }

  /** Reads the tagged fields of a struct that defines none: nearly always a single zero byte, for which it returns undefined. */
  unknownTaggedFields(): UnknownTaggedField[] | undefined {
    let fields: UnknownTaggedField[] | undefined;
    for (let left = this.unsignedVarint(); left > 0; left -= 1) fields = this.unknownTaggedField(fields, this.unsignedVarint());
    return fields;
  }

  /**
   * Checks that the message fills its frame.
   *
   * @throws {MalformedMessageError} when bytes are left
   */
  expectEnd(): void {
    if (this.position !== this.end) this.#fail(`${this.remaining} bytes are left after the message`);
  }

  /** Moves past `length` bytes and returns the position of the first. */
  #take(length: number): number {
    const start = this.position;
    if (length > this.end - start) this.#fail(`${length} bytes are needed, ${this.end - start} are left`);
    this.position = start + length;
    return start;
  }

  #nullLength(length: number): null {
    return length === -1 ? null : this.#fail(`a length is ${length}`);
  }

  /** Makes the error for bytes that break the format at this position. The caller throws it. */
  malformed(fact: string): MalformedMessageError {
    return new MalformedMessageError(fact, this.position);
  }

  #fail(fact: string): never {
    throw this.malformed(fact);
  }
}
