import { SerializationError } from "./errors.ts";
import { defineSerde, type Serde } from "./serde.ts";

const name = "bytes";

/**
 * Bytes as they are. Reading returns a copy, so that keeping it does not keep the batch in memory. @see Java's
 * `Serdes.ByteArray`
 */
export const bytes: Serde<Buffer> = defineSerde<Buffer>({
  name,
  identity: "bytes",
  read: (from, start, end) => Buffer.from(from.subarray(start, end)),
  sizeMax: size,
  write(to, at, value) {
    const end = at + size(value);
    to.set(value, at);
    return end;
  },
  size,
});

function size(value: Buffer): number {
  if (!(value instanceof Uint8Array)) throw SerializationError.ofType(name, "a Buffer or Uint8Array", value);
  return value.length;
}
