import { DeserializationError, SerializationError } from "./errors.ts";
import { defineSerde, type Serde } from "./serde.ts";

const name = "float64";

/**
 * Eight bytes, IEEE 754, big-endian. As a key it goes by its bytes: 0 and -0 are two keys, every NaN is one.
 *
 * @see Java's `Serdes.Double`
 */
export const float64: Serde<number> = defineSerde<number>({
  name,
  identity: "bytes",
  holds: "number",
  read(from, start, end) {
    if (end - start !== 8) throw new DeserializationError(name, `it needs 8 bytes, but there are ${end - start}.`);
    return from.readDoubleBE(start);
  },
  sizeMax: () => 8,
  write(to, at, value) {
    checked(value);
    if (value !== value) {
      // one NaN, as Double.doubleToLongBits makes it: a payload that came with the value is not carried on
      to.writeInt32BE(0x7ff80000, at);
      return to.writeInt32BE(0, at + 4);
    }
    return to.writeDoubleBE(value, at);
  },
  size(value) {
    checked(value);
    return 8;
  },
});

function checked(value: number): void {
  if (typeof value !== "number") throw SerializationError.ofType(name, "a number", value);
}
