import {
  checkConfigValue,
  booleanDefinition,
  numberDefinition,
  parseConfigText,
  unknownConfig,
  unlimited,
} from "./definition.ts";
import type { ConfigDefinition, ConfigValue } from "./definition.ts";

/**
 * Time by which records must be on the disk. `none`: the operating system decides, as in Kafka; a loss of power may take
 * acknowledged records. `interval`: a second later at most. `commit`: before they are acknowledged, and before consumers
 * see them; all that wait share a sync.
 */
export type FlushPolicy = "none" | "interval" | "commit";

/** Kafka's broker settings, in camel case; what each means and its default stand in `brokerConfigDefinitions`. */
export interface BrokerConfig {
  /**
   * `advertised.listeners`, default "". host:port that clients are told, with or without PLAINTEXT:// in front; for ports that
   * are mapped. Default: the address that the broker listens on, or where that is all of the machine's, the one by which each
   * client came.
   */
  readonly advertisedListeners: string;
  /** `auto.create.topics.enable`, default true. Lets a Metadata request for an unknown topic create the topic. */
  readonly autoCreateTopicsEnable: boolean;
  /**
   * `compression.type`, default "producer". Compression of stored batches; producer: as they come. Batches in another
   * compression are compressed anew when they are appended.
   */
  readonly compressionType: string;
  /** `connections.max.idle.ms`, default 600000. A connection without any request for this long is closed; -1: never. */
  readonly connectionsMaxIdleMs: number;
  /** `default.replication.factor`, default 1. Replicas of a topic made without stating it. One node keeps one. */
  readonly defaultReplicationFactor: number;
  /** `delete.topic.enable`, default true. Permits the deletion of topics. */
  readonly deleteTopicEnable: boolean;
  /** `fetch.max.bytes`, default 57671680. The most bytes a fetch response holds, but for a first batch that is larger. */
  readonly fetchMaxBytes: number;
  /**
   * `flush`, default "interval". Time by which records must be on the disk: none, interval (log.flush.interval.ms) or commit
   * (before they are acknowledged). It gives log.flush.interval.messages and log.flush.interval.ms where these are not stated.
   * This one is broker-lite's own.
   */
  readonly flush: FlushPolicy;
  /** `group.initial.rebalance.delay.ms`, default 3000. Time that the first rebalance of an empty group waits for more members. */
  readonly groupInitialRebalanceDelayMs: number;
  /** `group.max.session.timeout.ms`, default 1800000. The longest session timeout a member may ask for. */
  readonly groupMaxSessionTimeoutMs: number;
  /** `group.max.size`, default 2147483647. The most members a group may have. */
  readonly groupMaxSize: number;
  /** `group.min.session.timeout.ms`, default 6000. The shortest session timeout a member may ask for. */
  readonly groupMinSessionTimeoutMs: number;
  /**
   * `log.cleanup.policy`, default "delete". Treatment of old segments. Keys are required under compact; compacting itself is not
   * built.
   */
  readonly logCleanupPolicy: string;
  /**
   * `log.flush.interval.messages`, default 9223372036854776000. Records that may wait for a sync. 1: a record is acknowledged,
   * and visible to consumers, only once it is on the disk.
   */
  readonly logFlushIntervalMessages: number;
  /**
   * `log.flush.interval.ms`, default 1000. Maximum time that written records wait for a sync. Kafka leaves this to the operating
   * system; one node has no replica to fall back on.
   */
  readonly logFlushIntervalMs: number;
  /** `log.index.interval.bytes`, default 4096. Bytes of log between two entries of the offset index. */
  readonly logIndexIntervalBytes: number;
  /** `log.message.timestamp.after.max.ms`, default 3600000. Maximum distance of a record's timestamp after the broker's clock. */
  readonly logMessageTimestampAfterMaxMs: number;
  /**
   * `log.message.timestamp.before.max.ms`, default 9223372036854776000. Maximum distance of a record's timestamp before the
   * broker's clock.
   */
  readonly logMessageTimestampBeforeMaxMs: number;
  /**
   * `log.message.timestamp.type`, default "CreateTime". Source of records' timestamps: the producer (CreateTime) or the broker
   * (LogAppendTime).
   */
  readonly logMessageTimestampType: string;
  /** `log.retention.bytes`, default -1. Bytes of a partition above which its oldest segments are deleted; -1: no bound. */
  readonly logRetentionBytes: number;
  /** `log.retention.check.interval.ms`, default 300000. Interval between two checks of retention. */
  readonly logRetentionCheckIntervalMs: number;
  /** `log.retention.ms`, default 604800000. Time that a segment is kept after its newest record; -1: for ever. */
  readonly logRetentionMs: number;
  /** `log.roll.ms`, default 604800000. Age at which a segment is closed and a new one begins, even if it is not full. */
  readonly logRollMs: number;
  /** `log.segment.bytes`, default 1073741824. The size of a segment at which the next begins. */
  readonly logSegmentBytes: number;
  /** `message.max.bytes`, default 1048588. The largest record batch that is accepted. */
  readonly messageMaxBytes: number;
  /** `min.insync.replicas`, default 1. Replicas that acks=all needs. One node has one. */
  readonly minInsyncReplicas: number;
  /** `num.partitions`, default 1. Partitions of a topic made without stating it. */
  readonly numPartitions: number;
  /** `offset.metadata.max.bytes`, default 4096. The longest metadata of a committed offset. */
  readonly offsetMetadataMaxBytes: number;
  /** `offsets.retention.check.interval.ms`, default 600000. Interval between two searches for expired group offsets. */
  readonly offsetsRetentionCheckIntervalMs: number;
  /** `offsets.retention.minutes`, default 10080. Time that the offsets of a group without members are kept. */
  readonly offsetsRetentionMinutes: number;
  /**
   * `producer.id.expiration.ms`, default 86400000. Time that a partition remembers the sequence of a producer that sends
   * nothing.
   */
  readonly producerIdExpirationMs: number;
  /**
   * `queued.max.response.bytes`, default 16777216. Bytes of responses that a connection may have waiting before its requests
   * are no longer read. This one is broker-lite's own.
   */
  readonly queuedMaxResponseBytes: number;
  /** `socket.request.max.bytes`, default 104857600. The largest request that is read. */
  readonly socketRequestMaxBytes: number;
}

