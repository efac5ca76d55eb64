import { DeserializationError, SerializationError } from "./errors.ts";
import { defineSerde, type Serde } from "./serde.ts";

const name = "int64";
const twoTo32 = 4294967296;

/**
 * Java's long as a `number`: eight bytes, big-endian, exact from -(2^53 - 1) to 2^53 - 1. A value outside this range is an
 * error; use `bigint64` for it.
 *
 * @see Java's `Serdes.Long`
 */
export const int64: Serde<number> = defineSerde<number>({ name, identity: "value", holds: "number", read, sizeMax, write, size });

function read(from: Buffer, start: number, end: number): number {
  if (end - start !== 8) throw new DeserializationError(name, `it needs 8 bytes, but there are ${end - start}.`);
  const value = readInt64(from, start);
  if (!Number.isSafeInteger(value)) {
    throw new DeserializationError(
      name,
      `${from.readBigInt64BE(start)} is beyond 2^53 - 1, where a number is not exact. ` +
        `Use the serde bigint64, which yields a bigint.`,
    );
  }
  return value;
}

function sizeMax(_value: number): number {
  return 8;
}

function write(to: Buffer, at: number, value: number): number {
  if (!Number.isSafeInteger(value)) throw refused(value);
  return writeInt64(to, at, value);
}

function size(value: number): number {
  if (!Number.isSafeInteger(value)) throw refused(value);
  return 8;
}

function refused(value: unknown): SerializationError {
  return SerializationError.ofType(name, "an integer from -(2^53 - 1) to 2^53 - 1", value);
}

/** Reads eight bytes as a number; beyond 2^53 the result is rounded. */
export function readInt64(from: Uint8Array, at: number): number {
  const high = (from[at]! << 24) | (from[at + 1]! << 16) | (from[at + 2]! << 8) | from[at + 3]!;
  const low = ((from[at + 4]! << 24) | (from[at + 5]! << 16) | (from[at + 6]! << 8) | from[at + 7]!) >>> 0;
  return high * twoTo32 + low;
}

/** Writes a safe integer as eight bytes and returns the end. */
export function writeInt64(to: Uint8Array, at: number, value: number): number {
  const high = Math.floor(value / twoTo32);
  const low = value | 0;
  to[at] = high >> 24;
  to[at + 1] = high >> 16;
  to[at + 2] = high >> 8;
  to[at + 3] = high;
  to[at + 4] = low >> 24;
  to[at + 5] = low >> 16;
  to[at + 6] = low >> 8;
  to[at + 7] = low;
  return at + 8;
}
