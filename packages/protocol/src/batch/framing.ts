import { CorruptBatchError, UnsupportedMagicError } from "./errors.ts";
import { readInt32, readInt64 } from "./int64.ts";
import { baseOffsetAt, lengthAt, lengthOverheadBytes, magicAt, recordsAt } from "./layout.ts";

/** Size of the shortest message of magic 0, without its offset and length. */
const lengthMin = 14;

/**
 * Cuts the batch that begins at `at` out of a buffer of batches, in the order of checks of Java's ByteBufferLogInputStream.
 *
 * @returns position behind the batch, or -1 when the rest of the buffer holds no whole batch, which is normal at the end of a fetch
 * @throws {CorruptBatchError} of stage `framing` or `header`
 * @throws {UnsupportedMagicError} for magic 0 and 1
 */
export function frameBatch(buffer: Buffer, at: number): number {
  const remaining = buffer.length - at;
  if (remaining < lengthOverheadBytes) return -1;
  const length = readInt32(buffer, at + lengthAt);
  if (length < lengthMin) throw corrupt("framing", buffer, at, `its length is ${length}, less than any record needs`);
  // Java overflows here, and fails too.
  if (length > 0x7fff_ffff - lengthOverheadBytes) throw corrupt("framing", buffer, at, `its length is ${length}`);
  if (remaining <= magicAt) return -1;
  const magic = (buffer[at + magicAt]! << 24) >> 24;
  if (magic < 0 || magic > 2) throw corrupt("framing", buffer, at, `its magic is ${magic}`);
  if (remaining < lengthOverheadBytes + length) return -1;
  if (magic < 2) throw new UnsupportedMagicError(magic, readInt64(buffer, at + baseOffsetAt));
  if (length < recordsAt - lengthOverheadBytes)
    throw corrupt("header", buffer, at, `its length is ${length}, less than a batch header needs`);
  return at + lengthOverheadBytes + length;
}

function corrupt(stage: "framing" | "header", buffer: Buffer, at: number, reason: string): CorruptBatchError {
  return new CorruptBatchError(stage, readInt64(buffer, at + baseOffsetAt), reason);
}
