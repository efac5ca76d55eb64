import { BatchHeader } from "@millrace/protocol";
import { batchHeaderBytes, headerAt } from "./batch-at.ts";
import type { SegmentBytes } from "./segment-bytes.ts";

/** Everything here is synchronous, so that one header serves all segments. */
const header: BatchHeader = new BatchHeader();

/**
 * A run of whole record batches from `baseOffset` on, with a sparse index in memory from offset, and from the largest
 * timestamp so far, to position.
 */
export class Segment {
  readonly baseOffset: number;
  readonly bytes: SegmentBytes;
  /** One more than the last offset. */
  nextOffset: number;
  /** The largest timestamp of a record, or -1 while there is none. */
  maxTimestampMs: number = -1;
  /** The largest timestamp of the first batch, from which the segment's age counts; NaN while it is empty. */
  firstTimestampMs: number = Number.NaN;
  readonly #indexIntervalBytes: number;
  readonly #indexOffsets: number[] = [];
  readonly #indexPositions: number[] = [];
  /** The largest timestamp before the entry's position. */
  readonly #indexTimestamps: number[] = [];
  /** Where the last read ended: whoever reads on needs no search. */
  #readEndOffset = Number.NaN;
  #readEndPosition = 0;

  constructor(baseOffset: number, bytes: SegmentBytes, indexIntervalBytes: number) {
    this.baseOffset = baseOffset;
    this.nextOffset = baseOffset;
    this.bytes = bytes;
    this.#indexIntervalBytes = indexIntervalBytes;
  }

  get sizeBytes(): number {
    return this.bytes.size;
  }

  /** Appends the batch that `batch` stands at, whose whole bytes are there. */
  append(batch: BatchHeader): void {
    const position = this.bytes.size;
    this.bytes.append(batch.buffer.subarray(batch.start, batch.end));
    this.include(batch, position);
  }

  /** Takes a batch that lies at `position` already into the index. */
  include(batch: BatchHeader, position: number): void {
    const last = this.#indexPositions.length - 1;
    if (last < 0 || position - this.#indexPositions[last]! > this.#indexIntervalBytes) {
      this.#indexOffsets.push(batch.baseOffset);
      this.#indexPositions.push(position);
      this.#indexTimestamps.push(this.maxTimestampMs);
    }
    const timestampMs = batch.maxTimestamp;
    if (Number.isNaN(this.firstTimestampMs)) this.firstTimestampMs = timestampMs;
    if (timestampMs > this.maxTimestampMs) this.maxTimestampMs = timestampMs;
    this.nextOffset = batch.lastOffset + 1;
  }

  /** The position of the batch that contains `offset`, or of the first one after it; -1 if there is none. */
  positionOf(offset: number): number {
    if (offset >= this.nextOffset) return -1;
    if (offset === this.#readEndOffset) return this.#readEndPosition;
    const entry = floor(this.#indexOffsets, offset);
    let position = entry < 0 ? 0 : this.#indexPositions[entry]!;
    while (position < this.bytes.size) {
      const sizeBytes = headerAt(header, this.bytes.view(position, batchHeaderBytes));
      if (header.lastOffset >= offset) return position;
      position += sizeBytes;
    }
    return -1;
  }

  /**
   * Where whole batches from `position` on end, taking at most `bytesMax`; but at least one batch if `atLeastOne`.
   * Whole segments and what fits in the budget, the usual cases, need no look at the bytes.
   */
  endOfRead(position: number, bytesMax: number, atLeastOne: boolean): number {
    if (this.bytes.size - position <= bytesMax) {
      this.#readEndOffset = this.nextOffset;
      this.#readEndPosition = this.bytes.size;
      return this.bytes.size;
    }
    const limit = position + bytesMax;
    const entry = floor(this.#indexPositions, limit);
    let end = Math.max(entry < 0 ? 0 : this.#indexPositions[entry]!, position);
    for (;;) {
      const next = end + headerAt(header, this.bytes.view(end, batchHeaderBytes));
      if (next > limit && !(atLeastOne && end === position)) {
        this.#readEndOffset = header.baseOffset;
        this.#readEndPosition = end;
        return end;
      }
      end = next;
      if (end >= this.bytes.size) return end;
    }
  }

  /** The position of the first batch at `from` or later that holds a timestamp of at least `timestampMs`; -1 if none does. */
  positionOfTimestamp(timestampMs: number, from: number): number {
    if (timestampMs > this.maxTimestampMs) return -1;
    // The last entry before which every timestamp is smaller.
    let entry = this.#indexTimestamps.length - 1;
    while (entry > 0 && this.#indexTimestamps[entry]! >= timestampMs) entry -= 1;
    let position = Math.max(entry < 0 ? 0 : this.#indexPositions[entry]!, from);
    while (position < this.bytes.size) {
      const sizeBytes = headerAt(header, this.bytes.view(position, batchHeaderBytes));
      if (header.maxTimestamp >= timestampMs) return position;
      position += sizeBytes;
    }
    return -1;
  }

  /** The batch at `position`, whole and contiguous, safe to keep. */
  batchAt(position: number): Buffer {
    const sizeBytes = headerAt(header, this.bytes.view(position, batchHeaderBytes));
    const pieces = this.bytes.read(position, sizeBytes);
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }
}

/** The index of the last element of the ascending `values` that is at most `limit`, or -1. */
function floor(values: readonly number[], limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
