import type { Serde, TimestampExtractor } from "@millrace/core";
import { InvalidConfigError } from "./errors.ts";

/** Kafka's names in camel case; times in milliseconds, sizes in bytes. */
export interface StreamsConfig {
  /** Group id and prefix of internal topics: letters, digits, `.`, `_` and `-`. `application.id`. */
  readonly applicationId: string;
  /** `host:port` of some brokers; they name the others. `bootstrap.servers`. */
  readonly brokers: readonly string[];
  /** Default: the application id. `client.id`. */
  readonly clientId?: string;
  /** Serdes where the topology names none. Default: UTF-8 strings and JSON. `default.key.serde`, `default.value.serde`. */
  readonly defaultKeySerde?: Serde<any>;
  readonly defaultValueSerde?: Serde<any>;
  /** Default: the record's own timestamp, a negative one is an error. `default.timestamp.extractor`. */
  readonly defaultTimestampExtractor?: TimestampExtractor;
  /** Where a topic without committed offset begins. Default `earliest`. `auto.offset.reset`. */
  readonly autoOffsetReset?: "earliest" | "latest" | "none";
  /** Default 30,000. `commit.interval.ms`. */
  readonly commitIntervalMs?: number;
  /** The record cache of all stores of a thread; 0 switches it off. Default 10 MiB. `statestore.cache.max.bytes`. */
  readonly cacheBytesMax?: number;
  /**
   * What the stores of a thread may have written that is not on disk yet: above it nothing is processed. Default 64 MiB.
   * `statestore.uncommitted.max.bytes`, KIP-892.
   */
  readonly uncommittedBytesMax?: number;
  /**
   * Where stores are kept, in a directory named after the application id. Default: `millrace-streams` in the system's directory for
   * temporary files, which the system may empty. `state.dir`.
   */
  readonly stateDirectory?: string;
  /**
   * `rocksDB`: stores lie in the state directory, and a start goes on from what is there. `inMemory`: all of them are in memory, and
   * restored from their changelogs at each start. Default `rocksDB`. `default.dsl.store`.
   */
  readonly defaultDslStore?: "rocksDB" | "inMemory";
  /** Default 45,000. `session.timeout.ms`. */
  readonly sessionTimeoutMs?: number;
  /**
   * Default 1,000 (Kafka: 3,000): only by the answer to a heartbeat does an instance learn that another has left, and what that one
   * did waits for it. `heartbeat.interval.ms`.
   */
  readonly heartbeatIntervalMs?: number;
  /**
   * A name that no other instance of the application has at the same time: the instance can then stop and start again within the
   * session timeout, and has its tasks back, without a rebalance. Default: none. `group.instance.id`, KIP-345.
   */
  readonly groupInstanceId?: string;
  /**
   * Default 300,000. `max.poll.interval.ms`: how long an instance may take to come back to a rebalance; one whose thread does not
   * come round for so long leaves the group until it does.
   */
  readonly maxPollIntervalMs?: number;
  /** How long a task with an empty input waits for late producers; -1: not even for what the broker has. Default 0. `max.task.idle.ms`. */
  readonly maxTaskIdleMs?: number;
  /**
   * How long an application puts up with brokers that are away: at its start, when it takes up tasks, when it commits. Records that
   * wait for their acknowledgement are given two minutes at least. Default 300,000. `task.timeout.ms`.
   */
  readonly taskTimeoutMs?: number;
  /** Default -1, the broker's; else at least 1. `replication.factor` of internal topics. */
  readonly replicationFactor?: number;
  /** Default 30,000. `repartition.purge.interval.ms`. */
  readonly repartitionPurgeIntervalMs?: number;
  /** Default 100. `producer.linger.ms`. */
  readonly lingerMs?: number;
  /** Bytes of a batch at which it is sent, at most 1 MiB. Default 65,536 (Kafka: 16,384). `producer.batch.size`. */
  readonly batchSizeBytes?: number;
  /** Default `none`. `producer.compression.type`. */
  readonly compression?: "none" | "gzip" | "snappy" | "lz4" | "zstd";
  /** What a record does that cannot be read. Default `fail`. `deserialization.exception.handler`. */
  readonly deserializationErrors?: "fail" | "continue";
  /** What a record does on which an operator fails. Default `fail`. `processing.exception.handler`. */
  readonly processingErrors?: "fail" | "continue";
  /** Where messages go. Default: nowhere. */
  readonly log?: Log;
}

