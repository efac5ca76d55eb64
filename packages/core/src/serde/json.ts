import { AsyncSchemaError, DeserializationError, SerializationError } from "./errors.ts";
import { defineSerde, type Serde } from "./serde.ts";
import { issuePath, type SchemaIssue, type StandardSchema } from "./standard-schema.ts";
import type { Utf8Buffer } from "./string.ts";

const name = "json";

/**
 * JSON text in UTF-8. With a schema, what is read is validated and typed by it; what is written is not, since it is
 * typed already. A record that does not parse or does not fit fails when it is read, as in Java, even if nobody looks at it.
 *
 * @param schema any Standard Schema with synchronous validation (zod, valibot, arktype, …)
 * @throws {DeserializationError} from `read`, with the path of the first issue
 * @throws {AsyncSchemaError} from `read`, if the schema answers with a promise
 */
export function json<T = unknown>(schema?: StandardSchema<T>): Serde<T> {
  // sizeMax has to encode, since no guess bounds a JSON text: write, which follows it, takes that text
  let pending: string | null = null;
  let pendingOf: unknown;
  return defineSerde<T>({
    name,
    identity: "bytes",
    read(from, start, end) {
      const value = parsed(from, start, end);
      return schema === undefined ? (value as T) : validated(schema, value);
    },
    sizeMax(value) {
      pending = text(value);
      pendingOf = value;
      return pending.length * 3;
    },
    write(to, at, value) {
      const encoded = pending !== null && pendingOf === value ? pending : text(value);
      pending = null;
      pendingOf = undefined;
      return at + (to as Utf8Buffer).utf8Write(encoded, at);
    },
  });
}

function parsed(from: Buffer, start: number, end: number): unknown {
  const source = (from as Utf8Buffer).utf8Slice(start, end);
  try {
    return JSON.parse(source);
  } catch (error) {
    const beginning = source.length > 60 ? `${source.slice(0, 60)}…` : source;
    throw new DeserializationError(name, `${(error as Error).message} (the text begins ${JSON.stringify(beginning)}).`, {
      cause: error,
    });
  }
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

function text(value: unknown): string {
  let encoded: string | undefined;
  try {
    encoded = JSON.stringify(value);
  } catch (error) {
    throw new SerializationError(name, `${(error as Error).message}. JSON has no bigint and no cycles.`, { cause: error });
  }
  if (encoded === undefined) throw SerializationError.ofType(name, "a value that JSON knows", value);
  return encoded;
}
