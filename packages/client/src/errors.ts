import type { TlsProblem } from "@millrace/platform";
import { errorByCode } from "@millrace/protocol";

/**
 * What every error of this package has: a stable `code`, and whether the same call may succeed later. The text holds the
 * values and what to do.
 */
export class ClientError extends Error {
  readonly code: string;
  readonly retriable: boolean;

  constructor(code: string, retriable: boolean, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.retriable = retriable;
  }
}

/** Stands for a value that no message may show. */
export const notShown: unique symbol = Symbol("not shown");

/** A config key has a value that it cannot have. */
export class InvalidConfigError extends ClientError {
  readonly key: string;
  /** What the value must be; completes "but must be". */
  readonly allowed: string;

  constructor(key: string, value: unknown, allowed: string) {
    super("CLIENT_INVALID_CONFIG", false, `Config "${key}" is ${show(value)}, but must be ${allowed}.`);
    this.key = key;
    this.allowed = allowed;
  }
}

/** No broker of a list of addresses answered. The cause is the last failure. */
export class BrokerUnreachableError extends ClientError {
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
 * A broker and the client did not agree on who the client is (SASL). Not worth a repetition, unless the token function failed.
 * Kafka's `SaslAuthenticationException` and its kin.
 */
export class AuthenticationError extends ClientError {
  /** Kafka's name, such as `SCRAM-SHA-512`. */
  readonly mechanism: string;

  /** @param detail completes "failed: …", with what to do */
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
 * Client and broker did not agree on TLS: a certificate that is not trusted, or plaintext on one side. Worth a repetition only where
 * the broker closed the connection without a word. Kafka's `SslAuthenticationException`.
 */
export class SecureConnectionError extends ClientError {
  readonly problem: TlsProblem;

  /** @param detail what is wrong and what to do */
  constructor(broker: string, problem: TlsProblem, detail: string, cause?: unknown) {
    super("CLIENT_TLS_FAILED", problem === "closed", `No secure connection to broker ${broker}: ${detail}.`, cause);
    this.problem = problem;
  }
}

/**
 * Listeners closed one connection after the other without a word, and no broker has ever answered: the client's `ssl` and `sasl` are not
 * what they want.
 */
export class ListenerMismatchError extends ClientError {
  /** `host:port` of each listener. */
  readonly addresses: readonly string[];

