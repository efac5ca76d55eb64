import { catchRejections } from "../rejections.ts";
import { DeserializationError } from "./errors.ts";
import type { Serde } from "./serde.ts";

/** Passes on what a serde has read, unless it is a promise. @throws {DeserializationError} */
export function settled<T>(serde: Serde<T>, read: T): T {
  if (read instanceof Promise) throw unsettled(serde, read);
  return read;
}

function unsettled<T>(serde: Serde<T>, promise: Promise<unknown>): DeserializationError {
  const error = new DeserializationError(
    serde.name,
    "its read returned a promise, but serdes are synchronous. Load what it needs before the application starts.",
  );
  catchRejections(promise, error);
  return error;
}
