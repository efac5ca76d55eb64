import { MalformedMessageError } from "./errors.ts";

declare global {
  /** What `toString` calls after its checks; Node has them on every Buffer, its type definitions do not. */
  interface Buffer {
    utf8Slice(start: number, end: number): string;
    base64urlSlice(start: number, end: number): string;
  }
}

/** A tagged field that the message definition does not know. Kept, so that a message is written back as it came (KIP-482). */
export interface UnknownTaggedField {
  readonly tag: number;
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
 * All methods throw {@link MalformedMessageError} when the bytes are cut or cannot be.
 */
export class Reader {
  readonly buffer: Buffer;
  position: number;
  readonly end: number;

  constructor(buffer: Buffer, start = 0, end: number = buffer.length) {
    this.buffer = buffer;
    this.position = start;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  bool(): boolean {
    return this.buffer[this.#take(1)] !== 0;
  }

  int8(): number {
    return (this.buffer[this.#take(1)]! << 24) >> 24;
  }

  int16(): number {
    return this.buffer.readInt16BE(this.#take(2));
  }

  uint16(): number {
    return this.buffer.readUInt16BE(this.#take(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.#take(4));
  }

  uint32(): number {
    return this.buffer.readUInt32BE(this.#take(4));
  }

  int64(): bigint {
    return this.buffer.readBigInt64BE(this.#take(8));
  }

  float64(): number {
    return this.buffer.readDoubleBE(this.#take(8));
  }

  /** At most five bytes; as in Java, bits beyond the 32nd are dropped. In `[0, 2^32)`. */
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

  /** Zigzag: 0, -1, 1, -2 … are 0, 1, 2, 3 … */
  varint(): number {
    const zigzag = this.unsignedVarint();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  /** At most ten bytes. In `[0, 2^64)`. */
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

  varlong(): bigint {
    const zigzag = this.unsignedVarlong();
    return BigInt.asIntN(64, (zigzag >> 1n) ^ -(zigzag & 1n));
  }

  /** Kafka's text of a UUID: 22 characters of unpadded URL-safe base64. */
  uuid(): string {
    const start = this.#take(16);
    return this.buffer.base64urlSlice(start, start + 16);
  }

  string(compact: boolean): string {
    return this.nullableString(compact) ?? this.#fail("a string that cannot be null is null");
  }

  nullableString(compact: boolean): string | null {
    const length = compact ? this.unsignedVarint() - 1 : this.int16();
    if (length < 0) return this.#nullLength(length);
    if (length > 0x7fff) this.#fail(`a string of ${length} bytes is longer than 32767`);
    const start = this.#take(length);
    return this.buffer.utf8Slice(start, start + length);
  }

  /** A view, not a copy. */
  bytes(compact: boolean): Buffer {
    return this.nullableBytes(compact) ?? this.#fail("a byte field that cannot be null is null");
  }

  /** A view, not a copy. Also reads `records`. */
  nullableBytes(compact: boolean): Buffer | null {
    const length = compact ? this.unsignedVarint() - 1 : this.int32();
    if (length < 0) return this.#nullLength(length);
    return this.view(length);
  }

  /** The next `length` bytes as a view. */
  view(length: number): Buffer {
    const start = this.#take(length);
    return this.buffer.subarray(start, start + length);
  }

  /** The element count of an array. An element takes at least a byte, so a count beyond the bytes left is an error. */
  arrayLength(compact: boolean): number {
    const count = this.nullableArrayLength(compact);
    return count < 0 ? this.#fail("an array that cannot be null is null") : count;
  }

  /** As `arrayLength`; -1 is null. */
  nullableArrayLength(compact: boolean): number {
    const count = compact ? this.unsignedVarint() - 1 : this.int32();
    if (count < -1) this.#fail(`an array has ${count} elements`);
    if (count > this.remaining) this.#fail(`an array of ${count} elements cannot fit in the ${this.remaining} bytes left`);
    return count;
  }

  int32Array(compact: boolean): number[] {
    const count = this.arrayLength(compact);
    if (count * 4 > this.remaining) this.#fail(`${count} int32 values cannot fit in the ${this.remaining} bytes left`);
    const values: number[] = [];
    for (let i = 0; i < count; i += 1) values.push(this.int32());
    return values;
  }

  stringArray(compact: boolean): string[] {
    const count = this.arrayLength(compact);
    const values: string[] = [];
    for (let i = 0; i < count; i += 1) values.push(this.string(compact));
    return values;
  }

  /** Whether a nullable struct follows. */
  isPresent(): boolean {
    return this.int8() >= 0;
  }

  /** Reads the size of a tagged field and returns where the field ends. */
  taggedFieldEnd(): number {
    const size = this.unsignedVarint();
    if (size > this.remaining) this.#fail(`a tagged field of ${size} bytes does not fit in the ${this.remaining} bytes left`);
    return this.position + size;
  }

  /** Checks that a known tagged field was read to its end. */
  expectPosition(end: number): void {
    if (this.position !== end) this.#fail(`a tagged field ends at byte ${end}, its content here`);
  }

  /** Takes a tagged field that the message does not know. The first one makes the list. */
  unknownTaggedField(fields: UnknownTaggedField[] | undefined, tag: number): UnknownTaggedField[] {
    const end = this.taggedFieldEnd();
    const field = { tag, bytes: this.view(end - this.position) };
    if (fields === undefined) return [field];
    fields.push(field);
    return fields;
  }

  /** The tagged fields of a struct that knows none: nearly always a single zero byte. */
  unknownTaggedFields(): UnknownTaggedField[] | undefined {
    let fields: UnknownTaggedField[] | undefined;
    for (let left = this.unsignedVarint(); left > 0; left -= 1) fields = this.unknownTaggedField(fields, this.unsignedVarint());
    return fields;
  }

  /** @throws {MalformedMessageError} when bytes are left: a body must fill its frame */
  expectEnd(): void {
    if (this.position !== this.end) this.#fail(`${this.remaining} bytes are left after the message`);
  }

  /** Moves past `length` bytes and returns where they begin. */
  #take(length: number): number {
    const start = this.position;
    if (length > this.end - start) this.#fail(`${length} bytes are needed, ${this.end - start} are left`);
    this.position = start + length;
    return start;
  }

  #nullLength(length: number): null {
    return length === -1 ? null : this.#fail(`a length is ${length}`);
  }

  /** The error for bytes that cannot be, at this position; whoever finds it throws it. */
  malformed(fact: string): MalformedMessageError {
    return new MalformedMessageError(fact, this.position);
  }

  #fail(fact: string): never {
    throw this.malformed(fact);
  }
}
