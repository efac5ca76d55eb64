import { StreamsError } from "../errors.ts";
import { catchRejections } from "../rejections.ts";
import { shown } from "../shown.ts";

/** Bytes that are not what the serde expects. */
export class DeserializationError extends StreamsError {
  readonly code = "STREAMS_DESERIALIZATION";
  readonly retriable = false;
  /** The serde's name. */
  readonly serde: string;

  constructor(serde: string, reason: string, options?: ErrorOptions) {
    super(`Serde "${serde}" cannot read the bytes: ${reason}`, options);
    this.serde = serde;
  }
}

/** A value that the serde cannot write. */
export class SerializationError extends StreamsError {
  readonly code = "STREAMS_SERIALIZATION";
  readonly retriable = false;
  /** Name of the serde that refused the value. */
  readonly serde: string;
  /** Description of the fault, without the serde's name. */
  readonly reason: string;
  /** Part of the record that could not be written, as far as it is known. */
  readonly part: "key" | "value";

  constructor(serde: string, reason: string, options?: ErrorOptions, part: "key" | "value" = "value") {
    super(`Serde "${serde}" cannot write the ${part}: ${reason}`, options);
    this.serde = serde;
    this.reason = reason;
    this.part = part;
  }

  /** The value is not of the serde's type at all. */
  static ofType(serde: string, expected: string, value: unknown): SerializationError {
    const error = new SerializationError(
      serde,
      `expected ${expected}, but got ${shown(value)}. Give the operator the serde of the type that flows here, or map the value first.`,
    );
    catchRejections(value, error);
    return error;
  }
}

/** Marks an error that a serde threw as one of a key, since a serde does not know what it is used for. */
export function ofKey(error: unknown): unknown {
  if (!(error instanceof SerializationError)) return error;
  return new SerializationError(error.serde, error.reason, { cause: error.cause }, "key");
}

/** Neither the operator nor the application's defaults name a serde. */
export class MissingSerdeError extends StreamsError {
  readonly code = "STREAMS_MISSING_SERDE";
  readonly retriable = false;

  constructor(role: "key" | "value", user: string) {
    super(`No ${role} serde for ${user}: pass \`${role}\` in its options, or set the application's default ${role} serde.`);
  }
}

/** A schema that validates asynchronously: a record's way through a task has no room for a promise. */
export class AsyncSchemaError extends StreamsError {
  readonly code = "STREAMS_ASYNC_SCHEMA";
  readonly retriable = false;

  constructor(vendor: string) {
    super(
      `The ${vendor} schema given to json() validates asynchronously. Remove its asynchronous checks and transforms, ` +
        `or do them in an operator of their own.`,
    );
  }
}
