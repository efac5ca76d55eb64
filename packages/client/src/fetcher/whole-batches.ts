import { BatchHeader, CorruptBatchError, UnsupportedMagicError } from "@millrace/protocol";

import { reason } from "../errors.ts";

export type ScanResult =
  | {
      readonly kind: "batches";
      /** Where the last batch to be handed over ends. */
      readonly end: number;
      /** Where to fetch next: never beyond a record that lies behind these batches, and always beyond the fetch. */
      readonly nextOffset: number;
    }
  /** A first batch that is damaged, so that nobody knows where the next one begins; another answer may tell. */
  | {
      readonly kind: "doubtful";
      readonly detail: string;
      /** How much more than usual the next answer should hold, so that there is a batch behind this one; 0: this one is not whole. */
      readonly bytes: number;
    }
  | { readonly kind: "corrupt"; readonly detail: string };

/** What to do where a batch has no known end. */
export const noWayBehind: string =
  "where the next record batch begins is not known, so no setting leads behind it: repair the log, or go on from a later " +
  "offset (commit it for the group)";

/** Room for the batch behind a damaged one. Brokers take 1 MiB by default (`message.max.bytes`). */
const nextBatchBytes = 2 * 1024 * 1024;

/** Moved along, not recreated: a scan is synchronous. */
const header = new BatchHeader();
const previous = new BatchHeader();

const lengthAt = 8;
const lengthOverhead = 12;

/**
 * Walks the headers of record batches, without a look at the records. A broker may cut the last batch, but sends the first one
 * whole (KIP-74).
 *
 * The checksum of a batch is for its reader to verify. But the last one's header says where to go on, and its damage must not
 * make the fetch pass over records: see {@link endOfLast}.
 */
export function scanBatches(records: Buffer, fetchOffset: number, highWatermark: number): ScanResult {
  let end = 0;
  try {
    for (let at = header.open(records, 0); at >= 0; at = header.open(records, at)) {
      if (end > 0 && !isAscending()) return notAscending();
      end = at;
      previous.buffer = records;
      previous.start = header.start;
      previous.end = at;
    }
  } catch (error) {
    if (!(error instanceof CorruptBatchError || error instanceof UnsupportedMagicError)) throw error;
    // What lies before it is handed over first. The next fetch begins with the damage, and tells its place.
    if (end === 0) return { kind: "corrupt", detail: damageOf(error) };
  }
  if (end === 0) return { kind: "doubtful", detail: noWholeBatch(records), bytes: 0 };
  return afterLast(records, end, fetchOffset, highWatermark);
}

function damageOf(error: CorruptBatchError | UnsupportedMagicError): string {
  if (error instanceof UnsupportedMagicError) return reason(error);
  return `the record batch at offset ${error.baseOffset} is damaged: ${error.reason}; ${noWayBehind}`;
}

function afterLast(records: Buffer, end: number, fetchOffset: number, highWatermark: number): ScanResult {
  const { start, baseOffset, lastOffset, count } = previous;
  const nextOffset = endOfLast(records, end, highWatermark);
  if (nextOffset > fetchOffset) return { kind: "batches", end, nextOffset };
  // At the begin of an answer, there may be something behind it.
  if (start > 0 && baseOffset > fetchOffset) return { kind: "batches", end: start, nextOffset: baseOffset };
  const detail =
    `the header of the record batch at offset ${baseOffset} is damaged (its last offset is ${lastOffset}, its number of records ` +
    `${count}), and nothing follows it; ${noWayBehind}`;
  return { kind: "doubtful", detail, bytes: end - start + nextBatchBytes };
}

/**
 * The offset after the last whole batch, or less where its header is damaged; NaN: not known.
 *
 * In most batches the last offset and the number of records confirm each other. Compaction leaves fewer records; then the
 * checksum decides. Where it is wrong, the end of the log or the next batch may tell the offset.
 */
function endOfLast(records: Buffer, end: number, highWatermark: number): number {
  const { baseOffset, lastOffsetDelta, count } = previous;
  const offsetCount = lastOffsetDelta + 1;
  if (offsetCount > 0 && offsetCount === count) return baseOffset + offsetCount;
  // More records than offsets: the damage made one of the two too large or too small, so the smaller one skips nothing.
  if (offsetCount <= 0 || offsetCount < count) return baseOffset + Math.max(1, offsetCount);
  if (previous.isCrcValid || baseOffset + offsetCount === highWatermark) return baseOffset + offsetCount;
  if (count > 0 && baseOffset + count === highWatermark) return highWatermark;
  const cutBaseOffset = end + lengthAt <= records.length ? Number(records.readBigInt64BE(end)) : Number.NaN;
  return cutBaseOffset > baseOffset && cutBaseOffset <= highWatermark ? cutBaseOffset : Number.NaN;
}

/** Whether the batch can follow the previous one. A damaged one may seem to end too late: its reader tells. */
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
    records.length < lengthOverhead
      ? ""
      : ` (the first one says that it has ${lengthOverhead + records.readInt32BE(lengthAt)} bytes)`;
  return `the ${records.length} bytes of the answer hold no whole record batch${claim}; ${noWayBehind}`;
}
