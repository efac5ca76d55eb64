import { readInt64, writeInt64 } from "@millrace/protocol";
import { DeserializationError, SerializationError } from "./errors.ts";
import { defineSerde, type Serde } from "./serde.ts";

const name = "int64";

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
