import { BatchHeader, batchLayout } from "@millrace/protocol";

const { lengthAt, lengthOverheadBytes, magicAt, recordsAt } = batchLayout;
/** The bytes of a record batch before its records. */
export const batchHeaderBytes: number = recordsAt;

/**
 * Moves `header` to the batch at the start of `view`, of which no more than the header need be there; nothing is checked.
 * Returns the batch's size.
 */
export function headerAt(header: BatchHeader, view: Buffer): number {
  header.buffer = view;
  header.start = 0;
  header.end = view.readInt32BE(lengthAt) + lengthOverheadBytes;
  return header.end;
}

/** The version of the record format; only 2 is kept. */
export function magicOf(header: BatchHeader): number {
  return header.buffer[header.start + magicAt]!;
}
