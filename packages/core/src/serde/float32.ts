import { DeserializationError, SerializationError } from "./errors.ts";
import { defineSerde, type Serde } from "./serde.ts";

const name = "float32";

/** Four bytes, IEEE 754, big-endian; a number is rounded to the nearest. @see Java's `Serdes.Float` */
export const float32: Serde<number> = defineSerde<number>({
  name,
  identity: "bytes",
  holds: "number",
  read(from, start, end) {
    if (end - start !== 4) throw new DeserializationError(name, `it needs 4 bytes, but there are ${end - start}.`);
    return from.readFloatBE(start);
  },
  sizeMax: () => 4,
  write(to, at, value) {
    checked(value);
    return value === value ? to.writeFloatBE(value, at) : to.writeInt32BE(0x7fc00000, at);
  },
  size(value) {
    checked(value);
    return 4;
  },
  normalize: Math.fround,
});

function checked(value: number): void {
  if (typeof value !== "number") throw SerializationError.ofType(name, "a number", value);
  // a double that is finite must not become infinite
  if (value - value === 0 && !Number.isFinite(Math.fround(value)))
    throw SerializationError.ofType(name, "a number up to 3.4e38", value);
}
