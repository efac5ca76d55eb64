import { TopicRefusedError, InvalidConfigError } from "../errors.ts";
import type { BrokerConfig } from "./broker-config.ts";
import { brokerConfigDefinitions } from "./broker-config.ts";
import { configText, parseConfigText, unlimited } from "./definition.ts";
import type { ConfigDefinition, ConfigValue } from "./definition.ts";
import { codecs, ErrorCode } from "@millrace/protocol";
import type { Codec, CodecName } from "@millrace/protocol";

const int32Max = 2 ** 31 - 1;
const dayMs = 86_400_000;

/** Source of a setting's value, as DescribeConfigs numbers it. */
const configSource = { dynamicTopic: 1, staticBroker: 4, default: 5 } as const;

/** A topic's settings as they are in force: its own, else the broker's. */
export interface TopicConfig {
  /** Codec that batches are compressed with; null: the producer's codec is kept. */
  readonly codec: Codec | null;
  /** Level for that codec; undefined: its default. */
  readonly compressionLevel: number | undefined;
  readonly compact: boolean;
  readonly delete: boolean;
  readonly flushMessages: number;
  readonly flushMs: number;
  readonly indexIntervalBytes: number;
  readonly maxMessageBytes: number;
  readonly logAppendTime: boolean;
  readonly timestampAfterMaxMs: number;
  readonly timestampBeforeMaxMs: number;
  readonly retentionBytes: number;
  readonly retentionMs: number;
  readonly segmentBytes: number;
  readonly segmentMs: number;
}

function of(
  name: string,
  brokerKey: keyof BrokerConfig,
  min?: number,
): ConfigDefinition & { readonly brokerKey: keyof BrokerConfig } {
  const broker = brokerConfigDefinitions[brokerKey];
  return { ...broker, ...(min === undefined ? {} : { min }), name, brokerDefault: broker.name, brokerKey };
}

function own(
  name: string,
  type: ConfigDefinition["type"],
  value: ConfigValue,
  documentation: string,
  min = 0,
  max: number = unlimited,
): TopicDefinition {
  return typeof value === "number"
    ? { name, type, default: value, min, max, documentation }
    : { name, type, default: value, documentation };
}

/** `brokerKey`: the broker setting that gives the default. */
export type TopicDefinition = ConfigDefinition & { readonly brokerKey?: keyof BrokerConfig };

const unused = "Kept for tools that set it; without effect here.";

/** Every setting that a topic can have, as in Kafka 4.4. */
export const topicConfigDefinitions: readonly TopicDefinition[] = [
  of("cleanup.policy", "logCleanupPolicy"),
  of("compression.type", "compressionType"),
  {
    ...own("compression.gzip.level", "int", -1, "The level at which batches are compressed anew; -1: gzip's own default.", -1, 9),
    not: 0,
  },
  own("compression.lz4.level", "int", 9, "Kept for tools that set it; there is one level here.", 1, 17),
  own("compression.zstd.level", "int", 3, "The level at which batches are compressed anew.", -131_072, 22),
  own("delete.retention.ms", "long", dayMs, unused),
  own("file.delete.delay.ms", "long", 60_000, "Deleted segments are removed at once, whatever this says."),
  of("flush.messages", "logFlushIntervalMessages"),
  of("flush.ms", "logFlushIntervalMs"),
  own("follower.replication.throttled.replicas", "list", "", unused),
  of("index.interval.bytes", "logIndexIntervalBytes"),
  own("leader.replication.throttled.replicas", "list", "", unused),
  own("local.retention.bytes", "long", -2, unused, -2),
  own("local.retention.ms", "long", -2, unused, -2),
  own("max.compaction.lag.ms", "long", unlimited, unused, 1),
  of("max.message.bytes", "messageMaxBytes"),
  of("message.timestamp.after.max.ms", "logMessageTimestampAfterMaxMs"),
  of("message.timestamp.before.max.ms", "logMessageTimestampBeforeMaxMs"),
  of("message.timestamp.type", "logMessageTimestampType"),
  own("min.cleanable.dirty.ratio", "double", 0.5, unused, 0, 1),
  own("min.compaction.lag.ms", "long", 0, unused),
  of("min.insync.replicas", "minInsyncReplicas"),
  own("preallocate", "boolean", false, unused),
  own("remote.log.copy.disable", "boolean", false, unused),
  own("remote.log.delete.on.disable", "boolean", false, unused),
  own("remote.storage.enable", "boolean", false, unused),
  of("retention.bytes", "logRetentionBytes"),
  of("retention.ms", "logRetentionMs"),
  of("segment.bytes", "logSegmentBytes"),
  own("segment.index.bytes", "int", 10_485_760, unused, 4, int32Max),
  own("segment.jitter.ms", "long", 0, unused),
  of("segment.ms", "logRollMs", 1),
  own("unclean.leader.election.enable", "boolean", false, unused),
];

