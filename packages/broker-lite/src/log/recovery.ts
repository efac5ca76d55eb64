import { BatchHeader } from "@millrace/protocol";
import { batchHeaderBytes, headerAt, magicOf } from "./batch-at.ts";
import { LeaderEpochs } from "./leader-epochs.ts";
import { decodeSnapshot } from "./producer-snapshot.ts";
import { ProducerStates } from "./producer-states.ts";
import { snapshotName } from "./segment-bytes.ts";
import type { LogStorage } from "./segment-bytes.ts";
import { Segment } from "./segment.ts";

/** Kafka's name for the file of a partition's leader epochs. */
export const leaderEpochsFile = "leader-epoch-checkpoint";

/** Facts about a log that are known before it is opened. */
export interface LogCheckpoint {
  /** Everything below was synced. */
  readonly recoveryPoint: number;
  readonly logStartOffset: number;
  /** The log was closed in good order, so that its index files are whole. Default false. */
  readonly closedCleanly?: boolean;
}

/** Findings from opening a partition's segments. */
export interface Recovery {
  /** Ascending, each beginning where the one before ends or later. Empty if there were none. */
  readonly segments: Segment[];
  readonly producers: ProducerStates;
  readonly epochs: LeaderEpochs;
  /** Segments whose index files must be synced, since they were damaged. */
  readonly repaired: readonly Segment[];
  /** Segments whose batches were walked; the indexes of the others were trusted. */
  readonly walkedCount: number;
  /** Bytes cut from the end of a segment, since they were no whole, intact batch. */
  readonly bytesCut: number;
  /** Base offsets of segments removed, since they lay behind a cut or a gap. */
  readonly removed: readonly number[];
  /** The cut or gap lies before the recovery point: bytes were lost that had been synced. */
  readonly lostSyncedBytes: boolean;
}

/**
 * Opens all segments. Those that were sealed and synced, and after a clean shutdown all, are taken as their index files
 * tell; the batch headers of the others are walked, which builds their indexes, the producer states and the leader epochs.
 * Batches from the recovery point on, which may not have reached the disk, are checked whole; everything behind the first
 * bad byte, or behind a gap between two segments, is dropped. Kafka's LogLoader does the same.
 */
export function recoverSegments(
  storage: LogStorage,
  checkpoint: LogCheckpoint,
  indexIntervalBytes: number,
  nowMs: number,
): Recovery {
  const { recoveryPoint, closedCleanly = false } = checkpoint;
  const { producers, snapshotOffset } = newestSnapshot(storage, recoveryPoint, nowMs);
  const epochs = LeaderEpochs.decode(storage.readFile(leaderEpochsFile)?.toString("utf8") ?? "");
  const walk: Walk = { recoveryPoint, producers, snapshotOffset, epochs, nowMs };
  const baseOffsets = storage.list();
  const segments: Segment[] = [];
  const walked = new Set<Segment>();
  const removed: number[] = [];
  let bytesCut = 0;
  let cutOffset = Number.NaN;
  for (const [i, baseOffset] of baseOffsets.entries()) {
    const expected = segments.at(-1)?.nextOffset ?? baseOffset;
    const gap = baseOffset < expected || (baseOffset > expected && expected >= recoveryPoint);
    if (!Number.isNaN(cutOffset) || gap) {
      if (Number.isNaN(cutOffset)) cutOffset = expected;
      storage.remove(baseOffset);
      removed.push(baseOffset);
      continue;
    }
    const segment = new Segment(baseOffset, storage.open(baseOffset), indexIntervalBytes);
    segment.appendedMs = nowMs;
    segments.push(segment);
    // A recovery point within the next segment was reached by a sync after this one was sealed.
    const next = baseOffsets[i + 1] ?? Infinity;
    const end = next === Infinity ? recoveryPoint : next;
    if ((closedCleanly || next < recoveryPoint) && end <= snapshotOffset && segment.loadIndexes()) continue;
    walked.add(segment);
    const intactBytes = walkSegment(segment, walk);
    if (intactBytes < segment.sizeBytes) {
      cutOffset = segment.nextOffset;
      bytesCut = segment.sizeBytes - intactBytes;
      segment.bytes.truncate(intactBytes);
    }
  }
  const endOffset = segments.at(-1)?.nextOffset ?? 0;
  if (endOffset < snapshotOffset) {
    // The disk lost bytes that the snapshot tells of.
    for (const { bytes } of segments) bytes.close();
    for (const offset of storage.listSnapshots()) storage.removeSnapshot(offset);
    return { ...recoverSegments(storage, checkpoint, indexIntervalBytes, nowMs), bytesCut, removed, lostSyncedBytes: true };
  }
  epochs.cut(endOffset);
  dropSnapshots(storage, segments);
  const repaired = [...walked].filter((segment) => segment.repairIndexes(segment !== segments.at(-1)));
  const lostSyncedBytes = cutOffset < recoveryPoint;
  return { segments, producers, epochs, repaired, walkedCount: walked.size, bytesCut, removed, lostSyncedBytes };
}

/** The newest snapshot of which every batch it covers is sure to be there; else none, as if at offset 0 or the first batch. */
function newestSnapshot(
  storage: LogStorage,
  recoveryPoint: number,
  nowMs: number,
): { producers: ProducerStates; snapshotOffset: number } {
  for (const offset of storage.listSnapshots().reverse()) {
    if (offset > recoveryPoint) continue;
    const producers = decodeSnapshot(storage.readFile(snapshotName(offset)) ?? Buffer.alloc(0), nowMs);
    if (producers !== null) return { producers, snapshotOffset: offset };
  }
  return { producers: new ProducerStates(), snapshotOffset: -1 };
}

/** Snapshots are kept where segments begin; one from a close would soon be about a past that has gone on differently. */
function dropSnapshots(storage: LogStorage, segments: readonly Segment[]): void {
  const kept = new Set(segments.map(({ baseOffset }) => baseOffset));
  for (const offset of storage.listSnapshots()) if (!kept.has(offset)) storage.removeSnapshot(offset);
}

interface Walk {
  readonly recoveryPoint: number;
  readonly producers: ProducerStates;
  /** The producer states know the batches below. */
  readonly snapshotOffset: number;
  readonly epochs: LeaderEpochs;
  readonly nowMs: number;
}

/** Takes the segment's batches into its index; returns where the intact ones end. */
function walkSegment(segment: Segment, { recoveryPoint, producers, snapshotOffset, epochs, nowMs }: Walk): number {
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
    epochs.note(header.leaderEpoch, header.baseOffset);
    if (header.baseOffset >= snapshotOffset) rememberProducer(header, producers, nowMs);
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
