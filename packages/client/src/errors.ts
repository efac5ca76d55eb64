import type { TlsProblem } from "@millrace/platform";
import { errorByCode } from "@millrace/protocol";

/**
 * Base of all errors of this package. `message` holds the values and advice; decide by `code` and `retriable`, not by the text.
 */
export class ClientError extends Error {
  /** Stable code, such as `CLIENT_CLOSED`; `docs/errors.md` lists all. */
  readonly code: string;
  /** True when the same call may succeed later. */
  readonly retriable: boolean;

  constructor(code: string, retriable: boolean, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.retriable = retriable;
  }
}

/** Placeholder for a value that no message may show. */
export const notShown: unique symbol = Symbol("not shown");

/** A config key has a value that is not allowed. */
export class InvalidConfigError extends ClientError {
  /** Name of the config key, such as `brokers` or `sasl.mechanism`. */
  readonly key: string;
  /** Allowed values, as words that complete "but must be". */
  readonly allowed: string;

  constructor(key: string, value: unknown, allowed: string) {
    super("CLIENT_INVALID_CONFIG", false, `Config "${key}" is ${show(value)}, but must be ${allowed}.`);
    this.key = key;
    this.allowed = allowed;
  }
}

/** No broker of a list of addresses answered. The cause is the last failure. */
export class BrokerUnreachableError extends ClientError {
  /** Addresses that were tried, as `host:port`. */
  readonly addresses: readonly string[];

  constructor(addresses: readonly string[], cause: unknown) {
    super(
      "CLIENT_BROKER_UNREACHABLE",
      true,
      `No broker answered at ${addresses.join(", ")}: ${reason(cause)}. Check that the broker runs and that "brokers" names its ` +
        `host and listener port; behind a container or a proxy, check the advertised listeners too.`,
      cause,
    );
    this.addresses = addresses;
  }
}

/**
 * A broker refused to authenticate the client (SASL), or could not prove itself. Another attempt fails too, unless the token
 * function failed; `retriable` says which. Kafka's `SaslAuthenticationException` and its kin.
 */
export class AuthenticationError extends ClientError {
  /** Kafka's name of the mechanism, such as `SCRAM-SHA-512`. */
  readonly mechanism: string;

  /** @param detail completes "failed: …", with advice */
  constructor(broker: string, mechanism: string, detail: string, retriable = false, cause?: unknown) {
    super(
      "CLIENT_AUTHENTICATION_FAILED",
      retriable,
      `Authentication at broker ${broker} by ${mechanism} failed: ${detail}.`,
      cause,
    );
    this.mechanism = mechanism;
  }
}

/**
 * Client and broker did not agree on TLS: a certificate that is not trusted, or plaintext on one side. Retriable only if the
 * broker closed the connection without a reason. Kafka's `SslAuthenticationException`.
 */
export class SecureConnectionError extends ClientError {
  /** Kind of failure, such as `expired` or `nameMismatch`. */
  readonly problem: TlsProblem;

  /** @param detail the defect and advice */
  constructor(broker: string, problem: TlsProblem, detail: string, cause?: unknown) {
    super("CLIENT_TLS_FAILED", problem === "closed", `No secure connection to broker ${broker}: ${detail}.`, cause);
    this.problem = problem;
  }
}

/**
 * Listeners closed one connection after the other without a reason, and no broker has ever answered. The client's `ssl` or `sasl`
 * probably does not match the listener.
 */
export class ListenerMismatchError extends ClientError {
  /** Listeners that closed the connections, as `host:port`. */
  readonly addresses: readonly string[];

  /**
   * @param when completes "closed the connection 3 times in a row …"
   * @param reasons possible causes, with advice
   */
  constructor(addresses: readonly string[], count: number, when: string, reasons: string) {
    super(
      "CLIENT_LISTENER_MISMATCH",
      false,
      `The server at ${addresses.join(", ")} closed the connection ${count} times in a row ${when}, without a word: ${reasons}.`,
    );
    this.addresses = addresses;
  }
}

/** A server that is not a Kafka broker answers at the address. */
export class NotKafkaError extends ClientError {
  constructor(address: string, detail: string) {
    super("CLIENT_NOT_KAFKA", false, `The server at ${address} is not a Kafka broker: ${detail}.`);
  }
}

/** The connection ended while requests were under way. The broker may have carried them out. */
export class ConnectionLostError extends ClientError {
  constructor(address: string, detail: string, cause?: unknown) {
    super("CLIENT_CONNECTION_LOST", true, `The connection to broker ${address} was lost: ${detail}.`, cause);
  }
}

