import { types } from "node:util";
import { UnwritableRecordError } from "./errors.ts";

/** Encoder of a key or value, straight into the open batch; a serde of the core is one. It never gets null. */
export interface FieldWriter<T> {
  /** Name of the serde, for error messages. */
  readonly name?: string;
  /** Returns an upper bound of the bytes that `write` needs for this value. */
  sizeMax(value: T): number;
  /** Encodes at `at` and returns the end. May throw; the record is then not appended. */
  write(to: Buffer, at: number, value: T): number;
}

/**
 * Bytes of room to leave behind the bound of a field. Node cuts a write of text off at the end of a buffer and reports nothing.
 * With this room a writer that exceeds its bound shows it in the end that it returns: no character of UTF-8 is longer than four
 * bytes.
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
  // a fraction, null and what else is no whole number of 32 bits differs from its own integer
  if ((end | 0) === end && end >= at && end <= at + bytesMax) return end;
  throw brokenBound(writer, at, end, bytesMax);
}

/** Refuses what a writer's `sizeMax` returned before a buffer of that size is made. @throws {UnwritableRecordError} */
export function checkSizeMax(writer: FieldWriter<never>, bytesMax: unknown): void {
  if (!isBytes(bytesMax)) throw brokenBound(writer, 0, 0, bytesMax);
}

function brokenBound(writer: FieldWriter<never>, at: number, end: unknown, bytesMax: unknown): UnwritableRecordError {
  const subject = writer.name === undefined ? "A field writer" : `Serde "${writer.name}"`;
  if (types.isPromise(end) || types.isPromise(bytesMax)) return asyncWriter(subject, end, bytesMax);
  if (!isBytes(bytesMax))
    return new UnwritableRecordError(
      `${subject} returned ${textOf(bytesMax)} from sizeMax, where a whole number of bytes, 0 or more, is needed`,
    );
  if (!isBytes(end) || end < at)
    return new UnwritableRecordError(
      `${subject} returned ${textOf(end)} from write, where the end of what it wrote is needed: a whole number, here ${at} or more`,
    );
  return new UnwritableRecordError(`${subject} wrote ${end - at} bytes or more, where its sizeMax announced at most ${bytesMax}`);
}

/** Error for a writer that returned a promise. A rejection of that promise becomes the cause; unhandled, it would end the process. */
function asyncWriter(subject: string, ...results: readonly unknown[]): UnwritableRecordError {
  const error = new UnwritableRecordError(
    `${subject} returned a promise, but serdes are synchronous: await what it needs before the record is produced`,
  );
  for (const result of results)
    if (types.isPromise(result)) result.then(undefined, (reason: unknown) => void (error.cause ??= reason));
  return error;
}

function isBytes(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function textOf(value: unknown): string {
  return value === null || (typeof value !== "object" && typeof value !== "function") ? String(value) : `a ${typeof value}`;
}

/** Field writer that copies bytes as they are. */
export const bytesWriter: FieldWriter<Uint8Array> = {
  sizeMax(value: Uint8Array): number {
    return value.length;
  },
  write(to: Buffer, at: number, value: Uint8Array): number {
    to.set(value, at);
    return at + value.length;
  },
};
