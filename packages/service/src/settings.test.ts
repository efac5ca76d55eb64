import { InvalidConfigError } from "@millrace/runtime";
import { settings, variableOf } from "@millrace/runtime/settings";
import { expect, test } from "vitest";
import { namingVariable, readSettings, variables, type Environment } from "./settings.ts";

const config = { applicationId: "app" };

function refused(environment: Environment): string {
  try {
    readSettings(environment, config);
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`;
  }
  return "taken";
}

test("a variable is called as its setting, in capitals", () => {
  expect(["applicationId", "producer.maxRequestSize", "commitIntervalMs", "httpPort"].map(variableOf)).toEqual([
    "APPLICATION_ID",
    "PRODUCER_MAX_REQUEST_SIZE",
    "COMMIT_INTERVAL_MS",
    "HTTP_PORT",
  ]);
});

test("every setting of an application that is a text has a variable, and no two share one", () => {
  const texts = settings.filter(({ kind }) => kind !== "object");
  for (const { path } of texts) expect(variables).toContain(variableOf(path));
  expect(new Set(variables).size).toBe(variables.length);
  expect(variables).toContain("CLOSE_TIMEOUT_MS");
});

test("with brokers alone the rest are the program's settings and the defaults", () => {
  expect(readSettings({ BROKERS: "a:1", PATH: "/bin" }, { ...config, lingerMs: 7 })).toEqual({
    streams: { applicationId: "app", brokers: ["a:1"], lingerMs: 7 },
    service: { httpHost: "0.0.0.0", httpPort: 8080, logLevel: "info", closeTimeoutMs: 25_000 },
    taken: ["BROKERS"],
  });
});

test("variables go before the program's settings, each in its own form", () => {
  const environment = {
    APPLICATION_ID: "other",
    BROKERS: "a:1, b:2",
    COMMIT_INTERVAL_MS: "500",
    MAX_TASK_IDLE_MS: "-1",
    COMPRESSION: "zstd",
    HTTP_HOST: "::1",
    HTTP_PORT: "0",
    LOG_LEVEL: "debug",
    CLOSE_TIMEOUT_MS: "1",
  };
  const { streams, service, taken } = readSettings(environment, {
    ...config,
    brokers: ["c:3"],
    commitIntervalMs: 1,
    compression: "gzip",
  });
  expect(streams).toEqual({
    applicationId: "other",
    brokers: ["a:1", "b:2"],
    commitIntervalMs: 500,
    maxTaskIdleMs: -1,
    compression: "zstd",
  });
  expect(service).toEqual({ httpHost: "::1", httpPort: 0, logLevel: "debug", closeTimeoutMs: 1 });
  expect(taken).toEqual(Object.keys(environment).toSorted());
});

test("variables of groups go into them, beside what the program gives there", () => {
  const environment = {
    BROKERS: "a:1",
    PRODUCER_MAX_REQUEST_SIZE: "2000000",
    CONSUMER_CHECK_CRCS: "false",
    TOPIC: "a.b=1, c=2=3",
  };
  const { streams } = readSettings(environment, { ...config, producer: { lingerMs: 7 } });
  expect(streams).toEqual({
    applicationId: "app",
    brokers: ["a:1"],
    producer: { lingerMs: 7, maxRequestSize: 2_000_000 },
    consumer: { checkCrcs: false },
    topic: { "a.b": "1", c: "2=3" },
  });
});

test.each([
  [{ LINGER_MS: "1" }, { producer: { lingerMs: 7 } }, { lingerMs: 1, producer: {} }],
  [{ PRODUCER_LINGER_MS: "1" }, { lingerMs: 7 }, { producer: { lingerMs: 1 } }],
])("a variable goes before the other form of its setting in the program: %j", (environment, program, expected) => {
  const { streams } = readSettings({ BROKERS: "a:1", ...environment }, { ...config, ...program });
  expect(streams).toEqual({ applicationId: "app", brokers: ["a:1"], ...expected });
});

test("an empty variable is the same as none", () => {
  expect(readSettings({ BROKERS: "", COMMIT_INTERVAL_MS: "" }, { ...config, brokers: ["c:3"] })).toMatchObject({
    streams: { applicationId: "app", brokers: ["c:3"] },
    taken: [],
  });
});

test("brokers must come from somewhere", () => {
  const text = 'Environment variable BROKERS is not set. Set it, for example to "localhost:9092".';
  expect(refused({})).toBe(`STREAMS_MISSING_VARIABLE: ${text}`);
});

test.each([
  ["COMMIT_INTERVAL_MS", "1s", "an integer"],
  ["COMMIT_INTERVAL_MS", "1.5", "an integer"],
  ["COMMIT_INTERVAL_MS", " 1", "an integer"],
  ["HTTP_PORT", "tcp://10.0.0.1:80", "an integer"],
  ["HTTP_PORT", "65536", "an integer from 0 to 65535"],
  ["HTTP_PORT", "-1", "an integer from 0 to 65535"],
  ["LOG_LEVEL", "loud", "one of error, warn, info, debug"],
  ["CONSUMER_CHECK_CRCS", "yes", "true or false"],
  ["TOPIC", "retention.ms", "a list of name=value, with commas between them"],
  ["CLOSE_TIMEOUT_MS", "0", "an integer from 1 to 2147483647"],
])("%s cannot be %j", (name, text, allowed) => {
  const message = `Environment variable ${name} is ${JSON.stringify(text)}; it must be ${allowed}.`;
  expect(refused({ BROKERS: "a:1", [name]: text })).toBe(`STREAMS_INVALID_VARIABLE: ${message}`);
});

test("an error of a setting names the variable only if the value came from there", () => {
  const error = InvalidConfigError.value("lingerMs", -1, "an integer from 0 to 2147483647");
  expect(namingVariable(error, { LINGER_MS: "-1" })).toMatchObject({
    code: "STREAMS_INVALID_VARIABLE",
    message: 'Environment variable LINGER_MS is "-1"; it must be an integer from 0 to 2147483647.',
    cause: error,
  });
  expect(namingVariable(error, { LINGER_MS: "" })).toBe(error);
  expect(namingVariable("else", {})).toBe("else");
});
