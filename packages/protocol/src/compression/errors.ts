/** Compressed bytes are damaged, or another codec wrote them. Fetching them again may help if they were damaged on the way. */
export class MalformedCompressionError extends Error {
  readonly code = "PROTOCOL_MALFORMED_COMPRESSION";
  readonly retriable = false;
  /** Name of the codec that could not read the bytes. */
  readonly codec: string;
  /** Defect that was found, without the advice of `message`. */
  readonly reason: string;

  constructor(codec: string, reason: string, cause?: unknown) {
    super(`Malformed ${codec} data: ${reason}. Check who wrote it; the records inside cannot be read.`, { cause });
    this.name = new.target.name;
    this.codec = codec;
    this.reason = reason;
  }
}

/** Compressed bytes hold more than the reader allows: a decompression bomb, or a limit that is too low. */
export class DecompressedTooLargeError extends Error {
  readonly code = "PROTOCOL_DECOMPRESSED_TOO_LARGE";
  readonly retriable = false;
  /** Name of the codec. */
  readonly codec: string;
  /** Limit in bytes that the content exceeds. */
  readonly bytesMax: number;

  constructor(codec: string, bytesMax: number) {
    super(`${codec} data decompresses to more than ${bytesMax} bytes. Raise the limit if a batch may be that large.`);
    this.name = new.target.name;
    this.codec = codec;
    this.bytesMax = bytesMax;
  }
}

/** No codec has this id; Kafka defines 0 to 4. */
export class UnknownCodecError extends Error {
  readonly code = "PROTOCOL_UNKNOWN_CODEC";
  readonly retriable = false;
  /** Id that the attributes of the batch hold, 5 to 7 if they were read from one. */
  readonly codecId: number;

  constructor(codecId: number) {
    super(`No compression codec has the id ${codecId}. Use none (0), gzip (1), snappy (2), lz4 (3) or zstd (4).`);
    this.name = new.target.name;
    this.codecId = codecId;
  }
}
