import { isUtf8 } from "node:buffer";
import { InvalidArgumentError } from "../errors.ts";
import { catchRejections } from "../rejections.ts";
import { shown } from "../shown.ts";
import { AsyncSchemaError, DeserializationError, SerializationError } from "./errors.ts";
import type { JsonHolds } from "./json-holds.ts";
import { isPlainJson, jsonDepthMax, jsonLoss, type JsonLoss, type JsonRules } from "./json-loss.ts";
import { parseExactly, survey } from "./json-numbers.ts";
import { defineSerde, type Serde } from "./serde.ts";
import { issuePath, type SchemaIssue, type StandardSchema } from "./standard-schema.ts";
import type { Utf8Buffer } from "./string.ts";

/** Options of the serde `json`. */
export interface JsonOptions {
  /**
   * Treatment of integers beyond 2^53 - 1, which a number may not hold exactly. `number`, the default: integers that a number
   * holds with the same digits are read, others are an error that names their field. `bigint`: all of them are read as
   * bigints, and bigints are written with all their digits.
   */
  readonly integers?: "number" | "bigint";
}

/**
 * JSON text in UTF-8, with values of a schema's type. The schema validates values that are read, and not those that are written,
 * since they are typed already. A record that does not parse or does not fit fails when it is read, as in Java, even if nobody looks at it. JSON
 * itself is that of `json()` without a schema.
 *
 * @example
 * json(z.object({ id: z.string() }))
 * json(Tweet, { integers: "bigint" })       // z.object({ id: z.bigint() })
 *
 * @param schema any Standard Schema with synchronous validation (zod, valibot, arktype, …)
 * @throws {InvalidArgumentError} for what is neither a schema nor options
 * @throws {DeserializationError} from `read`, with the path of the first issue
 * @throws {AsyncSchemaError} from `read`, if the schema answers with a promise
 */
export function json<T>(schema: StandardSchema<T> | undefined, options?: JsonOptions): Serde<T>;
/**
 * JSON text in UTF-8, whose integers beyond 2^53 - 1 are bigints. Everything else is as with `json()`.
 *
 * @example json<Tweet>({ integers: "bigint" })       // ids of 64 bits
 * @throws {InvalidArgumentError} for what is neither a schema nor options
 */
export function json<T = unknown>(this: JsonHolds<T, bigint>, options: JsonOptions & { readonly integers: "bigint" }): Serde<T>;
/**
 * JSON text in UTF-8, typed, but not validated. A type with a value that JSON does not give back (Date, bigint, bytes, Map, Set,
 * function) does not compile. A value that JSON does not carry is an error with its place, such as `.items[2].price`, and nothing
 * is changed on its way through:
 *
 * - in writing NaN, the infinities, `undefined` in an array, functions, symbols, bigints, bytes, Map, Set, Promise, Error and
 *   other built-in objects whose content JSON.stringify leaves out, and instances of classes that have no field of their own
 *   that is public, and no `toJSON`. An undefined field is left out. An object with `toJSON` is
 *   written as that says; a Date is therefore read back as a text, and refused where the application's default serde writes it to a
 *   repartition topic or a store. -0 is written as 0;
 * - in reading integers that a number does not hold with all their digits, numbers beyond the largest double, bytes that are no
 *   UTF-8, and more than 1,000 levels of nesting. Other numbers are doubles, as in Java.
 *
 * @example json<Order>()
 * @throws {InvalidArgumentError} for what is neither a schema nor options
 * @see Java's Jackson, whose limits these are
 */
export function json<T = unknown>(this: JsonHolds<T>, options?: JsonOptions): Serde<T>;
export function json<T>(first?: StandardSchema<T> | JsonOptions, second?: JsonOptions): Serde<T> {
  const schema = isSchema<T>(first) ? first : undefined;
  const bigints = integersOf(schema === undefined && first !== undefined ? first : second) === "bigint";
  const serde = jsonSerde(schema, { bigints, exact: false });
  if (schema === undefined) untyped.set(serde, bigints);
  return serde;
}

/** Serdes of JSON without a schema, with whether they write bigints. */
const untyped = new WeakMap<object, boolean>();

/**
 * Serde by which an application reads back what it has written itself, to repartition topics and stores, where only its default
 * says how: JSON then refuses a Date, and any other object with `toJSON`, because another value would come back. A schema may make
 * the same value again, so JSON with a schema stays as it is, and so does every other serde.
 */
export function readBack(serde: Serde<unknown> | null): Serde<unknown> | null {
  const bigints = serde === null ? undefined : untyped.get(serde);
  return bigints === undefined ? serde : jsonSerde<unknown>(undefined, { bigints, exact: true });
}

