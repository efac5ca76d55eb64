import { type CodecName, codecs } from "@millrace/protocol";

import { wholeNumber } from "../config.ts";
import { InvalidConfigError } from "../errors.ts";

export interface ProducerOptions {
  /** Sequences and a producer id, so that a retry never writes twice. Default true. `enable.idempotence`. */
  readonly idempotent?: boolean;
  /** `all`: every in-sync replica has it; `leader`: the leader has it (not with idempotence). Default all. `acks`. */
  readonly acks?: "all" | "leader";
  /** How long a batch that is not full waits for more records. Default 5. `linger.ms`. */
  readonly lingerMs?: number;
  /** A batch is sealed when one more record like the last would make it larger. Default 65 536 (Java: 16 384). `batch.size`. */
  readonly batchBytesMax?: number;
  /** The largest request, and so the largest record. Default 1 048 576. `max.request.size`. */
  readonly requestBytesMax?: number;
  /** Default none. `compression.type`. */
  readonly compression?: CodecName;
  /** 1 to 9; -1: zlib's default, which is 6. Default -1. `compression.gzip.level`. */
  readonly compressionGzipLevel?: number;
  /** -131 072 to 22; 0: zstd's default, which is 3. Default 3. `compression.zstd.level`. */
  readonly compressionZstdLevel?: number;
  /** From the sealing of a batch to its acknowledgement with all retries. Default 120 000. `delivery.timeout.ms`. */
  readonly deliveryTimeoutMs?: number;
  /** Produce requests under way per broker, 1 to 5. Default 5. `max.in.flight.requests.per.connection`. */
  readonly inFlightMax?: number;
  /** Above this many unacknowledged bytes `whenRoom` makes callers wait. Default 32 MiB. `buffer.memory`. */
  readonly bufferBytesMax?: number;
  /** Whether the broker may create topics that are asked for. Default false, unlike Java's true. */
  readonly allowAutoTopicCreation?: boolean;
}

export interface ProducerSettings extends Required<Omit<ProducerOptions, "compressionGzipLevel" | "compressionZstdLevel">> {
  /** Level of the codec `compression`; undefined where it has one only. */
  readonly compressionLevel: number | undefined;
}

const compressions: readonly CodecName[] = ["none", "gzip", "snappy", "lz4", "zstd"];

/** The broker remembers five batches of a producer and partition to know duplicates by: more may not be under way. */
export const inFlightBatchesMax = 5;

/** @throws {InvalidConfigError} `CLIENT_INVALID_CONFIG` */
export function producerSettings(options: ProducerOptions): ProducerSettings {
  const idempotent = options.idempotent ?? true;
  const acks = options.acks ?? "all";
  if (acks !== "all" && acks !== "leader") throw new InvalidConfigError("acks", acks, '"all" or "leader"');
  if (idempotent && acks !== "all") throw new InvalidConfigError("acks", acks, '"all" while "idempotent" is true');
  const compression = options.compression ?? "none";
  if (!compressions.includes(compression))
    throw new InvalidConfigError("compression", compression, `one of ${compressions.join(", ")}`);
  // Each is checked, also that of a codec which is not used.
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
