import { DeserializationError, SerializationError } from "./errors.ts";
import { defineSerde, type Serde } from "./serde.ts";

const name = "int32";

/** Four bytes, big-endian. @see Java's `Serdes.Integer` */
export const int32: Serde<number> = defineSerde<number>({
  name,
  identity: "value",
  holds: "number",
  read(from, start, end) {
    if (end - start !== 4) throw new DeserializationError(name, `it needs 4 bytes, but there are ${end - start}.`);
    return from.readInt32BE(start);
  },
  sizeMax: () => 4,
  write(to, at, value) {
    checked(value);
    return to.writeInt32BE(value, at);
  },
  size(value) {
    checked(value);
    return 4;
  },
});

function checked(value: number): void {
  if (typeof value !== "number" || (value | 0) !== value) {
    throw SerializationError.ofType(name, "an integer from -(2^31) to 2^31 - 1", value);
  }
}
