import { DeserializationError, SerializationError } from "./errors.ts";
import { defineSerde, type Serde } from "./serde.ts";

const name = "uuid";
const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUID as its text of 36 characters, in lower case. @see Java's `Serdes.UUID` */
export const uuid: Serde<string> = defineSerde<string>({
  name,
  identity: "value",
  holds: "primitive",
  read(from, start, end) {
    const text = from.toString("latin1", start, end);
    if (!pattern.test(text)) throw new DeserializationError(name, `"${text.slice(0, 60)}" is not a UUID of 36 characters.`);
    return text.toLowerCase();
  },
  sizeMax: () => 36,
  write(to, at, value) {
    checked(value);
    return at + to.write(value.toLowerCase(), at, "latin1");
  },
  size(value) {
    checked(value);
    return 36;
  },
  normalize(value) {
    checked(value);
    return value.toLowerCase();
  },
});

function checked(value: string): void {
  if (typeof value !== "string" || !pattern.test(value)) {
    throw SerializationError.ofType(name, "a UUID of 36 characters", value);
  }
}
