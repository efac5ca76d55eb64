import type { ProducerOptions } from "@millrace/client";
import { int32Max, memoryBytesMax, type SettingRow } from "./setting.ts";

/** A setting that the client's producer has as an option. */
export interface ProducerRow extends SettingRow {
  readonly option: keyof ProducerOptions;
}

/** Settings of the producer, which writes to sinks, repartition topics and changelogs. */
export const producerRows: readonly ProducerRow[] = [
  {
    name: "lingerMs",
    option: "lingerMs",
    kafka: "linger.ms",
    kind: "integer",
    unit: "ms",
    default: 100,
    min: 0,
    max: int32Max,
    text: "Time that a batch which is not full waits for more records. The default is that of Kafka Streams.",
  },
  {
    name: "batchSize",
    option: "batchBytesMax",
    kafka: "batch.size",
    kind: "integer",
    unit: "bytes",
    min: 1,
    max: int32Max,
    defaultText: "65,536, or `maxRequestSize` if that is less",
    text: "Bytes of a batch, before compression, at which it is sent; at most `maxRequestSize`. Kafka's default is 16,384.",
  },
  {
    name: "maxRequestSize",
    option: "requestBytesMax",
    kafka: "max.request.size",
    kind: "integer",
    unit: "bytes",
    default: 1024 * 1024,
    min: 1024,
    max: int32Max,
    text:
      "Largest request, and so largest record before compression, that is written. A topic has a limit of its own, `max.message.bytes`; " +
      "see `topic` for internal topics.",
  },
  {
    name: "compressionType",
    option: "compression",
    kafka: "compression.type",
    kind: "choice",
    choices: ["none", "gzip", "snappy", "lz4", "zstd"],
    default: "none",
    text: "Codec of batches.",
  },
  {
    name: "compressionGzipLevel",
    option: "compressionGzipLevel",
    kafka: "compression.gzip.level",
    kind: "integer",
    default: -1,
    min: -1,
    max: 9,
    accepts: (value) => value !== 0,
    needed: "an integer from 1 to 9, or -1 for gzip's own default",
    text: "Level of the codec `gzip`: a higher one takes longer and gives fewer bytes; -1: gzip's own default, 6.",
  },
  {
    name: "compressionZstdLevel",
    option: "compressionZstdLevel",
    kafka: "compression.zstd.level",
    kind: "integer",
    default: 3,
    min: -131_072,
    max: 22,
    text: "Level of the codec `zstd`: a higher one takes longer and gives fewer bytes; those below 0 are the fastest.",
  },
  {
    name: "deliveryTimeoutMs",
    option: "deliveryTimeoutMs",
    kafka: "delivery.timeout.ms",
    kind: "integer",
    unit: "ms",
    min: 1,
    max: int32Max,
    defaultText: "120,000, or if that is more `taskTimeoutMs`, or `lingerMs` + `connection.requestTimeoutMs`",
    text:
      "Time from the sealing of a batch to its acknowledgement, with all repetitions; after it the application fails. At least " +
      "`lingerMs` and `connection.requestTimeoutMs` together.",
  },
  {
    name: "maxInFlightRequestsPerConnection",
    option: "inFlightMax",
    kafka: "max.in.flight.requests.per.connection",
    kind: "integer",
    default: 5,
    min: 1,
    max: 5,
    text: "Requests on their way to one broker; more than 5 would break the idempotence of the producer.",
  },
  {
    name: "bufferMemory",
    option: "bufferBytesMax",
    kafka: "buffer.memory",
    kind: "integer",
    unit: "bytes",
    default: 32 * 1024 * 1024,
    min: 1,
    max: memoryBytesMax,
    text: "Bytes without acknowledgement above which nothing is processed.",
  },
];
