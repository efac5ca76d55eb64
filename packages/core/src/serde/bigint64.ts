import { DeserializationError, SerializationError } from "./errors.ts";
import { defineSerde, type Serde } from "./serde.ts";

const name = "bigint64";

/**
 * Java's long as a `bigint`, with its whole range; an order of magnitude slower than `int64`.
 *
 * @see Java's `Serdes.Long`
 */
export const bigint64: Serde<bigint> = defineSerde<bigint>({
  name,
  identity: "value",
  holds: "primitive",
  read(from, start, end) {
    if (end - start !== 8) throw new DeserializationError(name, `it needs 8 bytes, but there are ${end - start}.`);
    return from.readBigInt64BE(start);
  },
  sizeMax: () => 8,
  write(to, at, value) {
    checked(value);
    return to.writeBigInt64BE(value, at);
  },
  size(value) {
    checked(value);
    return 8;
  },
});

function checked(value: bigint): void {
  if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value) {
    throw SerializationError.ofType(name, "a bigint of 64 bits", value);
  }
}
