import { BatchHeader } from "@millrace/protocol";
import { batchHeaderBytes, headerAt, magicOf } from "./batch-at.ts";
import type { LogStorage } from "./segment-bytes.ts";
import type { ProducerStates } from "./producer-states.ts";
import { Segment } from "./segment.ts";

/** What opening a partition's segments found. */
export interface Recovery {
  /** Ascending, each beginning where the one before ends or later. Empty if there were none. */
  readonly segments: Segment[];
  /** Bytes cut from the end of a segment, since they were no whole, intact batch. */
  readonly bytesCut: number;
  /** Base offsets of segments removed, since they lay behind a cut or a gap. */
  readonly removed: readonly number[];
  /** The cut or gap lies before the recovery point: bytes were lost that had been synced. */
  readonly lostSyncedBytes: boolean;
}

/**
 * Opens all segments, builds their indexes and the producer states from the batch headers. Batches from `recoveryPoint`
 * on, which may not have reached the disk, are checked whole; everything behind the first bad byte, or behind a gap
 * between two segments, is dropped. Kafka's LogLoader does the same.
 */
export function recoverSegments(
  storage: LogStorage,
  recoveryPoint: number,
  indexIntervalBytes: number,
  producers: ProducerStates,
  nowMs: number,
): Recovery {
  const segments: Segment[] = [];
  const removed: number[] = [];
  let bytesCut = 0;
  let cutOffset = Number.NaN;
  for (const baseOffset of storage.list()) {
    const expected = segments.at(-1)?.nextOffset ?? baseOffset;
    const gap = baseOffset < expected || (baseOffset > expected && expected >= recoveryPoint);
    if (!Number.isNaN(cutOffset) || gap) {
      if (Number.isNaN(cutOffset)) cutOffset = expected;
      storage.remove(baseOffset);
      removed.push(baseOffset);
      continue;
    }
    const segment = new Segment(baseOffset, storage.open(baseOffset), indexIntervalBytes);
    const end = walk(segment, recoveryPoint, producers, nowMs);
    if (end < segment.sizeBytes) {
      cutOffset = segment.nextOffset;
      bytesCut = segment.sizeBytes - end;
      segment.bytes.truncate(end);
    }
    segments.push(segment);
  }
  return { segments, bytesCut, removed, lostSyncedBytes: cutOffset < recoveryPoint };
}

/** Takes the segment's batches into its index; returns where the intact ones end. */
function walk(segment: Segment, recoveryPoint: number, producers: ProducerStates, nowMs: number): number {
  const { bytes } = segment;
  const header = new BatchHeader();
  let position = 0;
  while (bytes.size - position >= batchHeaderBytes) {
    const sizeBytes = headerAt(header, bytes.view(position, batchHeaderBytes));
    if (magicOf(header) !== 2 || sizeBytes < batchHeaderBytes || position + sizeBytes > bytes.size) break;
    if (header.baseOffset < segment.nextOffset || header.lastOffsetDelta < 0) break;
    if (header.lastOffset >= recoveryPoint) {
      headerAt(header, bytes.view(position, sizeBytes));
      if (!header.isCrcValid) break;
    }
    segment.include(header, position);
    rememberProducer(header, producers, nowMs);
    position += sizeBytes;
  }
  return position;
}

/** Takes the sequence of a batch into the producer states. */
export function rememberProducer(header: BatchHeader, producers: ProducerStates, nowMs: number): void {
  const { producerId, baseOffset } = header;
  if (producerId < 0 || header.isControl) return;
  producers.update(
    producerId,
    header.producerEpoch,
    {
      firstSequence: header.baseSequence,
      lastSequence: header.lastSequence,
      baseOffset,
      timestampMs: header.maxTimestamp,
    },
    nowMs,
  );
}
