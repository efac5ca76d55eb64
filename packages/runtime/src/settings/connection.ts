import type { ClientConfig } from "@millrace/client";
import { int32Max, type SettingRow } from "./setting.ts";

/** A setting that the client has as an option. */
export interface ConnectionRow extends SettingRow {
  readonly option: keyof ClientConfig;
}

/** Settings of all requests and connections. Java has them in each of its clients; here one client is behind all. */
export const connectionRows: readonly ConnectionRow[] = [
  {
    name: "requestTimeoutMs",
    option: "requestTimeoutMs",
    kafka: "request.timeout.ms",
    kind: "integer",
    unit: "ms",
    default: 30_000,
    min: 1,
    max: int32Max,
    text: "Time that the answer to a request may take; for fetches `consumer.fetchMaxWaitMs` comes on top.",
  },
  {
    name: "defaultApiTimeoutMs",
    option: "apiTimeoutMs",
    kafka: "default.api.timeout.ms",
    kind: "integer",
    unit: "ms",
    default: 60_000,
    min: 1,
    max: int32Max,
    text: "Time that one call to the brokers may take with all its repetitions.",
  },
  {
    name: "retryBackoffMs",
    option: "retryBackoffMs",
    kafka: "retry.backoff.ms",
    kind: "integer",
    unit: "ms",
    default: 100,
    min: 0,
    max: int32Max,
    text: "First pause before a repetition; it doubles from one to the next, with a jitter of 20 %.",
  },
  {
    name: "retryBackoffMaxMs",
    option: "retryBackoffMaxMs",
    kafka: "retry.backoff.max.ms",
    kind: "integer",
    unit: "ms",
    min: 0,
    max: int32Max,
    defaultText: "1,000, or `retryBackoffMs` if that is more",
    text: "Longest pause before a repetition; at least `retryBackoffMs`.",
  },
  {
    name: "metadataMaxAgeMs",
    option: "metadataMaxAgeMs",
    kafka: "metadata.max.age.ms",
    kind: "integer",
    unit: "ms",
    default: 300_000,
    min: 1,
    max: int32Max,
    text: "Time after which topics and leaders are asked for again though nothing failed.",
  },
  {
    name: "socketConnectionSetupTimeoutMs",
    option: "connectionTimeoutMs",
    kafka: "socket.connection.setup.timeout.ms",
    kind: "integer",
    unit: "ms",
    default: 10_000,
    min: 1,
    max: int32Max,
    text: "Time that the opening of a connection may take.",
  },
];