const int32Max = 2 ** 31 - 1;
const weekMs = 7 * 24 * 3_600_000;

const definitions = {
  advertisedListeners: {
    name: "advertised.listeners",
    type: "string",
    default: "",
    documentation:
      "host:port that clients are told, with or without PLAINTEXT:// in front; for ports that are mapped. Default: the address that " +
      "the broker listens on, or where that is all of the machine's, the one by which each client came.",
  },
  autoCreateTopicsEnable: booleanDefinition(
    "auto.create.topics.enable",
    true,
    "Lets a Metadata request for an unknown topic create the topic.",
  ),
  compressionType: {
    name: "compression.type",
    type: "string",
    default: "producer",
    oneOf: ["producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"],
    documentation:
      "Compression of stored batches; producer: as they come. Batches in another compression are compressed anew when they are appended.",
  },
  connectionsMaxIdleMs: numberDefinition(
    "connections.max.idle.ms",
    "long",
    600_000,
    -1,
    unlimited,
    "A connection without any request for this long is closed; -1: never.",
  ),
  defaultReplicationFactor: numberDefinition(
    "default.replication.factor",
    "int",
    1,
    1,
    1,
    "Replicas of a topic made without stating it. One node keeps one.",
  ),
  deleteTopicEnable: booleanDefinition("delete.topic.enable", true, "Permits the deletion of topics."),
  fetchMaxBytes: numberDefinition(
    "fetch.max.bytes",
    "int",
    57_671_680,
    1024,
    int32Max,
    "The most bytes a fetch response holds, but for a first batch that is larger.",
  ),
  flush: {
    name: "flush",
    type: "string",
    default: "interval",
    oneOf: ["none", "interval", "commit"],
    documentation:
      "Time by which records must be on the disk: none, interval (log.flush.interval.ms) or commit (before they are acknowledged). It gives " +
      "log.flush.interval.messages and log.flush.interval.ms where these are not stated. This one is broker-lite's own.",
  },
  groupInitialRebalanceDelayMs: numberDefinition(
    "group.initial.rebalance.delay.ms",
    "int",
    3_000,
    0,
    int32Max,
    "Time that the first rebalance of an empty group waits for more members.",
  ),
  groupMaxSessionTimeoutMs: numberDefinition(
    "group.max.session.timeout.ms",
    "int",
    1_800_000,
    1,
    int32Max,
    "The longest session timeout a member may ask for.",
  ),
  groupMaxSize: numberDefinition("group.max.size", "int", int32Max, 1, int32Max, "The most members a group may have."),
  groupMinSessionTimeoutMs: numberDefinition(
    "group.min.session.timeout.ms",
    "int",
    6_000,
    1,
    int32Max,
    "The shortest session timeout a member may ask for.",
  ),
  logCleanupPolicy: {
    name: "log.cleanup.policy",
    type: "list",
    default: "delete",
    oneOf: ["delete", "compact"],
    documentation: "Treatment of old segments. Keys are required under compact; compacting itself is not built.",
  },
  logFlushIntervalMessages: numberDefinition(
    "log.flush.interval.messages",
    "long",
    unlimited,
    1,
    unlimited,
    "Records that may wait for a sync. 1: a record is acknowledged, and visible to consumers, only once it is on the disk.",
  ),
  logFlushIntervalMs: numberDefinition(
    "log.flush.interval.ms",
    "long",
    1_000,
    1,
    unlimited,
    "Maximum time that written records wait for a sync. Kafka leaves this to the operating system; one node has no replica to fall back on.",
  ),
  logIndexIntervalBytes: numberDefinition(
    "log.index.interval.bytes",
    "int",
    4_096,
    0,
    int32Max,
    "Bytes of log between two entries of the offset index.",
  ),
  logMessageTimestampAfterMaxMs: numberDefinition(
    "log.message.timestamp.after.max.ms",
    "long",
    3_600_000,
    0,
    unlimited,
    "Maximum distance of a record's timestamp after the broker's clock.",
  ),
  logMessageTimestampBeforeMaxMs: numberDefinition(
    "log.message.timestamp.before.max.ms",
    "long",
    unlimited,
    0,
    unlimited,
    "Maximum distance of a record's timestamp before the broker's clock.",
  ),
  logMessageTimestampType: {
    name: "log.message.timestamp.type",
    type: "string",
    default: "CreateTime",
    oneOf: ["CreateTime", "LogAppendTime"],
    documentation: "Source of records' timestamps: the producer (CreateTime) or the broker (LogAppendTime).",
  },
  logRetentionBytes: numberDefinition(
    "log.retention.bytes",
    "long",
    -1,
    -1,
    unlimited,
    "Bytes of a partition above which its oldest segments are deleted; -1: no bound.",
  ),
  logRetentionCheckIntervalMs: numberDefinition(
    "log.retention.check.interval.ms",
    "long",
    300_000,
    1,
    unlimited,
    "Interval between two checks of retention.",
  ),
  logRetentionMs: numberDefinition(
    "log.retention.ms",
    "long",
    weekMs,
    -1,
    unlimited,
    "Time that a segment is kept after its newest record; -1: for ever.",
  ),
  logRollMs: numberDefinition(
    "log.roll.ms",
    "long",
    weekMs,
    1,
    unlimited,
    "Age at which a segment is closed and a new one begins, even if it is not full.",
  ),
  logSegmentBytes: numberDefinition(
    "log.segment.bytes",
    "int",
    1_073_741_824,
    14,
    int32Max,
    "The size of a segment at which the next begins.",
  ),
  messageMaxBytes: numberDefinition(
    "message.max.bytes",
    "int",
    1_048_588,
    0,
    int32Max,
    "The largest record batch that is accepted.",
  ),
  minInsyncReplicas: numberDefinition(
    "min.insync.replicas",
    "int",
    1,
    1,
    int32Max,
    "Replicas that acks=all needs. One node has one.",
  ),
  numPartitions: numberDefinition("num.partitions", "int", 1, 1, 10_000, "Partitions of a topic made without stating it."),
  offsetMetadataMaxBytes: numberDefinition(
    "offset.metadata.max.bytes",
    "int",
    4_096,
    0,
    int32Max,
    "The longest metadata of a committed offset.",
  ),
  offsetsRetentionCheckIntervalMs: numberDefinition(
    "offsets.retention.check.interval.ms",
    "long",
    600_000,
    1,
    unlimited,
    "Interval between two searches for expired group offsets.",
  ),
  offsetsRetentionMinutes: numberDefinition(
    "offsets.retention.minutes",
    "int",
    10_080,
    1,
    int32Max,
    "Time that the offsets of a group without members are kept.",
  ),
  producerIdExpirationMs: numberDefinition(
    "producer.id.expiration.ms",
    "int",
    86_400_000,
    1,
    int32Max,
    "Time that a partition remembers the sequence of a producer that sends nothing.",
  ),
  queuedMaxResponseBytes: numberDefinition(
    "queued.max.response.bytes",
    "long",
    16_777_216,
    1,
    unlimited,
    "Bytes of responses that a connection may have waiting before its requests are no longer read. This one is broker-lite's own.",
  ),
  socketRequestMaxBytes: numberDefinition(
    "socket.request.max.bytes",
    "int",
    104_857_600,
    1,
    int32Max,
    "The largest request that is read.",
  ),
} as const satisfies { [K in keyof BrokerConfig]: ConfigDefinition };

