import type { FetcherOptions } from "@millrace/client";
import { int32Max, type SettingRow } from "./setting.ts";

/** A setting that the client's fetchers have as an option, or the tasks (`checkCrcs`). */
export interface ConsumerRow extends SettingRow {
  readonly option: keyof FetcherOptions | null;
}

/** Settings of what reads: source topics, repartition topics, and changelogs while stores are restored. */
export const consumerRows: readonly ConsumerRow[] = [
  {
    name: "fetchMinBytes",
    option: "fetchBytesMin",
    kafka: "fetch.min.bytes",
    kind: "integer",
    unit: "bytes",
    default: 1,
    min: 0,
    max: int32Max,
    text: "Bytes that a broker gathers before it answers a fetch, for `fetchMaxWaitMs` at most.",
  },
  {
    name: "fetchMaxWaitMs",
    option: "fetchWaitMaxMs",
    kafka: "fetch.max.wait.ms",
    kind: "integer",
    unit: "ms",
    default: 500,
    min: 0,
    max: int32Max,
    text: "Time that a broker waits for `fetchMinBytes`.",
  },
  {
    name: "fetchMaxBytes",
    option: "fetchBytesMax",
    kafka: "fetch.max.bytes",
    kind: "integer",
    unit: "bytes",
    default: 2 * 1024 * 1024,
    min: 1,
    max: int32Max,
    text: "Bytes of one answer to a fetch; a first batch that is larger comes whole all the same. Kafka's default is 50 MiB.",
  },
  {
    name: "maxPartitionFetchBytes",
    option: "partitionBytesMax",
    kafka: "max.partition.fetch.bytes",
    kind: "integer",
    unit: "bytes",
    default: 1024 * 1024,
    min: 1,
    max: int32Max,
    text: "Bytes of one partition in an answer to a fetch; a first batch that is larger comes whole all the same.",
  },
  {
    name: "clientRack",
    option: "rackId",
    kafka: "client.rack",
    kind: "text",
    defaultText: "none, records come from the leaders",
    text:
      "Rack of the instance. Records are fetched from a replica in the same rack where the brokers choose so by their " +
      "`replica.selector.class` (KIP-392); tasks are shared without regard to racks.",
  },
  {
    name: "checkCrcs",
    option: null,
    kafka: "check.crcs",
    kind: "boolean",
    default: true,
    text: "Verifies the checksum of each batch.",
  },
];