const definitionByName = new Map(topicConfigDefinitions.map((definition) => [definition.name, definition]));
/** Settings that older clients still send, and that Kafka 4 dropped: taken, and without effect. */
const retired = new Set(["message.downconversion.enable", "message.format.version", "message.timestamp.difference.max.ms"]);

/**
 * Checks what a topic asks for.
 * @throws {TopicRefusedError} `INVALID_CONFIG`
 */
export function checkTopicOverrides(overrides: ReadonlyMap<string, string>): void {
  for (const [name, text] of overrides) {
    if (retired.has(name)) continue;
    const definition = definitionByName.get(name);
    if (definition === undefined) throw new TopicRefusedError(ErrorCode.INVALID_CONFIG, `Unknown topic config name: ${name}`);
    try {
      parseConfigText(definition, text);
    } catch (error) {
      if (!(error instanceof InvalidConfigError)) throw error;
      throw new TopicRefusedError(ErrorCode.INVALID_CONFIG, error.message);
    }
  }
}

/** The settings in force for a topic with these (checked) settings of its own. */
export function topicConfig(overrides: ReadonlyMap<string, string>, broker: BrokerConfig): TopicConfig {
  const value = (name: string): ConfigValue => {
    const definition = definitionByName.get(name)!;
    const text = overrides.get(name);
    if (text !== undefined) return parseConfigText(definition, text);
    return definition.brokerKey === undefined ? definition.default : broker[definition.brokerKey];
  };
  const policies = (value("cleanup.policy") as string).split(",").map((policy) => policy.trim());
  const compression = value("compression.type") as string;
  return {
    codec: compression === "producer" ? null : codecs[compression === "uncompressed" ? "none" : (compression as CodecName)],
    compressionLevel:
      compression === "gzip" || compression === "zstd" ? (value(`compression.${compression}.level`) as number) : undefined,
    compact: policies.includes("compact"),
    delete: policies.includes("delete"),
    flushMessages: value("flush.messages") as number,
    flushMs: value("flush.ms") as number,
    indexIntervalBytes: value("index.interval.bytes") as number,
    maxMessageBytes: value("max.message.bytes") as number,
    logAppendTime: value("message.timestamp.type") === "LogAppendTime",
    timestampAfterMaxMs: value("message.timestamp.after.max.ms") as number,
    timestampBeforeMaxMs: value("message.timestamp.before.max.ms") as number,
    retentionBytes: value("retention.bytes") as number,
    retentionMs: value("retention.ms") as number,
    segmentBytes: value("segment.bytes") as number,
    segmentMs: value("segment.ms") as number,
  };
}

/** One setting as DescribeConfigs and CreateTopics show it. */
export interface ConfigEntry {
  readonly definition: ConfigDefinition;
  readonly value: string;
  readonly source: number;
  /** From the value in force down to the default. */
  readonly synonyms: readonly { readonly name: string; readonly value: string; readonly source: number }[];
}

export function describeTopicConfig(
  overrides: ReadonlyMap<string, string>,
  broker: BrokerConfig,
  brokerGiven: Partial<BrokerConfig>,
): ConfigEntry[] {
  return topicConfigDefinitions.map((definition) => {
    const synonyms: { name: string; value: string; source: number }[] = [];
    const text = overrides.get(definition.name);
    if (text !== undefined) synonyms.push({ name: definition.name, value: text, source: configSource.dynamicTopic });
    const { brokerKey } = definition;
    if (brokerKey === undefined) {
      synonyms.push({ name: definition.name, value: configText(definition.default), source: configSource.default });
    } else {
      synonyms.push(...describeBrokerSetting(brokerKey, broker, brokerGiven).synonyms);
    }
    return { definition, value: synonyms[0]!.value, source: synonyms[0]!.source, synonyms };
  });
}

export function describeBrokerConfig(broker: BrokerConfig, given: Partial<BrokerConfig>): ConfigEntry[] {
  return (Object.keys(brokerConfigDefinitions) as (keyof BrokerConfig)[]).map((key) => describeBrokerSetting(key, broker, given));
}

function describeBrokerSetting(key: keyof BrokerConfig, broker: BrokerConfig, given: Partial<BrokerConfig>): ConfigEntry {
  const definition = brokerConfigDefinitions[key];
  const fallback = { name: definition.name, value: configText(definition.default), source: configSource.default };
  // The flush policy states other settings, too.
  const stated =
    given[key] === undefined && broker[key] === definition.default
      ? []
      : [{ name: definition.name, value: configText(broker[key]), source: configSource.staticBroker }];
  const synonyms = [...stated, fallback];
  return { definition, value: synonyms[0]!.value, source: synonyms[0]!.source, synonyms };
}