function jsonSerde<T>(schema: StandardSchema<T> | undefined, rules: JsonRules): Serde<T> {
  // sizeMax has to encode, since no guess bounds a JSON text: write, which follows it, takes that text
  let pending: string | null = null;
  let pendingOf: unknown;
  return defineSerde<T>({
    name,
    identity: "bytes",
    read(from, start, end) {
      const value = parsed(from, start, end, rules.bigints);
      return schema === undefined ? (value as T) : validated(schema, value);
    },
    sizeMax(value) {
      pending = text(value, rules);
      pendingOf = value;
      return pending.length * 3;
    },
    write(to, at, value) {
      const encoded = pending !== null && pendingOf === value ? pending : text(value, rules);
      pending = null;
      pendingOf = undefined;
      return at + (to as Utf8Buffer).utf8Write(encoded, at);
    },
  });
}

const name = "json";

/** A schema may be a function, as arktype's are; it is known by its one field. */
function isSchema<T>(given: unknown): given is StandardSchema<T> {
  return (typeof given === "object" || typeof given === "function") && given !== null && "~standard" in given;
}

function integersOf(options: unknown): unknown {
  if (options === undefined) return "number";
  if (typeof options !== "object" || options === null)
    throw new InvalidArgumentError(
      `json() takes a Standard Schema, or options such as { integers: "bigint" }, not ${shown(options)}.`,
    );
  const unknown = Object.keys(options).filter((key) => key !== "integers");
  if (unknown.length > 0 || Object.getPrototypeOf(options) !== Object.prototype)
    throw new InvalidArgumentError(
      `json() was given an object that is no Standard Schema, as it has no field "~standard", and no options either, which are ` +
        `{ integers }. Take a version of the schema's library that has Standard Schema: zod from 3.24, valibot from 1.0, arktype from 2.0.`,
    );
  const { integers = "number" } = options as JsonOptions;
  if (integers !== "number" && integers !== "bigint")
    throw new InvalidArgumentError(`The option integers of json() is "number" or "bigint", not ${shown(integers)}.`);
  return integers;
}

function parsed(from: Buffer, start: number, end: number, bigints: boolean): unknown {
  // a byte order mark at the beginning is skipped, as by Jackson
  const at = from[start] === 0xef && from[start + 1] === 0xbb && from[start + 2] === 0xbf ? start + 3 : start;
  const source = (from as Utf8Buffer).utf8Slice(at, end);
  if (source.includes("\ufffd") && !isUtf8(from.subarray(at, end))) throw unreadable("the bytes are no UTF-8", source, undefined);
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw unreadable((error as Error).message, source, error);
  }
  const found = survey(value, 0);
  if (found === "plain") return value;
  if (found === "deep") throw unreadable(`it is nested deeper than ${jsonDepthMax} levels`, source, undefined);
  const exact = parseExactly(source, bigints);
  if (exact.inexact === null) return exact.value;
  const { path, digits } = exact.inexact;
  const number = digits.length > 60 ? `${digits.slice(0, 60)}…` : digits;
  throw new DeserializationError(
    name,
    `${path === "" ? "" : `at ${path}: `}a number does not hold ${number}. ` +
      (/^-?\d+$/.test(digits) ? `json({ integers: "bigint" }) reads it whole.` : `It is beyond the largest double.`),
  );
}

function unreadable(reason: string, source: string, cause: unknown): DeserializationError {
  const beginning = source.length > 60 ? `${source.slice(0, 60)}…` : source;
  return new DeserializationError(name, `${reason} (the text begins ${JSON.stringify(beginning)}).`, { cause });
}

function validated<T>(schema: StandardSchema<T>, value: unknown): T {
  const standard = schema["~standard"];
  const result = standard.validate(value);
  if (result instanceof Promise) {
    result.catch(() => undefined); // its failure is of no interest any more
    throw new AsyncSchemaError(standard.vendor);
  }
  if (result.issues === undefined) return result.value;
  throw new DeserializationError(name, `the value does not fit the ${standard.vendor} schema: ${described(result.issues)}.`);
}

function described(issues: readonly SchemaIssue[]): string {
  const first = issues[0];
  if (first === undefined) return "no reason was given";
  const path = issuePath(first);
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return `${path === "" ? "" : `at ${path}: `}${first.message}${more}`;
}

function text(value: unknown, rules: JsonRules): string {
  const plain = isPlainJson(value, 0);
  if (!plain) {
    const loss = jsonLoss(value, rules);
    if (loss !== null) throw lossError(loss, value);
  }
  const encoded = plain || !rules.bigints ? JSON.stringify(value) : JSON.stringify(value, wholeBigint);
  // only what toJSON returned can still be nothing
  if ((encoded as string | undefined) === undefined) throw SerializationError.ofType(name, "a value that JSON knows", value);
  return encoded;
}

function lossError({ path, reason }: JsonLoss, value: unknown): SerializationError {
  const error = new SerializationError(name, `${path === "" ? "" : `at ${path}: `}${reason}`);
  catchRejections(value, error);
  return error;
}

/** Looks at the holder: BigInt.prototype.toJSON, where somebody has defined one, has been called already. */
function wholeBigint(this: unknown, key: string, value: unknown): unknown {
  const own = (this as Record<string, unknown>)[key];
  return typeof own === "bigint" ? rawJson(String(own)) : value;
}

/** Not in TypeScript's library yet. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;
