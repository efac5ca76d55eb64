import { InvalidConfigError, textSettings } from "@millrace/runtime";
import { expect, test } from "vitest";
import { namingVariable, readSettings, variableOf, variables, type Environment } from "./settings.ts";

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
  expect(["applicationId", "brokers", "commitIntervalMs", "httpPort"].map(variableOf)).toEqual([
    "APPLICATION_ID",
    "BROKERS",
    "COMMIT_INTERVAL_MS",
    "HTTP_PORT",
  ]);
});

test("every setting of an application that is a text has a variable, and no two share one", () => {
  for (const setting of textSettings.keys()) expect(variables).toContain(variableOf(setting));
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
  ["CLOSE_TIMEOUT_MS", "0", "an integer from 1 to 2147483647"],
])("%s cannot be %j", (name, text, allowed) => {
  const message = `Environment variable ${name} is ${JSON.stringify(text)}; it must be ${allowed}.`;
  expect(refused({ BROKERS: "a:1", [name]: text })).toBe(`STREAMS_INVALID_VARIABLE: ${message}`);
});

test("an error of a setting names the variable only if the value came from there", () => {
  const error = new InvalidConfigError("lingerMs", -1, "an integer from 0 to 2147483647");
  expect(namingVariable(error, { LINGER_MS: "-1" })).toMatchObject({
    code: "STREAMS_INVALID_VARIABLE",
    message: 'Environment variable LINGER_MS is "-1"; it must be an integer from 0 to 2147483647.',
    cause: error,
  });
  expect(namingVariable(error, { LINGER_MS: "" })).toBe(error);
  expect(namingVariable("else", {})).toBe("else");
});
