import { batchLayout, codecById, Writer } from "@millrace/protocol";
import type { BatchHeader } from "@millrace/protocol";
import { batchHeaderBytes } from "./batch-at.ts";

const { attributesAt, codecMask, lengthAt, lengthOverheadBytes } = batchLayout;
/** The attributes that a batch keeps when it is written anew. */
const keptAttributes = 0x18;
const int32BytesMax = 5;
const int64BytesMax = 10;
/** A length beyond it overflows in Java. */
const recordBytesMax = 0x7fff_ffff - int32BytesMax;

/**
 * Writes the batch that `header` stands at anew: its records numbered 0, 1, 2 and so on, compressed by the codec. Nothing else of
 * them changes, not a byte. `header` stands at the new batch afterwards.
 *
 * @param records the records, decompressed if they were compressed; for a plain batch the buffer of the batch
 */
export function rewriteBatch(header: BatchHeader, records: Buffer, codecId: number, level: number | undefined): void {
  const renumbered = renumber(header, records);
  if (renumbered !== null) replace(header, renumbered, codecId, level);
}

/**
 * Writes a compressed batch anew whose only fault is that records lie about their lengths; false if there are others. Apache
 * Kafka does not look at those lengths: it keeps such a batch, and no consumer can read it.
 */
export function rewriteMislabelled(header: BatchHeader, records: Buffer): boolean {
  const renumbered = renumber(header, records);
  if (renumbered === null) return false;
  replace(header, renumbered, header.codecId, undefined);
  return true;
}

function replace(header: BatchHeader, records: Buffer, codecId: number, level: number | undefined): void {
  const body = codecId === 0 ? records : codecById(codecId).compress(records, level);
  const batch = Buffer.allocUnsafe(batchHeaderBytes + body.length);
  header.buffer.copy(batch, 0, header.start, header.start + batchHeaderBytes);
  batch.set(body, batchHeaderBytes);
  batch.writeInt32BE(batch.length - lengthOverheadBytes, lengthAt);
  batch.writeInt16BE((header.attributes & keptAttributes) | (codecId & codecMask), attributesAt);
  header.open(batch);
  header.writeCrc();
}

/** The records with the right numbers and lengths; null if they do not end where the last of them does, or miss a part. */
function renumber(header: BatchHeader, records: Buffer): Buffer | null {
  const isPlain = header.codecId === 0;
  const parts = new RecordParts(records, isPlain ? header.start + batchHeaderBytes : 0, isPlain ? header.end : records.length);
  const written = new Writer(records.length);
  for (let number = 0; number < header.count; number += 1) {
    if (!parts.next()) return null;
    const { timestampAt, offsetAt, fieldsAt, end } = parts;
    const offset = new Writer(int32BytesMax);
    offset.varint(number);
    written.varint(1 + (offsetAt - timestampAt) + offset.length + (end - fieldsAt));
    written.int8(0);
    written.raw(records.subarray(timestampAt, offsetAt));
    written.raw(offset.toBuffer());
    written.raw(records.subarray(fieldsAt, end));
  }
  return parts.isAtEnd ? written.toBuffer() : null;
}

/** Finds the parts of one record after the other by what each part says of itself. The record's own length field is ignored. */
class RecordParts {
  timestampAt = 0;
  offsetAt = 0;
  /** Position of the key's length and all that follows. */
  fieldsAt = 0;
  end = 0;
  readonly #buffer: Buffer;
  readonly #limit: number;
  #at: number;

  constructor(buffer: Buffer, start: number, limit: number) {
    this.#buffer = buffer;
    this.#at = start;
    this.#limit = limit;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#limit;
  }

  /** Moves to the next record. False if there is no whole one. */
  next(): boolean {
    const length = this.#varint();
    if (!(length >= 0 && length <= recordBytesMax)) return false;
    this.timestampAt = this.#at += 1;
    if (!this.#skipInteger(int64BytesMax)) return false;
    this.offsetAt = this.#at;
    if (!this.#skipInteger(int32BytesMax)) return false;
    this.fieldsAt = this.#at;
    if (!this.#skipBytes() || !this.#skipBytes()) return false;
    const headers = this.#varint();
    if (!(headers >= 0)) return false;
    for (let header = 0; header < headers; header += 1) {
      const start = this.#at;
      if (!(this.#varint() >= 0)) return false;
      this.#at = start;
      if (!this.#skipBytes() || !this.#skipBytes()) return false;
    }
    this.end = this.#at;
    return this.end <= this.#limit;
  }

  /** Moves over bytes behind their length; a negative one stands for null. */
  #skipBytes(): boolean {
    const length = this.#varint();
    if (Number.isNaN(length)) return false;
    if (length > 0) this.#at += length;
    return this.#at <= this.#limit;
  }

  #skipInteger(bytesMax: number): boolean {
    for (const end = this.#at + bytesMax; this.#at < end && this.#at < this.#limit;) {
      this.#at += 1;
      if (this.#buffer[this.#at - 1]! < 0x80) return true;
    }
    return false;
  }

  /** NaN if it is cut or too long. */
  #varint(): number {
    const start = this.#at;
    if (!this.#skipInteger(int32BytesMax)) return Number.NaN;
    let zigzag = 0;
    for (let at = start, shift = 0; at < this.#at; at += 1, shift += 7) zigzag |= (this.#buffer[at]! & 0x7f) << shift;
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }
}
