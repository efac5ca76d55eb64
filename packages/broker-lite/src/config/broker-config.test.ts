import { describe, expect, test } from "vitest";
import { InvalidConfigError, UnknownConfigError } from "../errors.ts";
import { brokerConfig, brokerConfigDefinitions, parseBrokerConfig } from "./broker-config.ts";
import { unlimited } from "./definition.ts";
import { checkTopicOverrides, describeTopicConfig, topicConfig, topicConfigDefinitions } from "./topic-config.ts";

describe("broker settings", () => {
  test("have Kafka's defaults where nothing is said", () => {
    expect(brokerConfig({})).toMatchObject({
      autoCreateTopicsEnable: true,
      numPartitions: 1,
      messageMaxBytes: 1_048_588,
      groupInitialRebalanceDelayMs: 3_000,
      socketRequestMaxBytes: 104_857_600,
      logRetentionMs: 604_800_000,
    });
  });

  test("are read from Kafka's names and texts", () => {
    expect(
      parseBrokerConfig([
        "num.partitions=4",
        "auto.create.topics.enable=false",
        "log.retention.ms=-1",
        "log.cleanup.policy=compact,delete",
      ]),
    ).toEqual({
      numPartitions: 4,
      autoCreateTopicsEnable: false,
      logRetentionMs: -1,
      logCleanupPolicy: "compact,delete",
    });
  });

  test.each([
    ["flush=none", unlimited, unlimited],
    ["flush=interval", unlimited, 1_000],
    ["flush=commit", 1, 1_000],
    ["num.partitions=4", unlimited, 1_000],
  ])("%s means records and time between syncs", (setting, messages, ms) => {
    const config = brokerConfig(parseBrokerConfig([setting]));
    expect([config.logFlushIntervalMessages, config.logFlushIntervalMs]).toEqual([messages, ms]);
    expect(topicConfig(new Map(), config)).toMatchObject({ flushMessages: messages, flushMs: ms });
    expect(topicConfig(new Map([["flush.messages", "5"]]), config)).toMatchObject({ flushMessages: 5, flushMs: ms });
  });

  test("that are stated beat what the flush policy gives", () => {
    const config = brokerConfig(parseBrokerConfig(["log.flush.interval.ms=7", "flush=none"]));
    expect(config).toMatchObject({ flush: "none", logFlushIntervalMessages: unlimited, logFlushIntervalMs: 7 });
  });

  test("have the camel-case form of their names as keys", () => {
    for (const [key, { name }] of Object.entries(brokerConfigDefinitions)) {
      expect(name.replaceAll(/\.(\w)/g, (_, letter: string) => letter.toUpperCase())).toBe(key);
    }
  });

  test.each([
    "num.partitions=0",
    "num.partitions=four",
    "num.partitions=1.5",
    "num.partitions",
    "auto.create.topics.enable=yes",
    "log.cleanup.policy=burn",
    "log.message.timestamp.type=Never",
    "log.retention.ms=-2",
    "flush=always",
  ])("refuse %s", (setting) => {
    expect(() => parseBrokerConfig([setting])).toThrow(InvalidConfigError);
  });

  test("of an unknown name are refused with the nearest ones", () => {
    expect(() => parseBrokerConfig(["num.partition=4"])).toThrow(/"num.partitions"/);
    expect(() => parseBrokerConfig(["group.initial.rebalance.delay=4"])).toThrow(/"group.initial.rebalance.delay.ms"/);
    const error = (() => {
      try {
        return brokerConfig({ numPartition: 4 } as object);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(UnknownConfigError);
    expect(error).toMatchObject({ code: "BROKER_UNKNOWN_CONFIG", key: "numPartition", near: ["numPartitions"] });
    expect(() => parseBrokerConfig(["something.else.entirely.which.nobody.has=1"])).toThrow(/Names are Kafka's/);
  });

  test("of the wrong type are refused", () => {
    expect(() => brokerConfig({ numPartitions: "4" } as object)).toThrow(/an integer of at least 1/);
  });
});

describe("topic settings", () => {
  test("come from the topic, else from the broker", () => {
    const broker = brokerConfig({ logRetentionMs: 5_000, messageMaxBytes: 7 });
    const config = topicConfig(
      new Map([
        ["retention.ms", "6000"],
        ["cleanup.policy", "compact, delete"],
      ]),
      broker,
    );
    expect(config).toMatchObject({ retentionMs: 6_000, maxMessageBytes: 7, compact: true, delete: true, logAppendTime: false });
  });

  test("are all described, each with its value and source", () => {
    const broker = brokerConfig({ logRetentionMs: 5_000 });
    const entries = describeTopicConfig(new Map([["segment.bytes", "100"]]), broker, { logRetentionMs: 5_000 });
    expect(entries.map(({ definition }) => definition.name)).toEqual(topicConfigDefinitions.map(({ name }) => name));
    const sources = new Map(entries.map(({ definition, value, source }) => [definition.name, `${value} ${source}`]));
    expect(sources.get("segment.bytes")).toBe("100 1");
    expect(sources.get("retention.ms")).toBe("5000 4");
    expect(sources.get("max.message.bytes")).toBe("1048588 5");
  });

  test.each([["-1"], ["1"], ["9"]])("take level %s of gzip", (level) => {
    expect(() => checkTopicOverrides(new Map([["compression.gzip.level", level]]))).not.toThrow();
  });

  test.each([["0"], ["-2"], ["10"]])("refuse level %s of gzip, as Kafka does", (level) => {
    expect(() => checkTopicOverrides(new Map([["compression.gzip.level", level]]))).toThrow(
      "an integer of at least -1 and at most 9, but not 0",
    );
  });

  test("that older clients send, and Kafka dropped, do no harm", () => {
    expect(() => checkTopicOverrides(new Map([["message.format.version", "2.8"]]))).not.toThrow();
    expect(() => checkTopicOverrides(new Map([["message.format", "2.8"]]))).toThrow(/Unknown topic config name/);
  });
});
