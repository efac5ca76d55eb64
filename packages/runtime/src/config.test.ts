import { int64, string } from "@millrace/core";
import { nodePlatform } from "@millrace/platform/node";
import { describe, expect, test } from "vitest";
import { resolveConfig } from "./config.ts";
import { InvalidConfigError } from "./errors.ts";
import { fetcherOptions, producerOptions } from "./settings/client-options.ts";
import type { StreamsConfig } from "./settings/streams-config.ts";

const least: StreamsConfig = { applicationId: "app", brokers: ["localhost:9092"] };

function refused(config: Record<string, unknown>): unknown {
  try {
    resolveConfig({ ...least, ...config });
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
  return "taken";
}

test("there are defaults", () => {
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
    bufferedRecordsPerPartition: 5_000,
    defaultDslStore: "rocksDB",
    sessionTimeoutMs: 45_000,
    taskTimeoutMs: 300_000,
    heartbeatIntervalMs: 1_000,
    maxPollIntervalMs: 300_000,
    maxTaskIdleMs: 0,
    replicationFactor: -1,
    restoreFromSource: "asWritten",
    repartitionPurgeIntervalMs: 30_000,
    windowstoreChangelogAdditionalRetentionMs: 86_400_000,
    topic: {},
    deserializationErrors: "fail",
    processingErrors: "fail",
    processingErrorsScope: "operators",
    serializationErrors: "fail",
    producer: {
      lingerMs: 100,
      batchSize: 65_536,
      maxRequestSize: 1_048_576,
      compressionType: "none",
      compressionGzipLevel: -1,
      compressionZstdLevel: 3,
      deliveryTimeoutMs: 300_000,
      maxInFlightRequestsPerConnection: 5,
      bufferMemory: 33_554_432,
    },
    consumer: {
      fetchMinBytes: 1,
      fetchMaxWaitMs: 500,
      fetchMaxBytes: 2_097_152,
      maxPartitionFetchBytes: 1_048_576,
      checkCrcs: true,
    },
    connection: {
      requestTimeoutMs: 30_000,
      defaultApiTimeoutMs: 60_000,
      retryBackoffMs: 100,
      retryBackoffMaxMs: 1_000,
      metadataMaxAgeMs: 300_000,
      socketConnectionSetupTimeoutMs: 10_000,
      socketConnectionSetupTimeoutMaxMs: 30_000,
      reconnectBackoffMs: 50,
      reconnectBackoffMaxMs: 1_000,
      connectionsMaxIdleMs: 540_000,
    },
  });
});

test("undefined is the same as absent", () => {
  expect(resolveConfig({ ...least, commitIntervalMs: undefined } as unknown as StreamsConfig).commitIntervalMs).toBe(30_000);
});

const bounds: readonly (readonly [key: string, least: number, most: number])[] = [
  ["commitIntervalMs", 0, 2_147_483_647],
  ["cacheBytesMax", 0, 1_099_511_627_776],
  ["uncommittedBytesMax", 1, 1_099_511_627_776],
  ["bufferedRecordsPerPartition", 1, 2_147_483_647],
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
      'STREAMS_INVALID_CONFIG: Setting "replicationFactor" is 0; it must be an integer from 1 to 32767, or -1 for the broker\'s default.',
    );
  });

  test("a heartbeat comes more than once a session", () => {
    expect(refused({ heartbeatIntervalMs: 10_000, sessionTimeoutMs: 10_000 })).toBe(
      'STREAMS_INVALID_CONFIG: Setting "heartbeatIntervalMs" is 10000; it must be less than "sessionTimeoutMs" (10000).',
    );
  });
});