/** error: data loss or a broken invariant; warn: can wait; info: a change of state; debug: for us. */
export type LogLevel = "error" | "warn" | "info" | "debug";
export type Log = (level: LogLevel, text: string, fields?: Readonly<Record<string, unknown>>) => void;

/** A config with its defaults. */
export type ResolvedConfig = Required<Omit<StreamsConfig, OptionalKey>> & Pick<StreamsConfig, OptionalKey>;

/** What may be absent for good. */
type OptionalKey = "stateDirectory" | "groupInstanceId" | "defaultKeySerde" | "defaultValueSerde" | "defaultTimestampExtractor";

const defaults = {
  autoOffsetReset: "earliest",
  commitIntervalMs: 30_000,
  cacheBytesMax: 10 * 1024 * 1024,
  uncommittedBytesMax: 64 * 1024 * 1024,
  defaultDslStore: "rocksDB",
  sessionTimeoutMs: 45_000,
  heartbeatIntervalMs: 1_000,
  maxPollIntervalMs: 300_000,
  maxTaskIdleMs: 0,
  taskTimeoutMs: 300_000,
  replicationFactor: -1,
  repartitionPurgeIntervalMs: 30_000,
  lingerMs: 100,
  batchSizeBytes: 64 * 1024,
  compression: "none",
  deserializationErrors: "fail",
  processingErrors: "fail",
} as const;

/** Bounds of the numbers, both inclusive. */
const bounds: Readonly<Partial<Record<keyof StreamsConfig, readonly [least: number, most: number]>>> = {
  commitIntervalMs: [0, 2 ** 31 - 1],
  cacheBytesMax: [0, 2 ** 40],
  uncommittedBytesMax: [1, 2 ** 40],
  sessionTimeoutMs: [1, 2 ** 31 - 1],
  heartbeatIntervalMs: [1, 2 ** 31 - 1],
  maxPollIntervalMs: [1, 2 ** 31 - 1],
  maxTaskIdleMs: [-1, 2 ** 31 - 1],
  taskTimeoutMs: [0, 2 ** 31 - 1],
  replicationFactor: [-1, 32_767],
  repartitionPurgeIntervalMs: [1, 2 ** 31 - 1],
  lingerMs: [0, 2 ** 31 - 1],
  batchSizeBytes: [1, 1024 * 1024],
};
const words: Readonly<Partial<Record<keyof StreamsConfig, readonly string[]>>> = {
  autoOffsetReset: ["earliest", "latest", "none"],
  defaultDslStore: ["rocksDB", "inMemory"],
  compression: ["none", "gzip", "snappy", "lz4", "zstd"],
  deserializationErrors: ["fail", "continue"],
  processingErrors: ["fail", "continue"],
};
const others: readonly (keyof StreamsConfig)[] = [
  "applicationId",
  "brokers",
  "clientId",
  "stateDirectory",
  "groupInstanceId",
  "defaultKeySerde",
  "defaultValueSerde",
  "defaultTimestampExtractor",
  "log",
];
/** Those of them that are no text. */
const objects: readonly (keyof StreamsConfig)[] = ["defaultKeySerde", "defaultValueSerde", "defaultTimestampExtractor", "log"];

/** How the value of a setting is written as a text; a list with commas between its parts. */
export type SettingForm = "integer" | "text" | "list";

/** The settings that can come from a text, such as a variable of the environment, each with its form. */
export const textSettings: ReadonlyMap<string, SettingForm> = new Map<string, SettingForm>([
  ...Object.keys(bounds).map((key) => [key, "integer"] as const),
  ...Object.keys(words).map((key) => [key, "text"] as const),
  ...others.filter((key) => !objects.includes(key)).map((key) => [key, key === "brokers" ? "list" : "text"] as const),
]);

