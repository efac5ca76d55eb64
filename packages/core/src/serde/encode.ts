import { checkSizeMax, fieldSpareBytes, writeField } from "@millrace/protocol";
import type { Serde } from "./serde.ts";

/** A value in a buffer of its own. @throws {SerializationError | UnwritableRecordError} */
export function encode<T>(value: T, serde: Serde<T>): Buffer {
  const bytesMax = serde.sizeMax(value);
  checkSizeMax(serde, bytesMax);
  const buffer = Buffer.allocUnsafe(bytesMax + fieldSpareBytes);
  return buffer.subarray(0, writeField(serde, buffer, 0, value, bytesMax));
}
