import type { ClientConfig, FetcherOptions, ProducerOptions } from "@millrace/client";
import type { ResolvedConfig } from "../config.ts";
import { connectionRows } from "./connection.ts";
import { consumerRows } from "./consumer.ts";
import { producerRows } from "./producer.ts";
import type { SettingRow } from "./setting.ts";

/** Maximum size of an answer beside its record batches, in bytes. */
const answerOverheadBytes = 1024 * 1024;
/** Smallest limit for an answer, in bytes, however little is asked for: a first batch comes whole. */
const answerBytesMax = 128 * 1024 * 1024;

/** The client's producer as the settings in `producer` want it. */
export function producerOptions({ producer }: Pick<ResolvedConfig, "producer">): ProducerOptions {
  return optionsOf(producerRows, producer);
}

/** The client's fetchers as the settings in `consumer` want them. */
export function fetcherOptions({ consumer }: Pick<ResolvedConfig, "consumer">): FetcherOptions {
  return optionsOf(consumerRows, consumer);
}

/** The client as the settings want it. */
export function clientConfig(config: ResolvedConfig): ClientConfig {
  const { clientId, brokers, ssl, sasl, log, connection, consumer, producer } = config;
  // A record that may be written must come back, from a changelog for one.
  const batchBytesMax = Math.max(consumer.fetchMaxBytes, producer.maxRequestSize);
  const responseBytesMax = Math.max(answerBytesMax, batchBytesMax + answerOverheadBytes);
  const own = optionsOf<ClientConfig>(connectionRows, connection);
  return { ...own, clientId, brokers, ...(ssl === undefined ? {} : { ssl }), sasl, log, responseBytesMax };
}

function optionsOf<T>(rows: readonly (SettingRow & { readonly option: keyof T | null })[], values: object): T {
  const entries = rows.flatMap(({ name, option }) => {
    const value: unknown = (values as Readonly<Record<string, unknown>>)[name];
    return option === null || value === undefined ? [] : [[option, value] as const];
  });
  return Object.fromEntries(entries) as T;
}
