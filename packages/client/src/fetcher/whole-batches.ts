import { BatchHeader, CorruptBatchError, UnsupportedMagicError } from "@millrace/protocol";

import { reason } from "../errors.ts";

export type ScanResult =
  | {
      readonly kind: "batches";
      /** Where the last whole batch ends; a broker may cut the one after it. */
      readonly end: number;
      /** One after the last record of the last whole batch; NaN: there is no whole batch. */
      readonly nextOffset: number;
    }
  | { readonly kind: "corrupt"; readonly detail: string };

/** Moved along, not recreated: a scan is synchronous. */
const header = new BatchHeader();

/** Walks the headers of record batches, without a look at the records. */
export function scanBatches(records: Buffer): ScanResult {
  let end = 0;
  let nextOffset = Number.NaN;
  try {
    for (let at = header.open(records, 0); at >= 0; at = header.open(records, at)) {
      end = at;
      nextOffset = header.lastOffset + 1;
    }
  } catch (error) {
    if (error instanceof CorruptBatchError || error instanceof UnsupportedMagicError)
      return { kind: "corrupt", detail: reason(error) };
    throw error;
  }
  return { kind: "batches", end, nextOffset };
}