/** The broker did not answer in time. The connection is closed, since the answer could still come. */
export class RequestTimeoutError extends ClientError {
  /** @param held true: the request was not sent, since the broker throttles the client; the connection stays */
  constructor(apiName: string, address: string, timeoutMs: number, held = false) {
    super(
      "CLIENT_REQUEST_TIMEOUT",
      true,
      held
        ? `${apiName} could not be sent to broker ${address} within ${timeoutMs} ms, because the broker throttles this client. Look at its quotas.`
        : `Broker ${address} did not answer ${apiName} within ${timeoutMs} ms. Raise "connection.requestTimeoutMs" if the broker is only slow.`,
    );
  }
}

/** The received bytes are not Kafka's protocol: an impossible length or correlation id, or a body that does not decode. */
export class MalformedResponseError extends ClientError {
  constructor(address: string, detail: string, cause?: unknown) {
    super(
      "CLIENT_MALFORMED_RESPONSE",
      false,
      `Broker ${address} sent bytes that are not a Kafka response: ${detail}. Check proxies between the client and the broker.`,
      cause,
    );
  }
}

/** Client and broker have no version of an API in common. */
export class UnsupportedVersionError extends ClientError {
  constructor(apiName: string, address: string, ours: string, theirs: string) {
    super(
      "CLIENT_UNSUPPORTED_VERSION",
      false,
      `Broker ${address} speaks ${apiName} ${theirs}, this client ${ours}. Use a broker of Kafka 2.1 or later.`,
    );
  }
}

/** The client, or a part of it, was closed. */
export class ClosedError extends ClientError {
  constructor(what: string) {
    super("CLIENT_CLOSED", false, `${what} is closed. Open a new one.`);
  }
}

/** The topic does not exist. */
export class UnknownTopicError extends ClientError {
  /** Name of the topic. */
  readonly topic: string;

  /** @param retriable true: another broker may know it already */
  constructor(topic: string, autoCreate: boolean, retriable: boolean) {
    const detail = autoCreate ? " and the broker did not create it" : "";
    super(
      "CLIENT_UNKNOWN_TOPIC",
      retriable,
      `Topic "${topic}" does not exist${detail}. Create it first, for instance with admin.createTopics().`,
    );
    this.topic = topic;
  }
}

/** The topic exists, but it has no such partition. */
export class UnknownPartitionError extends ClientError {
  constructor(topic: string, partition: number, partitionCount: number) {
    super(
      "CLIENT_UNKNOWN_PARTITION",
      false,
      `Topic "${topic}" has ${partitionCount} partitions, so there is no partition ${partition}. Use 0 to ${partitionCount - 1}.`,
    );
  }
}

/** The broker answered with one of Kafka's error codes. It is retriable if Kafka's `Errors` says so. */
export class BrokerError extends ClientError {
  /** Number of Kafka's error, as `ErrorCode` of `@millrace/protocol` has it. */
  readonly errorCode: number;
  /** Kafka's name of the error, such as `NOT_COORDINATOR`. `UNKNOWN_SERVER_ERROR` for codes that this version does not know. */
  readonly errorName: string;

  constructor(operation: string, errorCode: number, brokerText?: string | null) {
    const error = errorByCode(errorCode);
    const text = brokerText === undefined || brokerText === null || brokerText === "" ? "" : `: ${brokerText}`;
    super("CLIENT_BROKER_ERROR", error.retriable, `The broker refused ${operation} with ${error.name} (${errorCode})${text}.`);
    this.errorCode = errorCode;
    this.errorName = error.name;
  }
}

/** A single record exceeds the largest request. Nothing was appended. */
export class RecordTooLargeError extends ClientError {
  /** Name of the topic. */
  readonly topic: string;
  /** Number of the partition, chosen by the caller or the partitioner. */
  readonly partition: number;

  constructor(topic: string, partition: number, bytes: number, bytesMax: number) {
    super(
      "CLIENT_RECORD_TOO_LARGE",
      false,
      `A record of ${bytes} bytes for topic "${topic}", partition ${partition}, exceeds "producer.maxRequestSize" (${bytesMax}). ` +
        `Raise it, and the topic's max.message.bytes, or write smaller records.`,
    );
    this.topic = topic;
    this.partition = partition;
  }
}

/**
 * Records of a batch were not acknowledged, and will not be sent again. `code` tells why: `CLIENT_DELIVERY_TIMEOUT`,
 * `CLIENT_RECORD_TOO_LARGE`, `CLIENT_PRODUCER_FENCED`, else `CLIENT_PRODUCE_FAILED`.
 */
export class ProduceError extends ClientError {
  /** Name of the topic. */
  readonly topic: string;
  /** Number of the partition. */
  readonly partition: number;
  /** Number of records in the batch; all of them failed. */
  readonly recordCount: number;
  /** Kafka's name of the error, or a code of this package when the request could not be sent. null: the batch expired. */
  readonly errorName: string | null;
  /** True when this producer can write nothing more, since it was fenced. Open a new one. */
  readonly fatal: boolean;
  /** True when the broker may have the records all the same, since the outcome of an attempt is unknown. */
  readonly maybeWritten: boolean;

