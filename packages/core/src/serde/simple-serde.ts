import { types } from "node:util";
import { checkOptions } from "../check-options.ts";
import type { Misuse, SyncSerde, SyncSerdeSentence } from "../misuse.ts";
import { catchRejections } from "../rejections.ts";
import { shown, thrownText } from "../shown.ts";
import { InvalidArgumentError } from "../errors.ts";
import { DeserializationError, NotReadyError, SerializationError } from "./errors.ts";
import { defineSerde, type Serde, type SerdeRole } from "./serde.ts";
import { copyBytes } from "./slice.ts";

/** The two functions of a serde of one's own. Neither ever sees null, which is the absence of bytes. */
export interface SimpleSerde<T> {
  /** For errors and descriptions. Default `custom`. */
  readonly name?: string;
  /** The value's bytes; called once for each time that the value is written. An error it throws is reported for that record. */
  readonly serialize: (value: T) => Uint8Array | Misuse<SyncSerdeSentence>;
  /** The value of bytes that are the function's own: it may keep them. An error it throws is reported for that record; a `NotReadyError` lets it wait. */
  readonly deserialize: (bytes: Buffer) => T | Misuse<SyncSerdeSentence>;
  /** Gives the serde for one topic and role; see {@link Serde.bind}. Default: the same for all. */
  readonly bind?: (topic: string, role: SerdeRole) => Serde<T> | Promise<Serde<T>>;
}

/**
 * A serde of two functions over buffers, for any format that a library of one's own encodes. It costs two copies and two
 * allocations per record; `defineSerde` writes into the record batch directly.
 *
 * @example
 * const order = serde<Order>({
 *   name: "order",
 *   serialize: (value) => Order.encode(value).finish(),
 *   deserialize: (bytes) => Order.decode(bytes),
 * });
 *
 * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` for a missing function or an unknown option
 * @throws {SerializationError} from `write`, when `serialize` throws or returns no bytes
 * @throws {DeserializationError} from `read`, when `deserialize` throws, or returns undefined or a promise
 * @see Java's `Serdes.serdeFrom`
 */
export function serde<T>(functions: SimpleSerde<T> & SyncSerde<T>): Serde<T> {
  checkFunctions(functions);
  const { name = "custom", serialize, deserialize, bind } = functions;
  const pending = new PendingBytes<T>();
  const encoded = (value: T): Buffer => bytesOf(name, serialize, value);
  return defineSerde<T>({
    name,
    identity: "bytes",
    read: (from, start, end) => valueOf(name, deserialize, Buffer.from(from.subarray(start, end))),
    sizeMax(value) {
      const bytes = encoded(value);
      pending.add(value, bytes);
      return bytes.length;
    },
    write(to, at, value) {
      const bytes = pending.take(value) ?? encoded(value);
      return copyBytes(bytes, 0, bytes.length, to, at);
    },
    bind,
  });
}

function checkFunctions<T>(functions: SimpleSerde<T>): void {
  checkOptions("serde()", functions, ["serialize", "deserialize", "name", "bind"], (option, given) => {
    const needed = option === "name" ? "string" : "function";
    if (typeof given !== needed)
      throw new InvalidArgumentError(`serde() needs a ${needed} as its option \`${option}\`, but got ${shown(given)}.`);
  });
  for (const option of ["serialize", "deserialize"] as const)
    if ((functions[option] as unknown) === undefined) throw new InvalidArgumentError(`serde() needs the option \`${option}\`.`);
}

/** A copy: the function may fill the same buffer for the next value. */
function bytesOf<T>(name: string, serialize: (value: T) => unknown, value: T): Buffer {
  let bytes: unknown;
  try {
    bytes = serialize(value);
  } catch (error) {
    throw new SerializationError(name, `its function serialize failed: ${told(error)}`, { cause: error });
  }
  if (bytes instanceof Uint8Array) return Buffer.from(bytes);
  const returned = types.isPromise(bytes) ? "a promise, and serdes are synchronous" : shown(bytes);
  const error = new SerializationError(
    name,
    `its function serialize must return a Buffer or Uint8Array, but returned ${returned}.`,
  );
  catchRejections(bytes, error);
  throw error;
}

function valueOf<T>(name: string, deserialize: SimpleSerde<T>["deserialize"], bytes: Buffer): T {
  let value: T | Misuse<SyncSerdeSentence>;
  try {
    value = deserialize(bytes);
  } catch (error) {
    if (error instanceof NotReadyError) throw error;
    throw new DeserializationError(name, `its function deserialize failed: ${told(error)}`, { cause: error });
  }
  if (value !== undefined && !(value instanceof Promise)) return value as T;
  const returned = value === undefined ? "undefined" : "a promise, and serdes are synchronous";
  const error = new DeserializationError(
    name,
    `its function deserialize must return the value itself, but returned ${returned}.`,
  );
  catchRejections(value, error);
  throw error;
}

function told(error: unknown): string {
  const text = thrownText(error);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Bytes that `sizeMax` has encoded and `write` is to copy: one value, or the values of a list. */
class PendingBytes<T> {
  readonly #values: T[] = [];
  readonly #bytes: Buffer[] = [];

  add(value: T, bytes: Buffer): void {
    if (this.#values.length === pendingMax) {
      // nobody wrote these
      this.#values.length = 0;
      this.#bytes.length = 0;
    }
    this.#values.push(value);
    this.#bytes.push(bytes);
  }

  /** The latest bytes of a value, since an object may have changed. */
  take(value: T): Buffer | undefined {
    const at = this.#values.lastIndexOf(value);
    if (at === -1) return undefined;
    this.#values.splice(at, 1);
    return this.#bytes.splice(at, 1)[0];
  }
}

const pendingMax = 1000;
