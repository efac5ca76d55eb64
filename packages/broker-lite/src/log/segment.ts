import { BatchHeader, CorruptBatchError } from "@millrace/protocol";
import { batchHeaderBytes, headerAt, magicOf } from "./batch-at.ts";
import type { SegmentBytes } from "./segment-bytes.ts";
import { entryBytes, SegmentIndex } from "./segment-index.ts";
import type { IndexKind } from "./segment-index.ts";

/** Everything here is synchronous, so that one header serves all segments. */
const header: BatchHeader = new BatchHeader();

/** A segment that is written to has its index files behind by fewer entries than this, so that not every sync writes them. */
const indexEntriesAtOnce = 64;
const indexKinds: readonly IndexKind[] = ["index", "timeindex"];

/** A run of whole record batches from `baseOffset` on, with its indexes, which are kept in memory and written to files beside it. */
export class Segment {
  readonly baseOffset: number;
  readonly bytes: SegmentBytes;
  /** One more than the last offset. */
  nextOffset: number;
  /** The largest timestamp of the first batch, from which the segment's age counts; NaN while it is empty. */
  firstTimestampMs: number = Number.NaN;
  /** Time at which the last batch was appended or the segment opened: the segment's age if no record has a timestamp. */
  appendedMs: number = Number.NaN;
  readonly #indexIntervalBytes: number;
  #index: SegmentIndex;
  /** Entries that the index files hold. */
  #written: Record<IndexKind, number> = { index: 0, timeindex: 0 };
  /** Work on the index files for the next sync, besides writing new entries. */
  #indexDuty: "none" | "seal" | "replace" = "none";
  /** Offset at which the last read ended: a read that continues there needs no search. */
  #readEndOffset = Number.NaN;
  #readEndPosition = 0;

  constructor(baseOffset: number, bytes: SegmentBytes, indexIntervalBytes: number) {
    this.baseOffset = baseOffset;
    this.nextOffset = baseOffset;
    this.bytes = bytes;
    this.#indexIntervalBytes = indexIntervalBytes;
    this.#index = new SegmentIndex(baseOffset, indexIntervalBytes);
  }

  get sizeBytes(): number {
    return this.bytes.size;
  }

  /** The largest timestamp of a record, or -1 while there is none. */
  get maxTimestampMs(): number {
    return this.#index.maxTimestampMs;
  }

  /** Appends the batch that `batch` stands at, whose whole bytes are there. */
  append(batch: BatchHeader): void {
    const position = this.bytes.size;
    this.bytes.append(batch.buffer.subarray(batch.start, batch.end));
    this.include(batch, position);
  }

  /** Takes a batch that lies at `position` already into the index. */
  include(batch: BatchHeader, position: number): void {
    const timestampMs = batch.maxTimestamp;
    this.#index.add(batch.lastOffset, timestampMs, position);
    if (Number.isNaN(this.firstTimestampMs)) this.firstTimestampMs = timestampMs;
    this.nextOffset = batch.lastOffset + 1;
  }