  /**
   * @param when completes "closed the connection 3 times in a row …"
   * @param reasons what it may mean, with what to do
   */
  constructor(addresses: readonly string[], count: number, when: string, reasons: string) {
    super(
      "CLIENT_LISTENER_MISMATCH",
      false,
      `What listens at ${addresses.join(", ")} closed the connection ${count} times in a row ${when}, without a word: ${reasons}.`,
    );
    this.addresses = addresses;
  }
}

/** Something else than a Kafka broker answers at the address. */
export class NotKafkaError extends ClientError {
  constructor(address: string, detail: string) {
    super("CLIENT_NOT_KAFKA", false, `What answers at ${address} is not a Kafka broker: ${detail}.`);
  }
}

/** The connection ended while requests were under way; whether the broker carried them out is not known. */
export class ConnectionLostError extends ClientError {
  constructor(address: string, detail: string, cause?: unknown) {
    super("CLIENT_CONNECTION_LOST", true, `The connection to broker ${address} was lost: ${detail}.`, cause);
  }
}

/** The broker did not answer in time; the connection is closed, since the answer could still come. */
export class RequestTimeoutError extends ClientError {
  /** @param held the request was not even sent, since the broker throttles the client; the connection stays */
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

/** What came is not Kafka's protocol: a length or a correlation id that cannot be, or a body that does not decode. */
export class MalformedResponseError extends ClientError {
  constructor(address: string, detail: string, cause?: unknown) {
    super(
      "CLIENT_MALFORMED_RESPONSE",
      false,
      `Broker ${address} sent what is not a Kafka response: ${detail}. Look at what lies between the client and the broker.`,
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
  readonly topic: string;

  /** @param retriable another broker may have heard of it */
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

/** The broker answered with one of Kafka's error codes. `errorName` is Kafka's name for it, such as `NOT_COORDINATOR`. */
export class BrokerError extends ClientError {
  readonly errorCode: number;
  readonly errorName: string;

  constructor(operation: string, errorCode: number, brokerText?: string | null) {
    const error = errorByCode(errorCode);
    const text = brokerText === undefined || brokerText === null || brokerText === "" ? "" : `: ${brokerText}`;
    super("CLIENT_BROKER_ERROR", error.retriable, `The broker refused ${operation} with ${error.name} (${errorCode})${text}.`);
    this.errorCode = errorCode;
    this.errorName = error.name;
  }
}

/** One record alone is larger than a request may be. Nothing was appended. */
export class RecordTooLargeError extends ClientError {
  readonly topic: string;
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
 * Records of a batch were not acknowledged, and will not be sent again. `errorName` is Kafka's error, or null when the
 * batch expired or was given up; `maybeWritten` tells that the broker may have it all the same.
 */
export class ProduceError extends ClientError {
  readonly topic: string;
  readonly partition: number;
  readonly recordCount: number;
  readonly errorName: string | null;
  readonly fatal: boolean;
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

export interface ProduceFailure {
  /** `CLIENT_DELIVERY_TIMEOUT`, `CLIENT_PRODUCER_FENCED`; default `CLIENT_PRODUCE_FAILED`. */
  readonly code?: string;
  readonly topic: string;
  readonly partition: number;
  readonly recordCount: number;
  readonly errorName: string | null;
  readonly retriable: boolean;
  readonly fatal: boolean;
  readonly maybeWritten: boolean;
  /** Completes "were not acknowledged: …", with what to do. */
  readonly detail: string;
}

/** A partition cannot be fetched on from its position; the fetcher leaves it alone until `seek` or `assign`. */
export class FetchError extends ClientError {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
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
 * The member is out of its group's present generation, or the group refused it. `code` tells which:
 * `CLIENT_REBALANCE_IN_PROGRESS` (retriable: rejoin, then commit again what is still owned), `CLIENT_MEMBERSHIP_LOST` (the
 * partitions may have another owner: drop what is uncommitted, then join anew), `CLIENT_GROUP_INSTANCE_FENCED` (another
 * member uses the same group instance id: stop), `CLIENT_GROUP_REFUSED` (a config or permission to correct),
 * `CLIENT_GROUP_CALLBACK_FAILED` (a callback threw: see the cause).
 */
export class GroupError extends ClientError {
  readonly groupId: string;
  readonly errorName: string | null;

  constructor(code: GroupErrorCode, groupId: string, errorName: string | null, detail: string, cause?: unknown) {
    super(code, code === "CLIENT_REBALANCE_IN_PROGRESS", `Group "${groupId}": ${detail}.`, cause);
    this.groupId = groupId;
    this.errorName = errorName;
  }
}

export type GroupErrorCode =
  | "CLIENT_REBALANCE_IN_PROGRESS"
  | "CLIENT_MEMBERSHIP_LOST"
  | "CLIENT_GROUP_INSTANCE_FENCED"
  | "CLIENT_GROUP_REFUSED"
  | "CLIENT_GROUP_CALLBACK_FAILED";

/** Whether the same request may succeed later, for any failure. */
export function isRetriable(error: unknown): boolean {
  return error instanceof ClientError && error.retriable;
}

/** What a failure says, to be put into a sentence. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.endsWith(".") ? text.slice(0, -1) : text;
}

function show(value: unknown): string {
  if (value === notShown) return "not one that is possible (it is not shown)";
  return typeof value === "string" ? `"${value}"` : Array.isArray(value) ? `[${value.map(show).join(", ")}]` : String(value);
}