  constructor(failure: ProduceFailure, cause?: unknown) {
    const { topic, partition, recordCount, detail } = failure;
    super(
      failure.code ?? "CLIENT_PRODUCE_FAILED",
      failure.retriable,
      `${recordCount} records for topic "${topic}", partition ${partition}, were not acknowledged: ${detail}.`,
      cause,
    );
    this.topic = topic;
    this.partition = partition;
    this.recordCount = recordCount;
    this.errorName = failure.errorName;
    this.fatal = failure.fatal;
    this.maybeWritten = failure.maybeWritten;
  }
}

/** Facts from which a `ProduceError` is made. */
export interface ProduceFailure {
  /** Code of the error. Default `CLIENT_PRODUCE_FAILED`. */
  readonly code?: string;
  /** Name of the topic. */
  readonly topic: string;
  /** Number of the partition. */
  readonly partition: number;
  /** Number of records in the batch; all of them failed. */
  readonly recordCount: number;
  /** Kafka's name of the error, or a code of this package when the request could not be sent. null: the batch expired. */
  readonly errorName: string | null;
  /** True when the same records may be accepted later. */
  readonly retriable: boolean;
  /** True when this producer can write nothing more, since it was fenced. Open a new one. */
  readonly fatal: boolean;
  /** True when the broker may have the records all the same, since the outcome of an attempt is unknown. */
  readonly maybeWritten: boolean;
  /** Cause and advice; completes "were not acknowledged: …". */
  readonly detail: string;
}

/** A partition cannot be fetched from its position. The fetcher leaves it alone until `seek` or `assign`. */
export class FetchError extends ClientError {
  /** Name of the topic. */
  readonly topic: string;
  /** Number of the partition. */
  readonly partition: number;
  /** Offset at which the failed fetch began. */
  readonly offset: number;
  /** Kafka's name of the error, such as `OFFSET_OUT_OF_RANGE`, or a code of this package such as `CLIENT_TLS_FAILED`. */
  readonly errorName: string;

  constructor(topic: string, partition: number, offset: number, errorName: string, detail: string) {
    super(
      errorName === "OFFSET_OUT_OF_RANGE" ? "CLIENT_OFFSET_OUT_OF_RANGE" : "CLIENT_FETCH_FAILED",
      false,
      `Topic "${topic}", partition ${partition}, cannot be fetched from offset ${offset}: ${errorName}, ${detail}.`,
    );
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.errorName = errorName;
  }
}

/**
 * The member is not in its group's present generation, or the group refused it. `code` tells which:
 *
 * - `CLIENT_REBALANCE_IN_PROGRESS`: retriable. Rejoin, then commit again for the partitions that are still owned.
 * - `CLIENT_MEMBERSHIP_LOST`: the partitions may have another owner. Drop uncommitted work, then join anew.
 * - `CLIENT_GROUP_INSTANCE_FENCED`: another member uses the same group instance id. Stop.
 * - `CLIENT_GROUP_REFUSED`: correct a config or a permission.
 * - `CLIENT_GROUP_CALLBACK_FAILED`: a callback threw; see the cause.
 */
export class GroupError extends ClientError {
  /** Id of the group. */
  readonly groupId: string;
  /** Kafka's name of the error; null when the client found the failure without an answer of the broker. */
  readonly errorName: string | null;

  constructor(code: GroupErrorCode, groupId: string, errorName: string | null, detail: string, cause?: unknown) {
    super(code, code === "CLIENT_REBALANCE_IN_PROGRESS", `Group "${groupId}": ${detail}.`, cause);
    this.groupId = groupId;
    this.errorName = errorName;
  }
}

/** Codes of a `GroupError`; its docstring says how to react to each. */
export type GroupErrorCode =
  | "CLIENT_REBALANCE_IN_PROGRESS"
  | "CLIENT_MEMBERSHIP_LOST"
  | "CLIENT_GROUP_INSTANCE_FENCED"
  | "CLIENT_GROUP_REFUSED"
  | "CLIENT_GROUP_CALLBACK_FAILED";

/** Tells for any failure if the same request may succeed later. False for errors of other packages. */
export function isRetriable(error: unknown): boolean {
  return error instanceof ClientError && error.retriable;
}

/** Text of a failure without its final full stop, for use inside a sentence. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.endsWith(".") ? text.slice(0, -1) : text;
}

function show(value: unknown): string {
  if (value === notShown) return "not one that is possible (it is not shown)";
  return typeof value === "string" ? `"${value}"` : Array.isArray(value) ? `[${value.map(show).join(", ")}]` : String(value);
}
