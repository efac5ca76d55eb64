import type { CodecName } from "../compression/codec.ts";
import { codecs } from "../compression/codecs.ts";
import { BufferPool } from "./buffer-pool.ts";
import { UnwritableRecordError } from "./errors.ts";
import { type FieldWriter, fieldSpareBytes, writeField } from "./field-writer.ts";
import { type BatchFields, writeBatchHeader } from "./header-writer.ts";
import { noLeaderEpoch, noProducerId, noSequence, noTimestamp, recordsAt, transactionalBit } from "./layout.ts";
import type { RecordHeader } from "./record-header.ts";
import { varintBytes, writeVarint, writeVarlong } from "./varint.ts";

/** Facts about a batch that are only known when it is sealed. */
export interface SealOptions {
  /** Codec that compresses the records. Default `none`. */
  readonly codec?: CodecName;
  /** Compression level, one of the codec's `levels`. Default: the codec's own. */
  readonly level?: number | undefined;
  /** Id of the idempotent producer. Default -1: not idempotent. */
  readonly producerId?: number;
  /** Epoch of the producer id. Default -1; needed with a producer id. */
  readonly producerEpoch?: number;
  /** Sequence number of the first record, int32. Default -1; needed with a producer id. */
  readonly baseSequence?: number;
  /** Marks the batch as part of a transaction; it then needs a producer id. Default false. */
  readonly isTransactional?: boolean;
}

/**
 * Encodes the records of one partition into an open batch. After `seal` the next `append` begins a new batch.
 *
 * Offsets begin at 0 and the leader epoch is unknown, as producers send batches; `BatchHeader` changes both. A length stands in
 * front of its content: the writer guesses that it takes as many bytes as the last one, and moves the content if the guess was wrong.
 *
 * ```ts
 * const writer = new BatchWriter();
 * writer.append(Date.now(), key, bytesWriter, value, bytesWriter, []);
 * const batch = writer.seal({ codec: "lz4" });
 * writer.release(batch); // once it is sent
 * ```
 */
export class BatchWriter {
  /** Number of records in the open batch. */
  count: number = 0;
  /** Timestamp of the first record in milliseconds since 1970. NaN while the batch is empty. */
  firstTimestamp: number = Number.NaN;
  /** Largest timestamp of the records in milliseconds since 1970. NaN while the batch is empty. */
  maxTimestamp: number = Number.NaN;

  // Not private by syntax: these are touched per record.
  private buffer: Buffer = empty;
  private position: number = recordsAt;
  private recordLengthBytes: number = 1;
  private keyLengthBytes: number = 1;
  private valueLengthBytes: number = 1;
  private fieldLengthBytes: number = 1;
  readonly #pool: BufferPool;

  /** @param pool source of buffers; the writers of a producer share one */
  constructor(pool: BufferPool = new BufferPool()) {
    this.#pool = pool;
  }

  /** Size of the open batch before compression in bytes, header included; 0 while it is empty. */
  get bytes(): number {
    return this.count === 0 ? 0 : this.position;
  }

  /**
   * Appends a record. When this or a field writer throws, the batch is as it was before.
   *
   * @param timestamp milliseconds since 1970, or -1 for none
   * @param key null: the record has no key, and `keyWriter` is not called
   * @throws {UnwritableRecordError} when the timestamp is not such a number, a field writer wrote more than its bound, or the batch
   * would exceed 2 GiB
   */
  append<K, V>(
    timestamp: number,
    key: K | null,
    keyWriter: FieldWriter<K>,
    value: V | null,
    valueWriter: FieldWriter<V>,
    headers: readonly RecordHeader[],
  ): void {
    const keyBytesMax = key === null ? 0 : keyWriter.sizeMax(key);
    const valueBytesMax = value === null ? 0 : valueWriter.sizeMax(value);
    const headersBytesMax = headers.length === 0 ? 0 : headersSizeMax(headers);
    const end = this.position + lengthsBytesMax + keyBytesMax + valueBytesMax + headersBytesMax + fieldSpareBytes;
    if (end > this.buffer.length) this.#grow(end);

    let timestampDelta = 0;
    if (this.count !== 0) timestampDelta = timestamp - this.firstTimestamp;
    if (this.count === 0 || (timestampDelta | 0) !== timestampDelta || timestamp < 0) checkTimestamp(timestamp);

    const buffer = this.buffer;
    const start = this.position;
    const body = start + this.recordLengthBytes;
    buffer[body] = 0; // the attributes, which no version uses
    let at = body + 1;
    if (timestampDelta >= 0 && timestampDelta < 0x40) {
      buffer[at] = timestampDelta << 1;
      at += 1;
    } else at = writeVarlong(buffer, at, timestampDelta);
    at = writeVarint(buffer, at, this.count);

    if (key === null) {
      buffer[at] = nullLength;
      at += 1;
    } else {
      at = this.writeField(buffer, at, this.keyLengthBytes, key, keyWriter, keyBytesMax);
      this.keyLengthBytes = this.fieldLengthBytes;
    }
    if (value === null) {
      buffer[at] = nullLength;
      at += 1;
    } else {
      at = this.writeField(buffer, at, this.valueLengthBytes, value, valueWriter, valueBytesMax);
      this.valueLengthBytes = this.fieldLengthBytes;
    }
    if (headers.length === 0) {
      buffer[at] = 0;
      at += 1;
    } else at = writeHeaders(buffer, at, headers);

    this.position = this.placeLength(buffer, start, this.recordLengthBytes, at);
    this.recordLengthBytes = this.fieldLengthBytes;
    if (this.count === 0) {
      this.firstTimestamp = timestamp;
      this.maxTimestamp = timestamp;
    } else if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp;
    this.count += 1;
  }

