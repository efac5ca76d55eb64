import type { Misuse, SyncSerde, SyncSerdeSentence } from "../misuse.ts";
import { checkSerde } from "./check-serde.ts";

/** Place of a serde in a record. */
export type SerdeRole = "key" | "value";

/**
 * Conversion of a type to bytes and back. Null never reaches a serde: a null key or value is the absence of bytes.
 *
 * `write` fills a caller's buffer, so that a record is encoded straight into the producer's open batch. Serdes are
 * synchronous. One that must look something up (a schema registry) says so: `read` throws a `NotReadyError`, and `bind`
 * gives a promise. Stores cannot wait: what they read must be known when their task processes.
 */
export interface Serde<T> {
  /** Shown in errors and descriptions, such as `string`. */
  readonly name: string;
  /**
   * `value`: equal values (`===`) are equal bytes and the other way round, so a decoded key can itself be a Map key
   * (after `normalize`, if there is one). `bytes`: only the bytes tell.
   */
  readonly identity: "value" | "bytes";
  /**
   * Form in which a store may keep values of this type before they are serialized: `number` (all values are numbers) or
   * `primitive` (strings, booleans, bigints). Needs `size`. Absent: the store keeps bytes, since the user could change an
   * object.
   */
  readonly holds?: "number" | "primitive";
  /**
   * Decodes `[start, end)`.
   *
   * @throws {DeserializationError} when the bytes are not this type's, or can never be read
   * @throws {NotReadyError} when something must be looked up first: the record of a source waits, and is read again
   */
  read(from: Buffer, start: number, end: number): T;
  /** An upper bound of the bytes that `write` needs for this value. Cheap: a guess from the length, not an encoding. */
  sizeMax(value: T): number;
  /** Encodes at `at` and returns the end. @throws {SerializationError} when the value has the wrong type */
  write(to: Buffer, at: number, value: T): number;
  /**
   * Exact number of bytes that `write` will make. Throws for values that `write` refuses. Absent: the size is known only
   * after encoding.
   */
  size?(value: T): number;
  /** The value that reading its bytes gives, where that can be another one (a lone surrogate, a rounded float). */
  normalize?(value: T): T;
  /**
   * Gives the serde for one topic and role; absent: this one is for all. Called when a task opens, once for each source topic,
   * sink and store. A promise may take its time: the task waits for it, at most `taskTimeoutMs`, and the others run. A
   * promise is an `UnboundSerdeError` where nothing can wait: a topic that a record names, the test driver.
   */
  bind?(topic: string, role: SerdeRole): Serde<T> | Promise<Serde<T>>;
}

/** The parts of a serde. */
export interface SerdeParts<T> {
  /** Name for errors and descriptions, such as `string`. */
  readonly name: string;
  /** Kind of equality; see {@link Serde.identity}. */
  readonly identity: "value" | "bytes";
  /** Kind of the decoded values that a store may keep; it needs `size`. Default: stores keep bytes. */
  readonly holds?: "number" | "primitive";
  /** Decodes the bytes `[start, end)`. Throw a `DeserializationError` for bytes that are not this type's. */
  readonly read: (from: Buffer, start: number, end: number) => T | Misuse<SyncSerdeSentence>;
  /** Gives an upper bound of the bytes that `write` needs for the value. */
  readonly sizeMax: (value: T) => number | Misuse<SyncSerdeSentence>;
  /** Encodes the value at `at` and returns the end. Throw a `SerializationError` for a value of another type. */
  readonly write: (to: Buffer, at: number, value: T) => number | Misuse<SyncSerdeSentence>;
  /** Gives the exact number of bytes that `write` makes, and refuses what `write` refuses. Default: only encoding tells. */
  readonly size?: (value: T) => number | Misuse<SyncSerdeSentence>;
  /** Gives the value that reading the written bytes gives. Default: the same value. */
  readonly normalize?: (value: T) => T | Misuse<SyncSerdeSentence>;
  /** Gives the serde for one topic and role; see {@link Serde.bind}. Default: the same for all. */
  readonly bind?: ((topic: string, role: SerdeRole) => Serde<T> | Promise<Serde<T>>) | undefined;
}

/**
 * Gives all serdes that it makes one shape, which keeps the places that use a serde monomorphic.
 *
 * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` for a missing part
 */
export function defineSerde<T>(parts: SerdeParts<T> & SyncSerde<T>): Serde<T> {
  checkSerde(parts, "The argument of defineSerde()");
  return Object.freeze({
    name: parts.name,
    identity: parts.identity,
    holds: parts.holds,
    read: parts.read,
    sizeMax: parts.sizeMax,
    write: parts.write,
    size: parts.size,
    normalize: parts.normalize,
    bind: parts.bind,
  }) as Serde<T>; // an absent part is undefined, which exactOptionalPropertyTypes would have absent
}
