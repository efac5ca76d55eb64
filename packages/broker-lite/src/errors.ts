/** An error of broker-lite, with a stable `code`, the values concerned, and what to do about it. */
export abstract class BrokerError extends Error {
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** `BROKER_UNKNOWN_CONFIG`: a key that no setting has; the message lists the nearest names. */
export class UnknownConfigError extends BrokerError {
  readonly code = "BROKER_UNKNOWN_CONFIG";
  /** Name that was given. */
  readonly key: string;
  /** Names that exist and look alike; there may be none. */
  readonly near: readonly string[];

  constructor(key: string, near: readonly string[]) {
    const hint =
      near.length > 0
        ? `Did you mean ${near.map((name) => `"${name}"`).join(" or ")}?`
        : 'Names are Kafka\'s, such as "log.retention.ms".';
    super(`No setting is called "${key}". ${hint}`);
    this.key = key;
    this.near = near;
  }
}

/** `BROKER_INVALID_CONFIG`: a value of the wrong type or outside its bounds. */
export class InvalidConfigError extends BrokerError {
  readonly code = "BROKER_INVALID_CONFIG";
  /** Name of the setting. */
  readonly key: string;
  /** Value that was refused. */
  readonly value: unknown;

  constructor(key: string, value: unknown, expected: string) {
    super(`Setting "${key}" has the value ${JSON.stringify(value) ?? "undefined"}, but needs ${expected}.`);
    this.key = key;
    this.value = value;
  }
}

/** `BROKER_LISTEN_FAILED`: the address could not be taken; `cause` is the operating system's error. */
export class ListenFailedError extends BrokerError {
  readonly code = "BROKER_LISTEN_FAILED";
  /** Host of the address. */
  readonly host: string;
  /** Port of the address. */
  readonly port: number;

  constructor(host: string, port: number, cause: unknown) {
    const systemCode = (cause as { code?: string } | null)?.code ?? "unknown";
    const hint =
      systemCode === "EADDRINUSE"
        ? "Another process listens there: stop it, or take port 0 for a free one."
        : "Check host and port.";
    super(`Listening on ${host}:${port} failed (${systemCode}). ${hint}`, { cause });
    this.host = host;
    this.port = port;
  }
}

/** `BROKER_DATA_DIRECTORY`: the data directory belongs to another node, another broker uses it, or it cannot be opened. */
export class DataDirectoryError extends BrokerError {
  readonly code = "BROKER_DATA_DIRECTORY";
  /** Path concerned. */
  readonly path: string;

  constructor(path: string, fact: string, hint: string, options?: ErrorOptions) {
    super(`Data directory "${path}": ${fact}. ${hint}`, options);
    this.path = path;
  }
}

/** `BROKER_FRAME_REFUSED`: what a connection sent is no request that can be answered; the connection is dropped. */
export class FrameRefusedError extends BrokerError {
  readonly code = "BROKER_FRAME_REFUSED";
}

/** `BROKER_TOPIC_REFUSED`: a topic could not be made or changed; `kafkaError` is the error code for the wire. */
export class TopicRefusedError extends BrokerError {
  readonly code = "BROKER_TOPIC_REFUSED";
  /** Kafka's name of the error. */
  readonly kafkaError: number;

  constructor(kafkaError: number, message: string) {
    super(message);
    this.kafkaError = kafkaError;
  }
}

/** `BROKER_LOG_REMOVED`: the topic was deleted, or the broker closed, while something still wanted its log. */
export class LogRemovedError extends BrokerError {
  readonly code = "BROKER_LOG_REMOVED";

  constructor() {
    super("The partition's log was closed or removed while records waited for a sync. Send them again.");
  }
}

/** `BROKER_UNKNOWN_NODE`: the cluster has no node with that id. */
export class UnknownNodeError extends BrokerError {
  readonly code = "BROKER_UNKNOWN_NODE";
  /** Id that was given. */
  readonly nodeId: number;

  constructor(nodeId: number) {
    super(`The cluster has no node ${nodeId}. Give the id of one of its nodes.`);
    this.nodeId = nodeId;
  }
}

/** `BROKER_UNKNOWN_PARTITION`: the cluster has no such topic, or the topic no such partition. */
export class UnknownPartitionError extends BrokerError {
  readonly code = "BROKER_UNKNOWN_PARTITION";
  /** Name of the topic. */
  readonly topic: string;
  /** Number of the partition. */
  readonly partition: number;

  constructor(topic: string, partition: number) {
    super(`The cluster has no partition ${partition} of topic "${topic}". Make the topic first.`);
    this.topic = topic;
    this.partition = partition;
  }
}