export const brokerConfigDefinitions: { readonly [K in keyof BrokerConfig]: ConfigDefinition } = definitions;

const keys = Object.keys(definitions) as (keyof BrokerConfig)[];
const keyByName = new Map<string, keyof BrokerConfig>(keys.map((key) => [definitions[key].name, key]));

/** Kafka's settings that each policy stands for. */
const flushPolicies: Readonly<Record<FlushPolicy, Pick<BrokerConfig, "logFlushIntervalMessages" | "logFlushIntervalMs">>> = {
  none: { logFlushIntervalMessages: unlimited, logFlushIntervalMs: unlimited },
  interval: { logFlushIntervalMessages: unlimited, logFlushIntervalMs: definitions.logFlushIntervalMs.default },
  commit: { logFlushIntervalMessages: 1, logFlushIntervalMs: definitions.logFlushIntervalMs.default },
};

/**
 * Fills in the defaults.
 * @throws {UnknownConfigError} for a key that is no setting
 * @throws {InvalidConfigError} for a value of the wrong type or out of bounds
 */
export function brokerConfig(given: Partial<BrokerConfig>): BrokerConfig {
  const config: Record<string, ConfigValue> = {};
  for (const key of keys) config[key] = definitions[key].default;
  for (const [key, value] of Object.entries(given)) {
    const definition = (definitions as Record<string, ConfigDefinition>)[key];
    if (definition === undefined) throw unknownConfig(key, keys);
    if (value !== undefined) config[key] = checkConfigValue(definition, value);
  }
  for (const [key, value] of Object.entries(flushPolicies[config["flush"] as FlushPolicy])) {
    if (given[key as keyof BrokerConfig] === undefined) config[key] = value;
  }
  return config as unknown as BrokerConfig;
}

/**
 * Settings from texts `name=value` with Kafka's dotted names, as `--set` takes them.
 * @throws {UnknownConfigError}
 * @throws {InvalidConfigError}
 */
export function parseBrokerConfig(settings: readonly string[]): Partial<BrokerConfig> {
  const config: Record<string, ConfigValue> = {};
  for (const setting of settings) {
    const equals = setting.indexOf("=");
    const name = equals < 0 ? setting : setting.slice(0, equals);
    const key = keyByName.get(name);
    if (key === undefined) throw unknownConfig(name, [...keyByName.keys()]);
    config[key] = parseConfigText(definitions[key], equals < 0 ? "" : setting.slice(equals + 1));
  }
  return config;
}