/** Fills in defaults. @throws {InvalidConfigError} `STREAMS_INVALID_CONFIG`, naming the key, its value and what it may be */
export function resolveConfig(config: StreamsConfig): ResolvedConfig {
  checkKeys(config);
  checkAddresses(config);
  const resolved: ResolvedConfig = {
    ...defaults,
    clientId: config.applicationId,
    log: () => undefined,
    ...withoutUndefined(config),
  };
  checkNumbers(resolved);
  for (const [key, choice] of Object.entries(words)) {
    const value: unknown = resolved[key as keyof ResolvedConfig];
    if (typeof value !== "string" || !choice.includes(value))
      throw new InvalidConfigError(key, value, `one of ${choice.join(", ")}`);
  }
  checkObjects(resolved);
  return resolved;
}

function checkKeys(config: StreamsConfig): void {
  const known = new Set<string>([...Object.keys(bounds), ...Object.keys(words), ...others]);
  for (const [key, value] of Object.entries(config)) {
    if (!known.has(key))
      throw new InvalidConfigError(key, value, `no setting of this name; there are ${[...known].toSorted().join(", ")}`);
  }
}

function checkAddresses({ applicationId, brokers }: StreamsConfig): void {
  if (typeof applicationId !== "string" || !/^[a-zA-Z0-9._-]{1,200}$/.test(applicationId)) {
    throw new InvalidConfigError("applicationId", applicationId, "1 to 200 letters, digits, dots, underscores or hyphens");
  }
  if (!Array.isArray(brokers) || brokers.length === 0 || !brokers.every(isAddress)) {
    throw new InvalidConfigError("brokers", brokers, 'a list with at least one "host:port", ports from 1 to 65535');
  }
}

function isAddress(text: unknown): boolean {
  const port = typeof text === "string" ? /^(?:\[[^\]]+\]|[^\s:[\]/]+):(\d{1,5})$/.exec(text)?.[1] : undefined;
  return Number(port) >= 1 && Number(port) <= 65_535;
}

function checkNumbers(resolved: ResolvedConfig): void {
  for (const [key, range] of Object.entries(bounds)) {
    const value: unknown = resolved[key as keyof ResolvedConfig];
    if (typeof value !== "number" || !Number.isInteger(value) || value < range[0] || value > range[1]) {
      throw new InvalidConfigError(key, value, `an integer from ${String(range[0])} to ${String(range[1])}`);
    }
  }
  if (resolved.replicationFactor === 0)
    throw new InvalidConfigError("replicationFactor", 0, "-1 for the broker's default, or at least 1");
  if (resolved.heartbeatIntervalMs >= resolved.sessionTimeoutMs) {
    throw new InvalidConfigError(
      "heartbeatIntervalMs",
      resolved.heartbeatIntervalMs,
      `less than sessionTimeoutMs (${String(resolved.sessionTimeoutMs)})`,
    );
  }
}

function checkObjects(resolved: ResolvedConfig): void {
  const { clientId, groupInstanceId, log, stateDirectory, defaultTimestampExtractor: extractor } = resolved;
  if (typeof clientId !== "string") throw new InvalidConfigError("clientId", clientId, "a string");
  if (groupInstanceId !== undefined && (typeof groupInstanceId !== "string" || !/^[a-zA-Z0-9._-]{1,200}$/.test(groupInstanceId)))
    throw new InvalidConfigError("groupInstanceId", groupInstanceId, "1 to 200 letters, digits, dots, underscores or hyphens");
  if (stateDirectory !== undefined && (typeof stateDirectory !== "string" || stateDirectory === ""))
    throw new InvalidConfigError("stateDirectory", stateDirectory, "the path of a directory");
  if (typeof log !== "function") throw new InvalidConfigError("log", log, "a function (level, text, fields)");
  if (extractor !== undefined && typeof extractor !== "function") {
    throw new InvalidConfigError("defaultTimestampExtractor", extractor, "a function (record, partitionTimeMs)");
  }
  for (const key of ["defaultKeySerde", "defaultValueSerde"] as const) {
    const serde = resolved[key];
    if (
      serde === undefined ||
      (typeof serde === "object" && typeof serde.read === "function" && typeof serde.write === "function")
    )
      continue;
    throw new InvalidConfigError(key, serde, "a serde, such as string or json()");
  }
}

function withoutUndefined(config: StreamsConfig): StreamsConfig {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) as unknown as StreamsConfig;
}
