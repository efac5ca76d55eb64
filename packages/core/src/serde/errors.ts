import { StreamsError } from "../errors.ts";
import { catchRejections } from "../rejections.ts";
import { shown, thrownText } from "../shown.ts";

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

/**
 * Something that a serde must look up before it can read the bytes, such as a schema. A serde throws it from `read`, the same error
 * for all records that wait for the same look-up; the record waits undecoded, and is read again when `ready` is settled.
 */
export class NotReadyError extends StreamsError {
  readonly code = "STREAMS_NOT_READY";
  readonly retriable = true;
  /** Name of the serde that waits. */
  readonly serde: string;
  /**
   * Settles when reading again makes sense. If it rejects with an error whose `retriable` is false, the bytes can never be read,
   * and the deserialization handler gets that error; after any other rejection `read` is tried again, until the record has
   * waited for `taskTimeoutMs`.
   */
  readonly ready: Promise<unknown>;

  /** @param what the thing that is looked up, such as `schema 17` */
  constructor(serde: string, what: string, ready: Promise<unknown>) {
    super(`Serde "${serde}" looks up ${what} first. Read again when the look-up is done.`);
    this.serde = serde;
    this.ready = ready;
    ready.catch(() => undefined); // whoever waits is told too; without anybody it must not end the process
  }
}

/** A look-up that a record waited for until `taskTimeoutMs` was over. `cause` is the last failure, if there was one. */
export class LookUpTimeoutError extends StreamsError {
  readonly code = "STREAMS_LOOK_UP_TIMEOUT";
  readonly retriable = true;
  /** Name of the serde that waited. */
  readonly serde: string;

  constructor(waiting: NotReadyError, waitedMs: number, cause: unknown) {
    const failure = cause === null ? "" : ` The last attempt failed: ${sentence(thrownText(cause))}`;
    super(
      `Serde "${waiting.serde}" could not read a record for ${waitedMs} ms: ${waiting.message}${failure} ` +
        `Check the service that it asks; for a longer wait set "taskTimeoutMs".`,
      cause === null ? {} : { cause },
    );
    this.serde = waiting.serde;
  }
}

/** A serde whose `bind` failed for a topic. `cause` is the reason. */
export class SerdeBindError extends StreamsError {
  readonly code = "STREAMS_SERDE_BIND_FAILED";
  /** False if the cause says so: its `retriable` is false. */
  readonly retriable: boolean = true;

  constructor(serde: string, topic: string, role: "key" | "value", cause: unknown) {
    super(
      `Serde "${serde}" could not be bound to the ${role}s of topic "${topic}": ${sentence(thrownText(cause))} ` +
        `Check the service that it asks, and what it may register there.`,
      { cause },
    );
    if (isFinal(cause)) this.retriable = false;
  }
}

/** A serde that is bound with a promise where nothing can wait for it. */
export class UnboundSerdeError extends StreamsError {
  readonly code = "STREAMS_SERDE_UNBOUND";
  readonly retriable = false;

  constructor(serde: string, topic: string, role: "key" | "value", user: string) {
    super(
      `Serde "${serde}" must be bound to the ${role}s of topic "${topic}" before ${user} uses it, and that takes time. ` +
        `Name the topic where a function chooses it; in a test give the driver a serde that binds at once.`,
    );
  }
}

/** Returns true for an error that says that trying again is of no use. */
export function isFinal(error: unknown): boolean {
  return typeof error === "object" && error !== null && (error as { readonly retriable?: unknown }).retriable === false;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
