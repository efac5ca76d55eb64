import { DeserializationError, SerializationError } from "./errors.ts";
import { defineSerde, type Serde } from "./serde.ts";

const name = "boolean";

/** One byte, 00 or 01. @see Java's `Serdes.Boolean` */
export const boolean: Serde<boolean> = defineSerde<boolean>({
  name,
  identity: "value",
  holds: "primitive",
  read(from, start, end) {
    if (end - start !== 1) throw new DeserializationError(name, `it needs 1 byte, but there are ${end - start}.`);
    const byte = from[start]!;
    if (byte > 1) throw new DeserializationError(name, `the byte is ${byte}, neither 0 nor 1.`);
    return byte === 1;
  },
  sizeMax: () => 1,
  write(to, at, value) {
    checked(value);
    to[at] = value ? 1 : 0;
    return at + 1;
  },
  size(value) {
    checked(value);
    return 1;
  },
});

function checked(value: boolean): void {
  if (typeof value !== "boolean") throw SerializationError.ofType(name, "a boolean", value);
}
