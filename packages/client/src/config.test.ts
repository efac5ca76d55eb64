import { describe, expect, test } from "vitest";

import { type ClientConfig, clientSettings } from "./config.ts";
import { InvalidConfigError } from "./errors.ts";
import { fetcherSettings } from "./fetcher/fetcher-settings.ts";
import { producerSettings } from "./producer/producer-options.ts";

const config: ClientConfig = { clientId: "c", brokers: ["a:1", "[::1]:9092"] };

describe("a client config", () => {
  test("has Kafka's defaults", () => {
    expect(clientSettings(config)).toMatchObject({
      brokers: [
        { host: "a", port: 1 },
        { host: "::1", port: 9092 },
      ],
      tls: null,
      sasl: null,
      connectionTimeoutMs: 10_000,
      connectionTimeoutMaxMs: 30_000,
      connectionsMaxIdleMs: 540_000,
      reconnectBackoffMs: 50,
      reconnectBackoffMaxMs: 1_000,
      requestTimeoutMs: 30_000,
      apiTimeoutMs: 60_000,
      retryBackoffMs: 100,
      retryBackoffMaxMs: 1_000,
      metadataMaxAgeMs: 300_000,
    });
  });

  test("raises the longest pause with the first one, unless it was said", () => {
    expect(clientSettings({ ...config, retryBackoffMs: 5_000 }).retryBackoffMaxMs).toBe(5_000);
  });

  test.each<[string, Partial<Record<keyof ClientConfig, unknown>>, string]>([
    ["brokers", { brokers: [] }, 'Config "brokers" is [], but must be a list of at least one "host:port".'],
    [
      "brokers",
      { brokers: ["localhost"] },
      'Config "brokers" is "localhost", but must be a list of "host:port" with ports from 1 to 65535',
    ],
    ["brokers", { brokers: ["localhost:0"] }, '"localhost:0"'],
    ["brokers", { brokers: ["localhost:70000"] }, '"localhost:70000"'],
    ["brokers", { brokers: ["http://localhost:9092"] }, '"http://localhost:9092"'],
    ["clientId", { clientId: 7 }, 'Config "clientId" is 7, but must be a string.'],
    ["requestTimeoutMs", { requestTimeoutMs: 0 }, 'Config "requestTimeoutMs" is 0, but must be a whole number of at least 1.'],
    ["retryBackoffMs", { retryBackoffMs: -1 }, "a whole number of at least 0"],
    ["retryBackoffMaxMs", { retryBackoffMs: 10, retryBackoffMaxMs: 5 }, "a whole number of at least 10"],
    ["metadataMaxAgeMs", { metadataMaxAgeMs: 1.5 }, 'Config "metadataMaxAgeMs" is 1.5'],
  ])("with a wrong %s is refused with the value and what is allowed: %j", (key, wrong, text) => {
    const open = (): unknown => clientSettings({ ...config, ...wrong } as ClientConfig);
    expect(open).toThrow(text);
    expect(open).toThrow(InvalidConfigError);
    expect(open).toThrow(expect.objectContaining({ code: "CLIENT_INVALID_CONFIG", retriable: false, key }));
  });
});

describe("producer options", () => {
  test("are idempotent with acks from all by default, with batches of 64 KB", () => {
    expect(producerSettings({})).toMatchObject({
      idempotent: true,
      acks: "all",
      lingerMs: 5,
      batchBytesMax: 65_536,
      requestBytesMax: 1_048_576,
      inFlightMax: 5,
    });
  });

  test("with requests below 64 KB have smaller batches", () => {
    expect(producerSettings({ requestBytesMax: 2_000 }).batchBytesMax).toBe(2_000);
  });

  test.each<[string, object, string]>([
    ["acks", { acks: "leader" }, '"all" while "idempotent" is true'],
    ["acks", { acks: 1, idempotent: false }, '"all" or "leader"'],
    ["compression", { compression: "brotli" }, "one of none, gzip, snappy, lz4, zstd"],
    ["inFlightMax", { inFlightMax: 6 }, "a whole number from 1 to 5"],
    ["batchBytesMax", { batchBytesMax: 2_000_000 }, "a whole number from 1 to 1048576"],
  ])("with a wrong %s are refused: %j", (key, wrong, text) => {
    expect(() => producerSettings(wrong)).toThrow(`Config "${key}" is `);
    expect(() => producerSettings(wrong)).toThrow(text);
  });
});

describe("fetcher options", () => {
  test("wait half a second for 2 MiB at most by default", () => {
    expect(fetcherSettings({})).toMatchObject({
      fetchWaitMaxMs: 500,
      fetchBytesMin: 1,
      fetchBytesMax: 2_097_152,
      partitionBytesMax: 1_048_576,
    });
  });

  test("with a wrong number are refused", () => {
    expect(() => fetcherSettings({ fetchBytesMax: 0 })).toThrow(
      'Config "fetchBytesMax" is 0, but must be a whole number from 1 to 2147483647.',
    );
  });
});
