import { StreamsError } from "../errors.ts";
import { catchRejections } from "../rejections.ts";
import { shown } from "../shown.ts";

/** A user's function at a node, for an error. */
interface FailedCallback {
  readonly nodeName: string;
  readonly operator: string;
  readonly role: string;
}

/** A user's function returned nothing, or something of another kind, where a pair or an iterable is needed. Java: `requireNonNull` in KStreamMap. */
export class NullResultError extends StreamsError {
  readonly code = "STREAMS_NULL_RESULT";
  readonly retriable = false;
  /** Name of the node that the function was given to. */
  readonly nodeName: string;

  constructor(callback: FailedCallback, result: unknown, wanted: string, toSkip: string) {
    super(`${named(callback)} returned ${shown(result)}, but ${wanted} is needed. Return that; to skip a record ${toSkip}.`);
    this.nodeName = callback.nodeName;
    catchRejections(result, this);
  }
}

/** A user's function returned undefined, which is no value. Kafka has null: no value, or a deleted row. */
export class UndefinedValueError extends StreamsError {
  readonly code = "STREAMS_UNDEFINED_VALUE";
  readonly retriable = false;
  /** Name of the node that the function was given to. */
  readonly nodeName: string;

  constructor(callback: FailedCallback, part: "key" | "value" | "") {
    super(
      `${named(callback)} returned ${part === "" ? "undefined" : `an undefined ${part}`}. ` +
        `Return a value, or null where there is none: null is a tombstone, and deletes a table's row.`,
    );
    this.nodeName = callback.nodeName;
  }
}

/**
 * A user's function returned a promise, another thenable, an async generator, or a generator where nothing iterates over one.
 * Callbacks are synchronous.
 *
 * If the promise is rejected, `cause` is the reason from then on, and the process hears of no unhandled rejection.
 */
export class AsyncCallbackError extends StreamsError {
  readonly code = "STREAMS_ASYNC_CALLBACK";
  readonly retriable = false;
  /** Name of the node that the function was given to. */
  readonly nodeName: string;

  /** @param result what the function returned as a whole; rejections of all promises in it are taken over */
  constructor(callback: FailedCallback, what: string, result: unknown) {
    super(
      `${named(callback)} returned ${what}, ` +
        (what === aGenerator
          ? `so that nothing of it has run: a generator runs only when something iterates over it. Make it a function without the asterisk.`
          : `but callbacks are synchronous: a record goes on with what they return. ` +
            `Look up what the function needs before the records are produced, or keep it in a topic and join with its table; ` +
            `for asynchronous effects write the records to a topic and let a consumer of its own read that.`),
    );
    this.nodeName = callback.nodeName;
    catchRejections(result, this);
  }
}

const aGenerator = "a generator";

function named({ nodeName, operator, role }: FailedCallback): string {
  return `The ${role} given to ${operator}() at node "${nodeName}"`;
}

/** A grouped table's record without a key: a repartition topic holds none, so someone else wrote there. Java: StreamsException. */
export class NullKeyError extends StreamsError {
  readonly code = "STREAMS_NULL_KEY";
  readonly retriable = false;

  constructor(nodeName: string) {
    super(
      `Node "${nodeName}" got a record without a key, which a grouped table cannot have. Only the application may write its repartition topics.`,
    );
  }
}

/** A processor forwarded in `init`: the nodes below it have not begun. Java: NullPointerException at a sink. */
export class ForwardInInitError extends StreamsError {
  readonly code = "STREAMS_FORWARD_IN_INIT";
  readonly retriable = false;

  constructor(nodeName: string) {
    super(`Node "${nodeName}" called forward() in init(). Forward from process(), or from a schedule that init() makes.`);
  }
}

/** A processor forwarded while none of its functions ran, such as after an await. Java: StreamsException "Current node is unknown". */
export class ForwardOutsideCallError extends StreamsError {
  readonly code = "STREAMS_FORWARD_OUTSIDE_CALL";
  readonly retriable = false;

  constructor(nodeName: string) {
    super(
      `Node "${nodeName}" called forward() while neither process() nor a schedule of it ran. ` +
        `Forward before the call returns; a schedule can forward what comes later.`,
    );
  }
}

/** A processor forwarded to a child that it does not have. Java: StreamsException "Unknown downstream node". */
export class UnknownChildError extends StreamsError {
  readonly code = "STREAMS_UNKNOWN_CHILD";
  readonly retriable = false;

  constructor(nodeName: string, child: string, known: readonly string[]) {
    super(
      `Node "${nodeName}" has no child "${child}" to forward to; its children are: ${known.map((name) => `"${name}"`).join(", ") || "none"}. ` +
        `Give the child a name with the option "name" of the call that makes it.`,
    );
  }
}

/** A processor forwarded a record whose time is none. Java: StreamsException "Malformed Record". */
export class MalformedRecordError extends StreamsError {
  readonly code = "STREAMS_MALFORMED_RECORD";
  readonly retriable = false;

  constructor(nodeName: string, timestampMs: unknown) {
    super(
      `Node "${nodeName}" forwarded a record whose timestamp is ${shown(timestampMs)}. A timestamp is whole milliseconds since the epoch, from 0.`,
    );
  }
}

/** A processor of values forwarded something else than its record, or a copy of it: the key must stay. */
export class FixedKeyError extends StreamsError {
  readonly code = "STREAMS_FIXED_KEY";
  readonly retriable = false;

  constructor(nodeName: string, record: unknown) {
    super(
      `Node "${nodeName}" of processValues() forwarded ${shown(record)}. Forward the record that process() got, or a copy that its ` +
        `withValue(), withTimestamp() or withHeaders() makes; process() may change keys.`,
    );
  }
}

/** A processor used a store with a null key. Java: NullPointerException. */
export class NullStoreKeyError extends StreamsError {
  readonly code = "STREAMS_NULL_STORE_KEY";
  readonly retriable = false;

  constructor(store: string) {
    super(`A processor used store "${store}" with a null key, which no entry can have. Look at the record's key first.`);
  }
}
