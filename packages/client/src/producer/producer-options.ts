import { type CodecName, codecs } from "@millrace/protocol";

import { wholeNumber } from "../config.ts";
import { InvalidConfigError } from "../errors.ts";

/** Options of a producer. Sizes in bytes, times in milliseconds. */
export interface ProducerOptions {
  /** Writes each record once, also through retries, by a producer id and sequence numbers. Default true. `enable.idempotence`. */
  readonly idempotent?: boolean;
  /**
   * Condition of an acknowledgement. `all`: every in-sync replica has the batch; `leader`: the leader has it (not with
   * `idempotent`). Default `all`. `acks`.
   */
  readonly acks?: "all" | "leader";
  /** Time that a batch waits for more records before it is sent. Default 5. `linger.ms`. */
  readonly lingerMs?: number;
  /**
   * Size above which a batch is not filled: it is sealed when one more record like the last would exceed it. Default 65 536
   * (Java: 16 384). `batch.size`.
   */
  readonly batchBytesMax?: number;
  /** Size of the largest request, and so of the largest record, before compression. Default 1 048 576. `max.request.size`. */
  readonly requestBytesMax?: number;
  /** Codec that compresses batches. Default `none`. `compression.type`. */
  readonly compression?: CodecName;
  /** Level of gzip, 1 to 9. Default -1: zlib's default, which is 6. `compression.gzip.level`. */
  readonly compressionGzipLevel?: number;
  /** Level of zstd, -131 072 to 22; 0 is zstd's default, 3. Default 3. `compression.zstd.level`. */
  readonly compressionZstdLevel?: number;
  /**
   * Time from the sealing of a batch to its acknowledgement, with all retries. Then it fails with `CLIENT_DELIVERY_TIMEOUT`.
   * Default 120 000. `delivery.timeout.ms`.
   */
  readonly deliveryTimeoutMs?: number;
  /** Number of produce requests in flight per broker, 1 to 5. Default 5. `max.in.flight.requests.per.connection`. */
  readonly inFlightMax?: number;
  /** Number of unacknowledged bytes above which `whenRoom` makes callers wait. Default 32 MiB. `buffer.memory`. */
  readonly bufferBytesMax?: number;
  /** Lets the broker create topics that do not exist. Default false, unlike Java's true. */
  readonly allowAutoTopicCreation?: boolean;
}

export interface ProducerSettings extends Required<Omit<ProducerOptions, "compressionGzipLevel" | "compressionZstdLevel">> {
  /** Level of the codec `compression`; undefined if the codec has no levels. */
  readonly compressionLevel: number | undefined;
}

const compressions: readonly CodecName[] = ["none", "gzip", "snappy", "lz4", "zstd"];

/** Upper bound of the batches in flight per partition: a broker remembers that many to recognize duplicates. */
export const inFlightBatchesMax = 5;

/** Checks options and fills in the defaults. @throws {InvalidConfigError} `CLIENT_INVALID_CONFIG` */
export function producerSettings(options: ProducerOptions): ProducerSettings {
  const idempotent = options.idempotent ?? true;
  const acks = options.acks ?? "all";
  if (acks !== "all" && acks !== "leader") throw new InvalidConfigError("acks", acks, '"all" or "leader"');
  if (idempotent && acks !== "all") throw new InvalidConfigError("acks", acks, '"all" while "idempotent" is true');
  const compression = options.compression ?? "none";
  if (!compressions.includes(compression))
    throw new InvalidConfigError("compression", compression, `one of ${compressions.join(", ")}`);
  // Check the levels of all codecs, used or not.
  const levels: Partial<Record<CodecName, number>> = {
    gzip: level("gzip", "compressionGzipLevel", options.compressionGzipLevel),
    zstd: level("zstd", "compressionZstdLevel", options.compressionZstdLevel),
  };
  const requestBytesMax = wholeNumber("requestBytesMax", options.requestBytesMax ?? 1024 * 1024, 1024, 2 ** 31 - 1);
  return {
    idempotent,
    acks,
    lingerMs: wholeNumber("lingerMs", options.lingerMs ?? 5, 0),
    batchBytesMax: wholeNumber(
      "batchBytesMax",
      options.batchBytesMax ?? Math.min(64 * 1024, requestBytesMax),
      1,
      requestBytesMax,
    ),
    requestBytesMax,
    compression,
    compressionLevel: levels[compression],
    deliveryTimeoutMs: wholeNumber("deliveryTimeoutMs", options.deliveryTimeoutMs ?? 120_000, 1),
    inFlightMax: wholeNumber("inFlightMax", options.inFlightMax ?? inFlightBatchesMax, 1, inFlightBatchesMax),
    bufferBytesMax: wholeNumber("bufferBytesMax", options.bufferBytesMax ?? 32 * 1024 * 1024, 1),
    allowAutoTopicCreation: options.allowAutoTopicCreation ?? false,
  };
}

function level(codec: "gzip" | "zstd", name: string, given: number | undefined): number {
  const { min, max, default: usual } = codecs[codec].levels!;
  if (given === undefined || given === usual) return usual;
  if (Number.isInteger(given) && given >= min && given <= max) return given;
  throw new InvalidConfigError(name, given, `an integer from ${min} to ${max}, or ${usual} for the default`);
}