  /**
   * The position of the batch that contains `offset`, or of the first one after it; -1 if there is none.
   * @throws {CorruptBatchError} when the way there leads over bytes that are no batch
   */
  positionOf(offset: number): number {
    if (offset >= this.nextOffset) return -1;
    if (offset === this.#readEndOffset) return this.#readEndPosition;
    let position = this.#index.positionBefore(offset);
    while (position < this.bytes.size) {
      const sizeBytes = this.#headerAt(position);
      if (header.lastOffset >= offset) return position;
      position += sizeBytes;
    }
    return -1;
  }

  /**
   * Position at which whole batches from `position` on end, within `bytesMax`, but after at least one batch if `atLeastOne`.
   * Whole segments and reads that fit in the limit, the usual cases, do not look at the bytes.
   *
   * @throws {CorruptBatchError} if no batch lies at `position`
   */
  endOfRead(position: number, bytesMax: number, atLeastOne: boolean): number {
    if (this.bytes.size - position <= bytesMax) {
      this.#readEndOffset = this.nextOffset;
      this.#readEndPosition = this.bytes.size;
      return this.bytes.size;
    }
    const limit = position + bytesMax;
    let end = Math.max(this.#index.floorOfPosition(limit), position);
    for (;;) {
      const sizeBytes = sizeAt(this.bytes, end);
      // What lies before the damage can be read.
      if (sizeBytes === 0 && end > position) return end;
      const next = end + (sizeBytes === 0 ? this.#headerAt(end) : sizeBytes);
      if (next > limit && !(atLeastOne && end === position)) {
        this.#readEndOffset = header.baseOffset;
        this.#readEndPosition = end;
        return end;
      }
      end = next;
      if (end >= this.bytes.size) return end;
    }
  }

  /**
   * The position of the first batch at `from` or later that holds a timestamp of at least `timestampMs`; -1 if none does.
   * @throws {CorruptBatchError} when the way there leads over bytes that are no batch
   */
  positionOfTimestamp(timestampMs: number, from: number): number {
    if (timestampMs > this.maxTimestampMs) return -1;
    let position = Math.max(this.#index.positionBeforeTimestamp(timestampMs), from);
    while (position < this.bytes.size) {
      const sizeBytes = this.#headerAt(position);
      if (header.maxTimestamp >= timestampMs) return position;
      position += sizeBytes;
    }
    return -1;
  }

  /** The batch at `position`, whole and contiguous, safe to keep. */
  batchAt(position: number): Buffer {
    const sizeBytes = this.#headerAt(position);
    const pieces = this.bytes.read(position, sizeBytes);
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  /**
   * Takes the index from its files, with a look at the first batch and the last ones only. False if a file is missing or
   * does not fit the batches: then the segment is as it was before, and its batches must be walked.
   */
  loadIndexes(): boolean {
    const offsets = this.bytes.readIndex("index");
    const times = this.bytes.readIndex("timeindex");
    const index = new SegmentIndex(this.baseOffset, this.#indexIntervalBytes);
    if (offsets === null || times === null || !index.decode(offsets, times, this.bytes.size)) return false;
    const written = { index: index.count("index"), timeindex: index.count("timeindex") };
    const newestMs = index.maxTimestampMs;
    let nextOffset = this.baseOffset;
    for (let position = index.lastPosition; position < this.bytes.size;) {
      const sizeBytes = intactHeader(this.bytes, position, nextOffset);
      if (sizeBytes === 0) return false;
      if (position === index.lastPosition && position > 0 && header.lastOffset !== index.lastOffset) return false;
      nextOffset = header.lastOffset + 1;
      index.add(header.lastOffset, header.maxTimestamp, position);
      position += sizeBytes;
    }
    let firstTimestampMs = Number.NaN;
    if (this.bytes.size > 0) {
      if (intactHeader(this.bytes, 0, this.baseOffset) === 0) return false;
      firstTimestampMs = header.maxTimestamp;
    }
    // The files of a segment that is not written to are complete.
    if (index.maxTimestampMs > newestMs || firstTimestampMs > newestMs || index.count("index") !== written.index) return false;
    this.#index = index;
    this.#written = written;
    this.nextOffset = nextOffset;
    this.firstTimestampMs = firstTimestampMs;
    return true;
  }

  /** No more batches come: the time index ends with the largest timestamp, and the next sync includes the index files. */
  seal(): void {
    this.#index.addNewestTimestamp();
    if (this.#indexDuty === "none") this.#indexDuty = "seal";
  }

  /**
   * Sees to it that the index files hold what the walk over the batches gave, if they do not: one was missing or damaged,
   * or has entries of batches that a crash took. Those of a sealed segment are replaced by the next sync; true if there
   * is need of it.
   */
  repairIndexes(sealed: boolean): boolean {
    if (sealed) this.#index.addNewestTimestamp();
    for (const kind of indexKinds) {
      const expected = this.#index.encode(kind, 0);
      this.#written[kind] = this.#index.count(kind);
      if (this.bytes.readIndex(kind)?.equals(expected) === true) continue;
      if (sealed) this.#indexDuty = "replace";
      else this.bytes.rewriteIndex(kind, expected);
    }
    return this.#indexDuty === "replace";
  }

  /** Resolves once all batches are on the disk; of a sealed segment the indexes too. */
  async sync(): Promise<void> {
    const duty = this.#indexDuty;
    this.#indexDuty = "none";
    if (duty === "replace") {
      await Promise.all([
        this.bytes.sync(),
        ...indexKinds.map((kind) => this.bytes.replaceIndex(kind, this.#index.encode(kind, 0))),
      ]);
      return;
    }
    this.#writeIndexes(duty === "seal" ? 1 : indexEntriesAtOnce);
    await (duty === "seal" ? Promise.all([this.bytes.sync(), this.bytes.syncIndexes()]) : this.bytes.sync());
  }

  /** Moves `header` to the batch at `position` and returns its size. The disk may have damaged what was written. */
  #headerAt(position: number): number {
    const sizeBytes = sizeAt(this.bytes, position);
    if (sizeBytes > 0) return sizeBytes;
    const fact = `there is no batch at position ${position} of the segment ${this.baseOffset}`;
    throw new CorruptBatchError("framing", Number.NaN, fact);
  }

  /**
   * Writes new entries to the index files, if there are so many. They need no sync while the segment is written to: a crash
   * has them rebuilt.
   */
  #writeIndexes(entriesMin: number): void {
    for (const kind of indexKinds) {
      const from = this.#written[kind];
      if (this.#index.count(kind) - from < entriesMin) continue;
      this.bytes.writeIndex(kind, from * entryBytes(kind), this.#index.encode(kind, from));
      this.#written[kind] = this.#index.count(kind);
    }
  }
}

/** Moves `header` to the batch at `position` and returns its size; 0 if none can be there. */
function sizeAt(bytes: SegmentBytes, position: number): number {
  if (bytes.size - position < batchHeaderBytes) return 0;
  const sizeBytes = headerAt(header, bytes.view(position, batchHeaderBytes));
  return magicOf(header) !== 2 || sizeBytes < batchHeaderBytes || position + sizeBytes > bytes.size ? 0 : sizeBytes;
}

/**
 * Moves `header` to the batch at `position` and returns its size; 0 if none can be there: its offsets must begin at
 * `offsetMin` or later, and its bytes end with the segment's at the latest.
 */
function intactHeader(bytes: SegmentBytes, position: number, offsetMin: number): number {
  const sizeBytes = sizeAt(bytes, position);
  if (sizeBytes === 0) return 0;
  return header.baseOffset < offsetMin || header.lastOffsetDelta < 0 ? 0 : sizeBytes;
}