  /**
   * Closes the batch and returns it, whole and with its checksum. Its buffer belongs to the caller until `release`.
   *
   * @throws {UnwritableRecordError} when no record was appended
   */
  seal(options: SealOptions = {}): Buffer {
    if (this.count === 0) throw new UnwritableRecordError("A batch without records cannot be sealed");
    const codec = codecs[options.codec ?? "none"];
    if (codec.id !== 0) this.#compress(codec.compress(this.buffer.subarray(recordsAt, this.position), options.level));
    const fields: BatchFields = {
      baseOffset: 0,
      leaderEpoch: noLeaderEpoch,
      attributes: codec.id | (options.isTransactional === true ? transactionalBit : 0),
      lastOffsetDelta: this.count - 1,
      baseTimestamp: this.firstTimestamp,
      maxTimestamp: this.maxTimestamp,
      producerId: options.producerId ?? noProducerId,
      producerEpoch: options.producerEpoch ?? noProducerId,
      baseSequence: options.baseSequence ?? noSequence,
      count: this.count,
    };
    const batch = this.buffer.subarray(0, this.position);
    writeBatchHeader(batch, fields);
    this.#reset();
    return batch;
  }

  /** Drops the open batch with its records; nothing is sent. */
  discard(): void {
    this.#pool.release(this.buffer);
    this.#reset();
  }

  /** Returns the buffer of a sealed batch to the pool. Call it once nothing reads the batch any more. */
  release(batch: Buffer): void {
    this.#pool.release(batch);
  }

  /**
   * Writes a field with its length in front. `fieldLengthBytes` then tells how many bytes the length took.
   *
   * @returns position behind the field
   */
  private writeField<T>(
    buffer: Buffer,
    start: number,
    lengthBytes: number,
    value: T,
    writer: FieldWriter<T>,
    bytesMax: number,
  ): number {
    const content = start + lengthBytes;
    const end = writeField(writer, buffer, content, value, bytesMax);
    return this.placeLength(buffer, start, lengthBytes, end);
  }

  /**
   * Writes at `start` the length of the content from `start + lengthBytes` to `end`. Moves the content when the guess was wrong.
   *
   * @returns position behind the content
   */
  private placeLength(buffer: Buffer, start: number, lengthBytes: number, end: number): number {
    const length = end - start - lengthBytes;
    let movedEnd = end;
    let needed = lengthBytes;
    if (length >= 0x2000 || (length < 0x40 ? 1 : 2) !== lengthBytes) {
      needed = varintBytes(length);
      if (needed !== lengthBytes) {
        buffer.copyWithin(start + needed, start + lengthBytes, end);
        movedEnd = end + needed - lengthBytes;
      }
    }
    this.fieldLengthBytes = needed;
    if (needed === 1) buffer[start] = length << 1;
    else if (needed === 2) {
      buffer[start] = (length << 1) | 0x80;
      buffer[start + 1] = length >>> 6;
    } else writeVarint(buffer, start, length);
    return movedEnd;
  }

  #grow(bytesMin: number): void {
    if (bytesMin > batchBytesMax) throw new UnwritableRecordError(`A batch of ${bytesMin} bytes exceeds ${batchBytesMax}`);
    const full = this.buffer;
    this.buffer = this.#pool.acquire(full.length === 0 ? bytesMin : Math.min(batchBytesMax, Math.max(bytesMin, 2 * full.length)));
    if (this.count !== 0) full.copy(this.buffer, 0, 0, this.position);
    this.#pool.release(full);
  }

  /** Replaces the plain records by the compressed ones. */
  #compress(compressed: Buffer): void {
    const end = recordsAt + compressed.length;
    if (end > this.buffer.length) {
      const plain = this.buffer;
      this.buffer = this.#pool.acquire(end);
      this.#pool.release(plain);
    }
    this.buffer.set(compressed, recordsAt);
    this.position = end;
  }

  #reset(): void {
    this.buffer = empty;
    this.position = recordsAt;
    this.count = 0;
    this.firstTimestamp = Number.NaN;
    this.maxTimestamp = Number.NaN;
  }
}

const empty: Buffer = Buffer.alloc(0);
/** The zigzag varint of -1. */
const nullLength = 1;
/** Room for a record's varints: its length, attributes, both deltas, key and value length, and a header count of 0. */
const lengthsBytesMax = 5 + 1 + 10 + 5 + 5 + 5 + 1;
/** The batch length is an int32. */
const batchBytesMax = 0x7fff_ffff;

function checkTimestamp(timestamp: number): void {
  if (Number.isInteger(timestamp) && timestamp < 2 ** 63 && (timestamp >= 0 || timestamp === noTimestamp)) return;
  throw new UnwritableRecordError(
    `A record's timestamp must be a whole number of milliseconds since 1970, or -1 for none, not ${timestamp}`,
  );
}

function headersSizeMax(headers: readonly RecordHeader[]): number {
  let bytes = 5;
  for (let i = 0; i < headers.length; i += 1) {
    const header = headers[i]!;
    bytes += 10 + 3 * header.key.length + (header.value === null ? 0 : header.value.length);
  }
  return bytes;
}

function writeHeaders(buffer: Buffer, start: number, headers: readonly RecordHeader[]): number {
  let at = writeVarint(buffer, start, headers.length);
  for (let i = 0; i < headers.length; i += 1) {
    const { key, value } = headers[i]!;
    const keyBytes = Buffer.byteLength(key);
    at = writeVarint(buffer, at, keyBytes);
    at += buffer.write(key, at, keyBytes, "utf8");
    if (value === null) {
      buffer[at] = nullLength;
      at += 1;
    } else {
      at = writeVarint(buffer, at, value.length);
      buffer.set(value, at);
      at += value.length;
    }
  }
  return at;
}
