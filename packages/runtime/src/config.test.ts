import { int64, string } from "@millrace/core";
import { describe, expect, test } from "vitest";
import { resolveConfig, textSettings, type StreamsConfig } from "./config.ts";

const least: StreamsConfig = { applicationId: "app", brokers: ["localhost:9092"] };

function refused(config: Record<string, unknown>): unknown {
  try {
    resolveConfig({ ...least, ...config });
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
  return "taken";
}

test("defaults are Kafka's, but for the batch size", () => {
  const { log, ...rest } = resolveConfig(least);
  expect(log("info", "")).toBeUndefined();
  expect(rest).toEqual({
    applicationId: "app",
    brokers: ["localhost:9092"],
    clientId: "app",
    autoOffsetReset: "earliest",
    commitIntervalMs: 30_000,
    cacheBytesMax: 10_485_760,
    uncommittedBytesMax: 67_108_864,
    defaultDslStore: "rocksDB",
    sessionTimeoutMs: 45_000,
    taskTimeoutMs: 300_000,
    heartbeatIntervalMs: 1_000,
    maxPollIntervalMs: 300_000,
    maxTaskIdleMs: 0,
    replicationFactor: -1,
    repartitionPurgeIntervalMs: 30_000,
    lingerMs: 100,
    batchSizeBytes: 65_536,
    compression: "none",
    deserializationErrors: "fail",
    processingErrors: "fail",
  });
});

test("undefined is the same as absent", () => {
  expect(resolveConfig({ ...least, commitIntervalMs: undefined } as unknown as StreamsConfig).commitIntervalMs).toBe(30_000);
});

const bounds: readonly (readonly [key: string, least: number, most: number])[] = [
  ["commitIntervalMs", 0, 2_147_483_647],
  ["cacheBytesMax", 0, 1_099_511_627_776],
  ["uncommittedBytesMax", 1, 1_099_511_627_776],
  ["sessionTimeoutMs", 1_001, 2_147_483_647],
  ["heartbeatIntervalMs", 1, 44_999],
  ["maxPollIntervalMs", 1, 2_147_483_647],
  ["maxTaskIdleMs", -1, 2_147_483_647],
  ["replicationFactor", -1, 32_767],
  ["repartitionPurgeIntervalMs", 1, 2_147_483_647],
  ["lingerMs", 0, 2_147_483_647],
  ["batchSizeBytes", 1, 1_048_576],
];

describe("numbers", () => {
  test.each(bounds)("%s goes from %d to %d", (key, from, to) => {
    for (const value of [from, to]) expect(refused({ [key]: value })).toBe("taken");
    for (const value of [from - 1, to + 1, from + 0.5, Number.NaN, Infinity, "1", null, 1n]) {
      expect(refused({ [key]: value }), String(value)).toMatch(/^STREAMS_INVALID_CONFIG: Setting "[^"]+" is /);
    }
    expect(refused({ [key]: from - 0.5 })).toContain(`Setting "${key}" is ${String(from - 0.5)}; it must be an integer from `);
  });

  test("a replication factor of 0 is none", () => {
    expect(refused({ replicationFactor: 0 })).toBe(
      'STREAMS_INVALID_CONFIG: Setting "replicationFactor" is 0; it must be -1 for the broker\'s default, or at least 1.',
    );
  });

  test("a heartbeat comes more than once a session", () => {
    expect(refused({ heartbeatIntervalMs: 10_000, sessionTimeoutMs: 10_000 })).toBe(
      'STREAMS_INVALID_CONFIG: Setting "heartbeatIntervalMs" is 10000; it must be less than sessionTimeoutMs (10000).',
    );
  });
});

describe("words", () => {
  test.each([
    ["autoOffsetReset", ["earliest", "latest", "none"]],
    ["compression", ["none", "gzip", "snappy", "lz4", "zstd"]],
    ["deserializationErrors", ["fail", "continue"]],
    ["processingErrors", ["fail", "continue"]],
  ])("%s is one of %j", (key, choice) => {
    for (const value of choice) expect(refused({ [key]: value })).toBe("taken");
    for (const value of ["other", "", null, 1])
      expect(refused({ [key]: value })).toContain(`it must be one of ${choice.join(", ")}.`);
  });
});

describe("names and addresses", () => {
  test.each(["a", "Card.auth_window-2", "x".repeat(200)])("the application may be called %s", (applicationId) => {
    expect(refused({ applicationId })).toBe("taken");
  });

  test.each(["", "a b", "ä", "a/b", "x".repeat(201), 7, null, undefined])(
    "an application cannot be called %s",
    (applicationId) => {
      expect(refused({ applicationId })).toContain('STREAMS_INVALID_CONFIG: Setting "applicationId" is ');
    },
  );

  test.each([[["localhost:9092"]], [["a:1", "b.example:65535"]], [["[::1]:9092"]]])("brokers may be %j", (brokers) => {
    expect(refused({ brokers })).toBe("taken");
  });

  test.each([
    [[]],
    ["localhost:9092"],
    [["localhost"]],
    [["a:0"]],
    [["a:65536"]],
    [["::1:9092"]],
    [["a b:1"]],
    [[9092]],
    [undefined],
  ])("brokers cannot be %j", (brokers) => {
    expect(refused({ brokers })).toContain('STREAMS_INVALID_CONFIG: Setting "brokers" is ');
  });

  test("a name that no setting has is refused with those there are", () => {
    expect(refused({ commitIntervallMs: 5 })).toMatch(
      /^STREAMS_INVALID_CONFIG: Setting "commitIntervallMs" is 5; .*commitIntervalMs/,
    );
  });
});

describe("functions and serdes", () => {
  test.each([
    ["defaultKeySerde", int64],
    ["defaultValueSerde", string],
    ["defaultTimestampExtractor", () => 1],
    ["log", () => undefined],
    ["clientId", "shop"],
  ])("%s is taken", (key, value) => {
    expect(refused({ [key]: value })).toBe("taken");
  });

  test.each(["defaultKeySerde", "defaultValueSerde", "defaultTimestampExtractor", "log", "clientId"])(
    "%s of a wrong type is refused",
    (key) => {
      for (const value of [5, {}, true])
        expect(refused({ [key]: value })).toContain(`STREAMS_INVALID_CONFIG: Setting "${key}" is `);
    },
  );
});

test("every setting but functions and serdes can be written as a text", () => {
  expect(Object.keys(resolveConfig(least)).filter((key) => !textSettings.has(key))).toEqual(["log"]);
  expect([textSettings.get("brokers"), textSettings.get("clientId"), textSettings.get("compression")]).toEqual([
    "list",
    "text",
    "text",
  ]);
  expect(textSettings.get("commitIntervalMs")).toBe("integer");
  expect(textSettings.get("defaultKeySerde")).toBeUndefined();
});

test("the error of a setting has its name and what it may be as data", () => {
  expect(() => resolveConfig({ ...least, lingerMs: -1 })).toThrow(
    expect.objectContaining({ key: "lingerMs", allowed: "an integer from 0 to 2147483647" }),
  );
});
