import type { IndexKind } from "./segment-index.ts";

/**
 * Bytes of a segment, in memory or in a file. It knows nothing of batches, except that the bytes appended by one call can be
 * viewed as one contiguous piece.
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
  /** Content of the index file; null if there is none, or if indexes are not kept. */
  readIndex(kind: IndexKind): Buffer | null;
  /** Writes entries at `position` of the index file. */
  writeIndex(kind: IndexKind, position: number, entries: Uint8Array): void;
  /** Makes these the whole content of the index file. */
  rewriteIndex(kind: IndexKind, entries: Uint8Array): void;
  /** Puts a whole new index file in place of the old one; no crash leaves a part of it. */
  replaceIndex(kind: IndexKind, entries: Uint8Array): Promise<void>;
  /** Resolves once the index files are on the disk as they are now. */
  syncIndexes(): Promise<void>;
  close(): void;
}

/** The segments of one partition, named by their base offsets; creating and removing one includes its indexes. */
export interface LogStorage {
  /** True if the bytes outlive the process, so that syncing them has an effect. */
  readonly durable: boolean;
  /** Base offsets, ascending. */
  list(): number[];
  open(baseOffset: number): SegmentBytes;
  /** An empty segment, in place of whatever had its name. */
  create(baseOffset: number): SegmentBytes;
  /** Removes a closed segment. */
  remove(baseOffset: number): void;
  /** Offsets at which snapshots of the producers were written, ascending. */
  listSnapshots(): number[];
  removeSnapshot(offset: number): void;
  /** A small file beside the segments; null if there is none, or if such are not kept. */
  readFile(name: string): Buffer | null;
  /** Writes such a file whole. A crash before the next `syncDirectory` may take or tear it. */
  writeFile(name: string, bytes: Uint8Array): void;
  /** Resolves once all small files, and all creations and removals, are on the disk. */
  syncDirectory(): Promise<void>;
  /** Gives back what small files hold that were not synced. Segments are closed by whoever opened them. */
  close(): void;
}

/** Kafka's name for the snapshot of the producers at an offset. */
export function snapshotName(offset: number): string {
  return `${offset.toString().padStart(20, "0")}.snapshot`;
}
