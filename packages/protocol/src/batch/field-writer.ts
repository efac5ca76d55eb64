import { UnwritableRecordError } from "./errors.ts";

/** How a key or value becomes bytes inside the open batch; a serde of the core fits. Null never reaches it. */
export interface FieldWriter<T> {
  /** For errors. */
  readonly name?: string;
  /** An upper bound of what `write` needs for this value. */
  sizeMax(value: T): number;
  /** Encodes at `at` and returns the end. May throw; nothing is appended then. */
  write(to: Buffer, at: number, value: T): number;
}

/**
 * Room to leave behind a field's bound. A writer that is cut off at a buffer's end (Node's own writes of text are, in silence)
 * has then written more than its bound, which shows: no character of UTF-8 is longer than four bytes.
 */
export const fieldSpareBytes = 8;

/**
 * Encodes a field at `at` of a buffer that has room for `bytesMax` bytes and `fieldSpareBytes` more. Returns the end.
 *
 * @param bytesMax what the writer's `sizeMax` announced
 * @throws {UnwritableRecordError} when the writer wrote more, or returned no end
 */
export function writeField<T>(writer: FieldWriter<T>, to: Buffer, at: number, value: T, bytesMax: number): number {
  const end = writer.write(to, at, value);
  if (end >= at && end <= at + bytesMax) return end;
  throw brokenBound(writer, at, end, bytesMax);
}

function brokenBound(writer: FieldWriter<never>, at: number, end: unknown, bytesMax: number): UnwritableRecordError {
  const subject = writer.name === undefined ? "A field writer" : `Serde "${writer.name}"`;
  if (typeof end !== "number" || !(end >= at))
    return new UnwritableRecordError(
      `${subject} returned ${String(end)} from write, where the end of what it wrote is at ${at} or later`,
    );
  return new UnwritableRecordError(`${subject} wrote ${end - at} bytes or more, where its sizeMax announced at most ${bytesMax}`);
}

/** Bytes as they are. */
export const bytesWriter: FieldWriter<Uint8Array> = {
  sizeMax(value: Uint8Array): number {
    return value.length;
  },
  write(to: Buffer, at: number, value: Uint8Array): number {
    to.set(value, at);
    return at + value.length;
  },
};
