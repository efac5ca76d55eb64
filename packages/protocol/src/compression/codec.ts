/** Name of a codec, as Kafka's `compression.type` spells it. */
export type CodecName = "none" | "gzip" | "snappy" | "lz4" | "zstd";

/** Levels that a codec compresses at. A higher one takes longer, and mostly gives fewer bytes. */
export interface CodecLevels {
  /** Lowest level, inclusive. */
  readonly min: number;
  /** Highest level, inclusive. */
  readonly max: number;
  /** Kafka's default. May lie outside of `min` and `max`: gzip has -1, which stands for zlib's own default. */
  readonly default: number;
}

/** One compression codec, in the form that Kafka's Java client gives it in record batches. Synchronous and without state. */
export interface Codec {
  /** Value of the low three bits in the attributes of a batch. */
  readonly id: number;
  /** Name as in Kafka's `compression.type`. */
  readonly name: CodecName;
  /** Levels that the codec compresses at; null: only one. */
  readonly levels: CodecLevels | null;
  /**
   * Compresses the records of a batch. `none` returns the source itself.
   *
   * @param level one of `levels`; codecs without levels ignore it. Default: that of the codec
   */
  compress(source: Buffer, level?: number): Buffer;
  /**
   * Decompresses the records of a batch. Allocates no more than about `bytesMax` bytes, whatever length the input claims.
   *
   * @throws {MalformedCompressionError} when the input is damaged
   * @throws {DecompressedTooLargeError} when the content exceeds `bytesMax` bytes
   */
  decompress(source: Buffer, bytesMax: number): Buffer;
}