describe("times that include others", () => {
  const times = ({ producer, connection }: ReturnType<typeof resolveConfig>): number[] => [
    producer.deliveryTimeoutMs,
    connection.defaultApiTimeoutMs,
  ];

  test("grow with them by default", () => {
    const slow = { ...least, connection: { requestTimeoutMs: 400_000 } };
    expect(times(resolveConfig(slow))).toEqual([400_100, 400_000]);
    expect(times(resolveConfig({ ...slow, lingerMs: 2_147_483_647 }))).toEqual([2_147_483_647, 400_000]);
  });

  test("must have room for them where they are given", () => {
    expect(refused({ producer: { deliveryTimeoutMs: 30_099 } })).toBe(
      'STREAMS_INVALID_CONFIG: Setting "producer.deliveryTimeoutMs" is 30099; it must be at least "producer.lingerMs" and ' +
        '"connection.requestTimeoutMs" together (30100).',
    );
    expect(refused({ lingerMs: 0, producer: { deliveryTimeoutMs: 29_999 } })).toContain('at least "lingerMs" and');
    expect(refused({ producer: { deliveryTimeoutMs: 30_100 } })).toBe("taken");
    expect(refused({ connection: { defaultApiTimeoutMs: 29_999 } })).toBe(
      'STREAMS_INVALID_CONFIG: Setting "connection.defaultApiTimeoutMs" is 29999; it must be at least "connection.requestTimeoutMs" (30000).',
    );
    expect(refused({ connection: { defaultApiTimeoutMs: 1, requestTimeoutMs: 1 } })).toBe("taken");
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
      expect(refused({ [key]: value })).toContain(`it must be one of ${choice.join(", ")}`);
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

describe("groups and short forms", () => {
  test("a short form is its setting in the group", () => {
    const { producer } = resolveConfig({ ...least, lingerMs: 1, batchSizeBytes: 2, compression: "lz4", maxRequestSize: 3_000 });
    expect(producer).toMatchObject({ lingerMs: 1, batchSize: 2, compressionType: "lz4", maxRequestSize: 3_000 });
  });

  test("both forms at once are refused, even with the same value", () => {
    expect(refused({ lingerMs: 5, producer: { lingerMs: 5 } })).toBe(
      'STREAMS_INVALID_CONFIG: Setting "lingerMs" is 5; it must be absent where "producer.lingerMs" is given, which is the same.',
    );
    expect(refused({ lingerMs: 5, producer: { lingerMs: undefined } })).toBe("taken");
  });

  test("a value out of bounds is named by its path", () => {
    expect(refused({ consumer: { fetchMaxBytes: 0 } })).toBe(
      'STREAMS_INVALID_CONFIG: Setting "consumer.fetchMaxBytes" is 0; it must be an integer from 1 to 2147483647.',
    );
  });

  test.each([5, "x", null, [], true])("a group is an object, and not %j", (value) => {
    expect(refused({ producer: value })).toContain('it must be an object with the settings of "producer".');
  });

  test("settings that hang together are checked together, by the names that were given", () => {
    expect(refused({ maxRequestSize: 100_000, batchSizeBytes: 100_001 })).toContain(
      'Setting "batchSizeBytes" is 100001; it must be at most "maxRequestSize" (100000).',
    );
    expect(refused({ producer: { batchSize: 2 ** 21 } })).toContain(
      'Setting "producer.batchSize" is 2097152; it must be at most "producer.maxRequestSize" (1048576).',
    );
    expect(refused({ connection: { retryBackoffMs: 20, retryBackoffMaxMs: 10 } })).toContain(
      'at least "connection.retryBackoffMs" (20)',
    );
  });

  test("defaults follow the settings that they depend on", () => {
    const { producer, connection } = resolveConfig({
      ...least,
      maxRequestSize: 2_000,
      taskTimeoutMs: 1_000,
      connection: { retryBackoffMs: 5_000 },
    });
    expect([producer.batchSize, producer.deliveryTimeoutMs, connection.retryBackoffMaxMs]).toEqual([2_000, 120_000, 5_000]);
  });

  test("settings of internal topics are texts", () => {
    expect(resolveConfig({ ...least, topic: { "retention.ms": "5" } }).topic).toEqual({ "retention.ms": "5" });
    for (const topic of [5, { "retention.ms": 5 }, []]) expect(refused({ topic })).toContain("it must be an object with strings");
  });
});

test("levels of compression have Kafka's bounds, and reach the client's producer", () => {
  for (const compressionGzipLevel of [-1, 1, 9]) expect(refused({ producer: { compressionGzipLevel } })).toBe("taken");
  for (const compressionGzipLevel of [-2, 0, 10, 1.5])
    expect(refused({ producer: { compressionGzipLevel } })).toContain(
      "it must be an integer from 1 to 9, or -1 for gzip's own default.",
    );
  for (const compressionZstdLevel of [-131_072, 0, 22]) expect(refused({ producer: { compressionZstdLevel } })).toBe("taken");
  for (const compressionZstdLevel of [-131_073, 23])
    expect(refused({ producer: { compressionZstdLevel } })).toContain("it must be an integer from -131072 to 22.");
  expect(refused({ producer: { compressionLz4Level: 9 } })).toContain("the codec `lz4` compresses at its fast level only");
  const producer = { compressionGzipLevel: 9, compressionZstdLevel: -7 };
  expect(producerOptions(resolveConfig({ ...least, producer }))).toMatchObject(producer);
});

test("the rack reaches the client's fetchers", () => {
  expect(fetcherOptions(resolveConfig(least))).not.toHaveProperty("rackId");
  expect(fetcherOptions(resolveConfig({ ...least, consumer: { clientRack: "eu-1a" } }))).toMatchObject({ rackId: "eu-1a" });
  expect(refused({ consumer: { clientRack: 7 } })).toContain('Setting "consumer.clientRack" is 7; it must be a string.');
});

test("the error of a setting has its name and what it may be as data", () => {
  expect(() => resolveConfig({ ...least, lingerMs: -1 })).toThrow(
    expect.objectContaining({ key: "lingerMs", allowed: "an integer from 0 to 2147483647" }),
  );
});

test("the value of a secret stays out of its error", () => {
  const { message } = InvalidConfigError.value("sasl.password", "s3cret", "a string that is not empty", true);
  expect(message).toBe('Setting "sasl.password" is ***; it must be a string that is not empty.');
});

test.each([
  ["ca", { ca: "/run/secrets/ca.pem" }, "certificates as a text in PEM, not the path of a file"],
  ["key", { key: "secret" }, 'the private key of "ssl.cert" as a text in PEM'],
])(
  "material of TLS that cannot be used is refused by ssl.%s when the application is made, without a word of it",
  (option, ssl, needed) => {
    const { transport } = nodePlatform();
    const resolve = (): unknown => resolveConfig({ ...least, ssl }, undefined, transport);
    expect(resolve).toThrow(InvalidConfigError);
    expect(resolve).toThrow(`Setting "ssl.${option}" is ***; it must be ${needed}`);
  },
);
