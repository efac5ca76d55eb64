import { DeserializationError, SerializationError } from "./errors.ts";
import { defineSerde, type Serde } from "./serde.ts";

const name = "void";

/** Only null: any byte, and any value, is an error. @see Java's `Serdes.Void` */
export const voidSerde: Serde<never> = defineSerde<never>({
  name,
  identity: "bytes",
  read(_from, start, end) {
    throw new DeserializationError(name, `only null is expected, but there are ${end - start} bytes.`);
  },
  sizeMax: refuse,
  write: (_to, _at, value) => refuse(value),
  size: refuse,
});

function refuse(value: never): never {
  throw SerializationError.ofType(name, "null", value);
}
