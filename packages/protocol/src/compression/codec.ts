export type CodecName = "none" | "gzip" | "snappy" | "lz4" | "zstd";

/** Levels that a codec compresses at. A higher one takes longer, and mostly gives fewer bytes. */
export interface CodecLevels {
  /** Lowest level, inclusive. */
  readonly min: number;
  /** Highest level, inclusive. */
  readonly max: number;
  /** Kafka's default; may lie outside of `min` and `max`, as a word of its own. */
  readonly default: number;
}

/** One compression codec, in the form that Kafka's Java client gives it in record batches. Synchronous and without state. */
export interface Codec {
  /** What the low three bits of a batch's attributes hold. */
  readonly id: number;
  readonly name: CodecName;
  /** null: there is one level only. */
  readonly levels: CodecLevels | null;
  /** @param level one of `levels`; codecs without levels ignore it. Undefined: the codec's default */
  compress(source: Buffer, level?: number): Buffer;
  /**
   * Never makes more than about `bytesMax` bytes, whatever the input says of itself.
   *
   * @throws {MalformedCompressionError} when the input is damaged
   * @throws {DecompressedTooLargeError} when there are more than `bytesMax` bytes in it
   */
  decompress(source: Buffer, bytesMax: number): Buffer;
}
