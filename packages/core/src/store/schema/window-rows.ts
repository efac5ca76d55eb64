import { readInt64, writeInt64 } from "@millrace/protocol";
import { Slice } from "../../serde/slice.ts";
import type { EngineScan } from "../engine/engine.ts";
import { compareBytes } from "../engine/memory-space.ts";
import type { EngineRows, ScannedSpace, ScanRange } from "./key-schema.ts";

/** Bytes before the key in the engine, and behind it where the schema is suffixed. */
export const prefixBytes = 8;
export const suffixBytes = 12;

/** Order of windows in the engine, as the schema decides it. */
export interface WindowOrder {
  readonly persistent: boolean;
  readonly suffixed: boolean;
  prefixOf(startMs: number): number;
}

/** The windows of a range that the engine holds, in the order of the store's kind. */
export class WindowRows implements EngineRows {
  readonly key: Slice = new Slice();
  value: Slice = new Slice();
  windowStartMs: number = Number.NaN;
  readonly #layout: WindowOrder;
  readonly #range: ScanRange;
  readonly #scans: readonly EngineScan[];
  #at = 0;
  #engineKey: Slice = new Slice();

  /** @param range `fromMs` is not below what the store's stream time lets live */
  constructor(space: ScannedSpace, layout: WindowOrder, range: ScanRange, streamTimeMs: number, reverse: boolean) {
    this.#layout = layout;
    this.#range = range;
    if (range.toMs < range.fromMs) this.#scans = [];
    else if (layout.persistent) this.#scans = segmentScans(space, layout, range, streamTimeMs, reverse);
    else if (range.keyFrom !== null && range.keyTo !== null && range.keyFrom.equals(range.keyTo)) {
      this.#scans = keyScans(space, layout, range, range.keyFrom, reverse);
    } else {
      this.#scans = [space.scan(int64Bytes(Math.max(0, range.fromMs)), beyond(range.toMs), reverse)];
    }
  }

  next(): boolean {
    while (this.#at < this.#scans.length) {
      const scan = this.#scans[this.#at]!;
      while (scan.next()) {
        if (this.#accepts(scan)) return true;
      }
      this.#at += 1;
    }
    return false;
  }

  name(): string {
    const { buffer, start, end } = this.#engineKey;
    const text = buffer.toString("latin1", start, end);
    return this.#layout.suffixed ? text : `${text}${text.slice(0, prefixBytes)}\0\0\0\0`;
  }

  close(): void {
    this.#at = this.#scans.length;
    for (const scan of this.#scans) scan.close();
  }

  #accepts(scan: EngineScan): boolean {
    const { buffer, start, end } = scan.key;
    const keyEnd = this.#layout.suffixed ? end - suffixBytes : end;
    const windowStartMs = readInt64(buffer, this.#layout.suffixed ? keyEnd : start);
    const { keyFrom, keyTo, fromMs, toMs } = this.#range;
    if (windowStartMs < fromMs || windowStartMs > toMs) return false;
    const keyStart = start + prefixBytes;
    if (keyFrom !== null && compareBytes(buffer, keyStart, keyEnd - keyStart, keyFrom, 0, keyFrom.length) < 0) return false;
    if (keyTo !== null && compareBytes(buffer, keyStart, keyEnd - keyStart, keyTo, 0, keyTo.length) > 0) return false;
    this.#engineKey = scan.key;
    this.key.set(buffer, keyStart, keyEnd);
    this.value = scan.value;
    this.windowStartMs = windowStartMs;
    return true;
  }
}

/** One scan for each segment that the range touches; segments are few, since expired ones are gone. */
function segmentScans(
  space: ScannedSpace,
  layout: WindowOrder,
  range: ScanRange,
  streamTimeMs: number,
  reverse: boolean,
): EngineScan[] {
  const scans: EngineScan[] = [];
  const first = layout.prefixOf(Math.max(0, range.fromMs));
  const last = layout.prefixOf(Math.min(range.toMs, Math.max(0, streamTimeMs)));
  const single = range.keyFrom !== null && range.keyTo !== null && range.keyFrom.equals(range.keyTo);
  for (let segment = first; segment <= last; segment += 1) {
    const prefix = int64Bytes(segment);
    const from =
      range.keyFrom === null
        ? prefix
        : Buffer.concat([prefix, range.keyFrom, int64Bytes(single ? Math.max(0, range.fromMs) : 0), Buffer.alloc(4)]);
    // the sequence number's largest value, and one byte more: the engine's end is exclusive
    const to =
      range.keyTo === null
        ? int64Bytes(segment + 1)
        : Buffer.concat([prefix, range.keyTo, int64Bytes(range.toMs), Buffer.of(0x7f, 0xff, 0xff, 0xff, 0)]);
    scans.push(space.scan(from, to, reverse));
  }
  return reverse ? scans.toReversed() : scans;
}

/** The in-memory kind has the start first: one short scan for each start that there is. */
function keyScans(space: ScannedSpace, layout: WindowOrder, range: ScanRange, key: Buffer, reverse: boolean): EngineScan[] {
  const scans: EngineScan[] = [];
  const end = beyond(range.toMs);
  let from = int64Bytes(Math.max(0, range.fromMs));
  for (;;) {
    const seek = space.scan(from, end, false);
    const startMs = seek.next() ? readInt64(seek.key.buffer, seek.key.start) : Number.NaN;
    seek.close();
    if (Number.isNaN(startMs)) break;
    const prefix = int64Bytes(startMs);
    const exact = Buffer.concat([prefix, key]);
    const [low, high] = layout.suffixed
      ? [Buffer.concat([exact, prefix, Buffer.alloc(4)]), Buffer.concat([exact, prefix, Buffer.of(0x7f, 0xff, 0xff, 0xff, 0)])]
      : [exact, Buffer.concat([exact, Buffer.of(0)])];
    scans.push(space.scan(low, high, reverse));
    from = int64Bytes(startMs + 1);
  }
  return reverse ? scans.toReversed() : scans;
}

/** The least prefix after `startMs`; null if there is none. */
function beyond(startMs: number): Buffer | null {
  return startMs >= Number.MAX_SAFE_INTEGER ? null : int64Bytes(startMs + 1);
}

/** `number(8)`, as text for names, as bytes for bounds. */
export function int64Bytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  writeInt64(bytes, 0, value);
  return bytes;
}
