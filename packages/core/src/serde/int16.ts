import { DeserializationError, SerializationError } from "./errors.ts";
import { defineSerde, type Serde } from "./serde.ts";

const name = "int16";

/** Two bytes, big-endian. @see Java's `Serdes.Short` */
export const int16: Serde<number> = defineSerde<number>({
  name,
  identity: "value",
  holds: "number",
  read(from, start, end) {
    if (end - start !== 2) throw new DeserializationError(name, `it needs 2 bytes, but there are ${end - start}.`);
    return from.readInt16BE(start);
  },
  sizeMax: () => 2,
  write(to, at, value) {
    checked(value);
    return to.writeInt16BE(value, at);
  },
  size(value) {
    checked(value);
    return 2;
  },
});

function checked(value: number): void {
  if (typeof value !== "number" || (value << 16) >> 16 !== value) {
    throw SerializationError.ofType(name, "an integer from -32768 to 32767", value);
  }
}
