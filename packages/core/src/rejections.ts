import { types } from "node:util";
import { StreamsError } from "./errors.ts";

/**
 * Takes over the rejections of all promises within a value that was refused with an error: its own, or those of items, keys,
 * values and fields. Cold.
 *
 * A rejection that nobody handles ends the process, past the error handling of the record. The first reason becomes the error's
 * `cause`, as soon as it is known, if the error is of this project and has none. Other thenables are left alone: many run a
 * query only when `then` is called.
 */
export function catchRejections(value: unknown, error: unknown): void {
  const tell = (reason: unknown): void => {
    if (error instanceof StreamsError) error.cause ??= reason;
  };
  const seen = new Set<unknown>();
  const waiting = [value];
  while (waiting.length > 0 && seen.size < objectsMax) {
    const next = waiting.pop();
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(next);
    if (types.isPromise(next)) void Promise.prototype.then.call(next, undefined, tell);
    else if (!ArrayBuffer.isView(next)) addParts(next, waiting);
  }
}

/** Bounds the search in a value that refers to a whole program. */
const objectsMax = 100_000;

/** Getters are not called: they run a user's code, which may throw. */
function addParts(value: object, to: unknown[]): void {
  if (types.isProxy(value)) return;
  if (types.isMap(value)) for (const [key, each] of value) to.push(key, each);
  else if (types.isSet(value)) for (const each of value) to.push(each);
  for (const name of Object.keys(value)) {
    const field: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
    if (typeof field === "object" && field !== null) to.push(field);
  }
}
