import { BatchHeader, batchLayout, CorruptBatchError, UnsupportedMagicError } from "@millrace/protocol";

import { reason } from "../errors.ts";

export type ScanResult =
  | {
      readonly kind: "batches";
      /** Position behind the last batch to hand over. */
      readonly end: number;
      /** Offset of the next fetch: beyond the offset of this one, and never beyond a record behind these batches. */
      readonly nextOffset: number;
      /** Number of records in these batches, as their headers say. */
      readonly recordCount: number;
    }
  /** The first batch is damaged, so the begin of the next one is unknown. Another answer may tell it. */
  | {
      readonly kind: "doubtful";
      readonly detail: string;
      /** Extra bytes that the next answer should hold, so that there is a batch behind this one; 0: this batch is not whole. */
      readonly bytes: number;
    }
  | { readonly kind: "corrupt"; readonly detail: string };

/** Advice for a batch without a known end. */
export const noWayBehind: string =
  "where the next record batch begins is not known, so no setting leads behind it: repair the log, or go on from a later " +
  "offset (commit it for the group)";

/** Room for the batch behind a damaged one. Brokers accept 1 MiB by default (`message.max.bytes`). */
const nextBatchBytes = 2 * 1024 * 1024;

/** Reused for all scans, since a scan is synchronous. */
const header = new BatchHeader();
const previous = new BatchHeader();

const { lengthAt, lengthOverheadBytes } = batchLayout;

/**
 * Walks the headers of record batches; it does not read the records. A broker may cut off the last batch, but sends the first one
 * whole (KIP-74).
 *
 * The reader of a batch verifies its checksum. The header of the last batch decides the offset of the next fetch, though, and
 * damage there must not make the fetch skip records: see {@link endOfLast}.
 */
export function scanBatches(records: Buffer, fetchOffset: number, highWatermark: number): ScanResult {
  let end = 0;
  let recordCount = 0;
  try {
    for (let at = header.open(records, 0); at >= 0; at = header.open(records, at)) {
      if (end > 0 && !isAscending()) return notAscending();
      end = at;
      recordCount += Math.max(0, header.count);
      previous.buffer = records;
      previous.start = header.start;
      previous.end = at;
    }
  } catch (error) {
    if (!(error instanceof CorruptBatchError || error instanceof UnsupportedMagicError)) throw error;
    // Hand over the batches before it first. The next fetch begins at the damage, and reports its place.
    if (end === 0) return { kind: "corrupt", detail: damageOf(error) };
  }
  if (end === 0) return { kind: "doubtful", detail: noWholeBatch(records), bytes: 0 };
  return afterLast(records, end, recordCount, fetchOffset, highWatermark);
}

function damageOf(error: CorruptBatchError | UnsupportedMagicError): string {
  if (error instanceof UnsupportedMagicError) return reason(error);
  return `the record batch at offset ${error.baseOffset} is damaged: ${error.reason}; ${noWayBehind}`;
}

function afterLast(records: Buffer, end: number, recordCount: number, fetchOffset: number, highWatermark: number): ScanResult {
  const { start, baseOffset, lastOffset, count } = previous;
  const nextOffset = endOfLast(records, end, highWatermark);
  if (nextOffset > fetchOffset) return { kind: "batches", end, nextOffset, recordCount };
  // At the begin of the next answer, a batch may follow it.
  if (start > 0 && baseOffset > fetchOffset)
    return { kind: "batches", end: start, nextOffset: baseOffset, recordCount: recordCount - Math.max(0, count) };
  const detail =
    `the header of the record batch at offset ${baseOffset} is damaged (its last offset is ${lastOffset}, its number of records ` +
    `${count}), and nothing follows it; ${noWayBehind}`;
  return { kind: "doubtful", detail, bytes: end - start + nextBatchBytes };
}

/**
 * Offset after the last whole batch, or less if its header is damaged; NaN: unknown.
 *
 * In most batches the last offset and the number of records confirm each other. Compaction leaves fewer records; then the
 * checksum decides. If the checksum is wrong, the end of the log or the next batch may tell the offset.
 */
function endOfLast(records: Buffer, end: number, highWatermark: number): number {
  const { baseOffset, lastOffsetDelta, count } = previous;
  const offsetCount = lastOffsetDelta + 1;
  if (offsetCount > 0 && offsetCount === count) return baseOffset + offsetCount;
  // There are more records than offsets, so damage changed one of the two. The smaller one skips no record.
  if (offsetCount <= 0 || offsetCount < count) return baseOffset + Math.max(1, offsetCount);
  if (previous.isCrcValid || baseOffset + offsetCount === highWatermark) return baseOffset + offsetCount;
  if (count > 0 && baseOffset + count === highWatermark) return highWatermark;
  const cutBaseOffset = end + lengthAt <= records.length ? Number(records.readBigInt64BE(end)) : Number.NaN;
  return cutBaseOffset > baseOffset && cutBaseOffset <= highWatermark ? cutBaseOffset : Number.NaN;
}

/**
 * Tells if the batch can follow the previous one. A damaged previous batch may seem to end too late; its reader reports that.
 *
 * No checksum covers the base offset, which brokers set after producers have computed it. A gap is legal, because compaction leaves
 * gaps. So a damaged base offset that still ascends is not noticed: its records get other offsets, as in Java's consumer.
 */
function isAscending(): boolean {
  if (header.baseOffset > previous.lastOffset) return true;
  return header.baseOffset > previous.baseOffset && !previous.isCrcValid;
}

function notAscending(): ScanResult {
  const detail = `the record batch at offset ${header.baseOffset} follows one that ends at offset ${previous.lastOffset}; repair the log`;
  return { kind: "corrupt", detail };
}

function noWholeBatch(records: Buffer): string {
  const claim =
    records.length < lengthOverheadBytes
      ? ""
      : ` (the first one says that it has ${lengthOverheadBytes + records.readInt32BE(lengthAt)} bytes)`;
  return `the ${records.length} bytes of the answer hold no whole record batch${claim}; ${noWayBehind}`;
}
