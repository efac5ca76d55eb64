/**
 * Where a segment's bytes lie: in memory or in a file. It knows nothing of batches, except that what is appended by one
 * call can be viewed as one contiguous piece.
 */
export interface SegmentBytes {
  readonly size: number;
  append(batch: Uint8Array): void;
  /** Exactly the bytes `[position, position + length)`, which never change afterwards. */
  read(position: number, length: number): Uint8Array[];
  /**
   * A contiguous piece from `position` on: at least `lengthMin` bytes if the segment has them. Valid until the next call
   * of any method of the same storage.
   */
  view(position: number, lengthMin: number): Buffer;
  truncate(size: number): void;
  /** Resolves once everything appended before the call is on the disk. */
  sync(): Promise<void>;
  close(): void;
}

/** The segments of one partition, named by their base offsets. */
export interface LogStorage {
  /** Whether the bytes outlive the process, so that syncing them means something. */
  readonly durable: boolean;
  /** Base offsets of the segments that are there, ascending. */
  list(): number[];
  open(baseOffset: number): SegmentBytes;
  create(baseOffset: number): SegmentBytes;
  remove(baseOffset: number): void;
  /** Makes creations and removals of segments durable. */
  syncDirectory(): Promise<void>;
}
