/** Bytes of an entry of the offset index: `int32` offset less base offset, `int32` position. */
const offsetEntryBytes = 8;
/** Bytes of an entry of the time index: `int64` timestamp, `int32` offset less base offset. */
const timeEntryBytes = 12;

/** The two indexes of a segment, by the ends of their files' names. */
export type IndexKind = "index" | "timeindex";

/**
 * A segment's two sparse indexes, with the entries that Kafka writes: once more than `index.interval.bytes` were appended
 * since the last one, a batch gets an entry from its last offset to its position, and one from the largest timestamp so
 * far to the last offset of the batch that holds it. See Kafka's `LogSegment.append`, `OffsetIndex` and `TimeIndex`.
 */
export class SegmentIndex {
  readonly #baseOffset: number;
  readonly #intervalBytes: number;
  readonly #offsets: number[] = [];
  readonly #positions: number[] = [];
  readonly #timestamps: number[] = [];
  readonly #timeOffsets: number[] = [];
  /** The largest timestamp of a record, or -1 while there is none. */
  maxTimestampMs: number = -1;
  /** The last offset of the first batch with that timestamp. */
  #maxTimestampOffset: number;
  #lastIndexedPosition = 0;

  constructor(baseOffset: number, intervalBytes: number) {
    this.#baseOffset = baseOffset;
    this.#maxTimestampOffset = baseOffset;
    this.#intervalBytes = intervalBytes;
  }

  /** Takes a batch that begins at `position`. */
  add(lastOffset: number, maxTimestampMs: number, position: number): void {
    if (maxTimestampMs > this.maxTimestampMs) {
      this.maxTimestampMs = maxTimestampMs;
      this.#maxTimestampOffset = lastOffset;
    }
    if (position - this.#lastIndexedPosition <= this.#intervalBytes) return;
    this.#lastIndexedPosition = position;
    this.#offsets.push(lastOffset);
    this.#positions.push(position);
    this.addNewestTimestamp();
  }

  /** Adds the largest timestamp to the time index, if it is not there yet: a segment that is not written to ends with it. */
  addNewestTimestamp(): void {
    if (this.maxTimestampMs <= (this.#timestamps.at(-1) ?? -1)) return;
    this.#timestamps.push(this.maxTimestampMs);
    this.#timeOffsets.push(this.#maxTimestampOffset);
  }

  /** A position at which a batch begins, such that no batch before it holds `offset` or a later one. */
  positionBefore(offset: number): number {
    const entry = floor(this.#offsets, offset);
    return entry < 0 ? 0 : this.#positions[entry]!;
  }

  /** The last indexed beginning of a batch at `position` or before it, or 0. */
  floorOfPosition(position: number): number {
    const entry = floor(this.#positions, position);
    return entry < 0 ? 0 : this.#positions[entry]!;
  }

  /** A position at which a batch begins, such that no batch before it holds a timestamp of at least `timestampMs`. */
  positionBeforeTimestamp(timestampMs: number): number {
    const entry = floor(this.#timestamps, timestampMs);
    return entry < 0 ? 0 : this.positionBefore(this.#timeOffsets[entry]!);
  }

  /** Position at which the last indexed batch begins, and its last offset; 0 and NaN while there is none. */
  get lastPosition(): number {
    return this.#lastIndexedPosition;
  }

  get lastOffset(): number {
    return this.#offsets.at(-1) ?? Number.NaN;
  }

  /**
   * Takes the entries of the index files of a segment of `sizeBytes`. False if they cannot be right; the index is then
   * of no use.
   */
  decode(offsetEntries: Buffer, timeEntries: Buffer, sizeBytes: number): boolean {
    if (offsetEntries.length % offsetEntryBytes !== 0 || timeEntries.length % timeEntryBytes !== 0) return false;
    for (let at = 0; at < offsetEntries.length; at += offsetEntryBytes) {
      const offset = this.#baseOffset + offsetEntries.readInt32BE(at);
      const position = offsetEntries.readInt32BE(at + 4);
      if (offset < this.#baseOffset || offset <= this.lastOffset) return false;
      if (position <= this.#lastIndexedPosition || position >= sizeBytes) return false;
      this.#offsets.push(offset);
      this.#positions.push(position);
      this.#lastIndexedPosition = position;
    }
    for (let at = 0; at < timeEntries.length; at += timeEntryBytes) {
      const timestampMs = Number(timeEntries.readBigInt64BE(at));
      const offset = this.#baseOffset + timeEntries.readInt32BE(at + 8);
      if (timestampMs <= this.maxTimestampMs || offset < (this.#timeOffsets.at(-1) ?? this.#baseOffset)) return false;
      this.#timestamps.push(timestampMs);
      this.#timeOffsets.push(offset);
      this.maxTimestampMs = timestampMs;
      this.#maxTimestampOffset = offset;
    }
    return true;
  }

  count(kind: IndexKind): number {
    return kind === "index" ? this.#offsets.length : this.#timestamps.length;
  }

  /** The entries from the one numbered `from` on, as the file holds them. */
  encode(kind: IndexKind, from: number): Buffer {
    return kind === "index" ? this.#encodeOffsets(from) : this.#encodeTimes(from);
  }

  #encodeOffsets(from: number): Buffer {
    const bytes = Buffer.allocUnsafe((this.#offsets.length - from) * offsetEntryBytes);
    for (let i = from, at = 0; i < this.#offsets.length; i += 1, at += offsetEntryBytes) {
      bytes.writeInt32BE(this.#offsets[i]! - this.#baseOffset, at);
      bytes.writeInt32BE(this.#positions[i]!, at + 4);
    }
    return bytes;
  }

  #encodeTimes(from: number): Buffer {
    const bytes = Buffer.allocUnsafe((this.#timestamps.length - from) * timeEntryBytes);
    for (let i = from, at = 0; i < this.#timestamps.length; i += 1, at += timeEntryBytes) {
      bytes.writeBigInt64BE(BigInt(this.#timestamps[i]!), at);
      bytes.writeInt32BE(this.#timeOffsets[i]! - this.#baseOffset, at + 8);
    }
    return bytes;
  }
}

/** Bytes of one entry. */
export function entryBytes(kind: IndexKind): number {
  return kind === "index" ? offsetEntryBytes : timeEntryBytes;
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
