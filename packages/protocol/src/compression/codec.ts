export type CodecName = "none" | "gzip" | "snappy" | "lz4" | "zstd";

/** One compression codec, in the form that Kafka's Java client gives it in record batches. Synchronous and without state. */
export interface Codec {
  /** What the low three bits of a batch's attributes hold. */
  readonly id: number;
  readonly name: CodecName;
  /** @param level the codec's own scale; codecs without levels ignore it. Undefined: the codec's default */
  compress(source: Buffer, level?: number): Buffer;
  /**
   * Never makes more than about `bytesMax` bytes, whatever the input says of itself.
   *
   * @throws {MalformedCompressionError} when the input is damaged
   * @throws {DecompressedTooLargeError} when there are more than `bytesMax` bytes in it
   */
  decompress(source: Buffer, bytesMax: number): Buffer;
}
