import type { Codec, CodecName } from "./codec.ts";
import { UnknownCodecError } from "./errors.ts";
import { gzip } from "./gzip.ts";
import { lz4 } from "./lz4.ts";
import { none } from "./none.ts";
import { snappy } from "./snappy.ts";
import { zstd } from "./zstd.ts";

/** All codecs of Kafka by name. Their ids are those of batch attributes. */
export const codecs: Readonly<Record<CodecName, Codec>> = { none, gzip, snappy, lz4, zstd };

const byId: readonly Codec[] = [none, gzip, snappy, lz4, zstd];

/**
 * Finds the codec of a batch.
 *
 * @param id low three bits of the attributes
 * @throws {UnknownCodecError} for ids beyond 4
 */
export function codecById(id: number): Codec {
  const codec = byId[id];
  if (codec === undefined) throw new UnknownCodecError(id);
  return codec;
}

/** Default upper bound in bytes of the content of one compressed batch: far above any sensible `max.message.bytes`. */
export const decompressedBytesMaxDefault: number = 128 * 1024 * 1024;
