import { strict as assert } from "node:assert";
import { Slice } from "../../serde/slice.ts";
import { Acknowledgements } from "./acknowledgements.ts";
import { CommittedPositions } from "./committed-positions.ts";
import type { Checkpoint, Engine, EngineBatch, EngineScan, EngineSpace } from "../engine/engine.ts";
import { MemorySpace } from "../engine/memory-space.ts";
import { Moments } from "./moments.ts";
import { deleteWrite, kindAt, putWrite, rangeDelete, TailLog, valuePrefixBytes } from "./tail-log.ts";
import { isHidden, TailScan, type HiddenRange } from "./tail-scan.ts";
import type { WriteBudget } from "./write-budget.ts";

/** Limits of one batch: together they keep a batch at a few milliseconds. */
const drainBytesMax = 1 << 20;
const drainWritesMax = 1024;
/**
 * Capacity that an empty index keeps for the next writes. Memory of a burst is given back, so that a store does not keep its
 * largest index for ever.
 */
const keptIndexBytesMax = 4 << 20;

/**
 * Writes of a store partition on their way to the engine, in the order of their changelog records. Reads see them before the
 * engine's content. They drain from the front, oldest first, as soon as the broker has their records, and the engine's
 * checkpoint moves with them in the same batch. So the engine's content is the changelog up to its checkpoint, at any time.
 *
 * ```text
 * store ─ put, delete ─▶ [ acknowledged | under way ] ◀─ find, scan
 *                              │ drain
 *                              ▼
 *                       engine + checkpoint
 * ```
 *
 * If another producer also wrote to the changelog, the checkpoint stops advancing: a replay from it gives the content of the
 * changelog. If the changelog has lost records, the checkpoint is removed.
 *
 * If a source topic is the changelog, writes wait for the commit of the offset instead (`CommittedPositions`). While the
 * writes that one commit releases are drained, the engine keeps the earlier checkpoint; a replay from there up to the
 * committed offset gives the content of the later one.
 *
 * It knows bytes, offsets and times, and calls the engine alone.
 */
export class StoreTail {
  readonly #engine: Engine;
  readonly #space: EngineSpace;
  readonly #budget: WriteBudget;
  readonly #log: TailLog = new TailLog();
  /** The latest write of each key: `number(8) ‖ kind(1) ‖ value`. */
  #index: MemorySpace;
  #hasOrder = false;
  #hidden: HiddenRange[] = [];
  #acknowledgements: Acknowledgements = new Acknowledgements(Number.NaN);
  /** null: the store has a changelog of its own. */
  #positions: CommittedPositions | null;
  readonly #batch: EngineBatch;
  readonly #key: Slice = new Slice();
  readonly #value: Slice = new Slice();
  #origin = "";
  /** The checkpoint in the engine; NaN: it has none yet. */
  #offset = Number.NaN;
  #writtenMs = Number.NaN;
  readonly #moments: Moments = new Moments();
  /** Stream time of the last write, in milliseconds. */
  #streamTimeMs = Number.NaN;

  constructor(engine: Engine, space: EngineSpace, budget: WriteBudget, fromSource: boolean) {
    this.#engine = engine;
    this.#space = space;
    this.#budget = budget;
    this.#positions = fromSource ? new CommittedPositions() : null;
    this.#index = new MemorySpace(space.store, space.partition);
    this.#batch = engine.batch();
  }

  /** Writes that are not in the engine. */
  get pending(): number {
    return this.#log.end - this.#log.first;
  }

  /** Memory that finds pending writes by their keys, with what is kept of it while there are none. */
  get indexBytes(): number {
    return this.#index.bytes;
  }

  /** True if the store's source topic is its changelog. */
  get fromSource(): boolean {
    return this.#positions !== null;
  }

  /** Looks a key up as an engine space does: pending writes first, then the engine. */
  find(key: Slice, value: Slice): boolean {
    if (this.#index.count > 0 && this.#index.find(key, value)) {
      if (value.buffer[value.start + kindAt] === deleteWrite) return false;
      value.start += valuePrefixBytes;
      return true;
    }
    if (this.#hidden.length > 0 && isHidden(this.#hidden, key)) return false;
    return this.#space.find(key, value);
  }

  /** Scans like an engine: the scan sees the content of this moment. */
  scan(from: Uint8Array | null, to: Uint8Array | null, reverse: boolean): EngineScan {
    const stored = this.#space.scan(from, to, reverse);
    if (this.#index.count === 0 && this.#hidden.length === 0) return stored;
    this.#hasOrder = true;
    return new TailScan(this.#index.scan(from, to, reverse), stored, [...this.#hidden], reverse);
  }

  /** A record was appended to the changelog; the writes that follow are its. */
  logged(): void {
    this.#acknowledgements.appended += 1;
  }

  /** Adds a write, with the store's stream time after it. */
  put(key: Slice, value: Slice, streamTimeMs: number): void {
    this.#append(putWrite, key, value, streamTimeMs);
  }

  /** Adds a deletion, with the store's stream time after it. */
  delete(key: Slice, streamTimeMs: number): void {
    this.#append(deleteWrite, key, nothing, streamTimeMs);
  }

  /** Deletes `from <= key < to` (null: open). */
  deleteRange(from: Uint8Array | null, to: Uint8Array | null, streamTimeMs: number): void {
    const log = this.#log;
    const bytesBefore = log.bytes;
    const sequence = this.#acknowledgements.appended;
    const number = log.append(rangeDelete, noBytes, 0, 0, noBytes, 0, 0, sequence, streamTimeMs, -1);
    this.#budget.bytes += log.bytes - bytesBefore;
    if (this.#index.count > 0) this.#index.deleteRange(from, to);
    this.#hidden.push({ number, from: copied(from), to: copied(to) });
    this.#streamTimeMs = streamTimeMs;
  }

  /** The engine holds the changelog up to the checkpoint, be it nothing. */
  begin({ origin, offset, streamTimeMs, writtenMs }: Checkpoint): void {
    this.#origin = origin;
    this.#offset = offset;
    this.#streamTimeMs = streamTimeMs;
    this.#writtenMs = writtenMs;
    this.#acknowledgements = new Acknowledgements(offset);
    if (this.#positions !== null) this.#positions = new CommittedPositions();
    this.#moments.reset(writtenMs, this.#log.end);
  }

  /** A batch of the restoration brings the engine to `offset`: puts the checkpoint into it. */
  restored(batch: EngineBatch, offset: number, streamTimeMs: number): void {
    this.begin({ origin: this.#origin, offset, streamTimeMs, writtenMs: this.#writtenMs });
    batch.checkpoint(this.#space, this.#checkpoint(streamTimeMs));
  }

  /** The changelog was read to its end, which it had at this time. */
  complete(timeMs: number): void {
    this.begin({ origin: this.#origin, offset: this.#offset, streamTimeMs: this.#streamTimeMs, writtenMs: timeMs });
  }

  /** A batch of changelog records was acknowledged. `baseOffset` is -1 if the broker does not say. */
  acknowledged(baseOffset: number, count: number): void {
    this.#acknowledgements.add(baseOffset, count);
  }

  /** A batch of changelog records was given up: nothing more may drain. */
  failed(): void {
    this.#acknowledgements.failed = true;
  }

  /** A transaction has ended: its records are acknowledged, and its marker lies behind them in the changelog. */
  transactionEnded(): void {
    this.#acknowledgements.transactionEnded();
  }

  /** The store's caches are flushed, and the position in its source topic is about to be committed. */
  mark(offset: number): void {
    this.#positions?.mark(this.#log.end, offset);
  }

  /** Says that the group has committed this offset of the source topic: writes up to its mark may drain. */
  committed(offset: number): void {
    this.#positions?.committed(offset);
  }

  /**
   * Writes one batch of what may be written.
   *
   * @param nowMs the time; it goes into the checkpoint
   * @param writesMax of the batch, which may be a little larger: a record's writes go together
   * @returns whether there was anything
   */
  drain(nowMs: number, writesMax: number = drainWritesMax): boolean {
    const log = this.#log;
    this.#moments.note(nowMs, log.end);
    const first = log.first;
    const end = this.#batchEnd(writesMax);
    if (end === first) return false;
    for (let number = first; number < end; number += 1) this.#collect(number, end);
    this.#moveCheckpoint(end);
    this.#write();
    this.#forget(first, end);
    this.#assertBounds();
    return true;
  }

  /** Moves the checkpoint past records that left no writes, once everything is drained. */
  finish(nowMs: number): void {
    if (this.pending > 0 || this.#acknowledgements.failed) return;
    this.#moments.note(nowMs, this.#log.end);
    this.#moveCheckpoint(this.#log.end);
    this.#write();
  }

  /** Forgets what is not in the engine. */
  discard(): void {
    this.#budget.bytes -= this.#log.bytes;
    this.#log.dropBelow(this.#log.end);
    this.#index = new MemorySpace(this.#space.store, this.#space.partition);
    this.#hidden = [];
    this.#acknowledgements.failed = true;
  }

  /** Checks every pending write against index, hidden ranges, budget and acknowledgements; for tests. */
  assertConsistent(): void {
    const log = this.#log;
    log.assertConsistent();
    this.#assertBounds();
    const scan = this.#index.scan(null, null, false);
    while (scan.next()) {
      const number = scan.value.buffer.readDoubleLE(scan.value.start);
      assert(number >= log.first && number < log.end && log.next(number) === -1, "the index has the latest write of a key");
      this.#key.set(log.buffer(number), log.keyStart(number), log.keyEnd(number));
      assert(this.#key.copy().equals(scan.key.copy()), "the index finds a write by its key");
    }
    let latest = 0;
    for (let number = log.first; number < log.end; number += 1)
      if (log.kind(number) !== rangeDelete && log.next(number) === -1) latest += 1;
    assert(this.#index.count <= latest, "the index has each pending key once");
    for (const { number } of this.#hidden) assert(log.kind(number) === rangeDelete, "a hidden range is a pending deletion");
  }

  /** Checks what is true between any two calls, without a look at the writes. */
  #assertBounds(): void {
    const log = this.#log;
    log.assertBounds();
    assert(this.#budget.bytes >= log.bytes, "the budget counts what its tails hold");
    assert(this.pending > 0 || (this.#index.count === 0 && this.#hidden.length === 0), "a tail without writes hides nothing");
    this.#acknowledgements.assertBounds();
  }

  #append(kind: number, key: Slice, value: Slice, streamTimeMs: number): void {
    const log = this.#log;
    const found = this.#value;
    const previous = this.#index.find(key, found) ? found.buffer.readDoubleLE(found.start) : -1;
    const bytesBefore = log.bytes;
    const sequence = this.#acknowledgements.appended;
    const number = log.append(
      kind,
      key.buffer,
      key.start,
      key.end,
      value.buffer,
      value.start,
      value.end,
      sequence,
      streamTimeMs,
      previous,
    );
    const keyEnd = log.keyEnd(number);
    this.#index.put(log.buffer(number), log.keyStart(number), keyEnd, keyEnd, log.valueEnd(number));
    this.#budget.bytes += log.bytes - bytesBefore;
    this.#streamTimeMs = streamTimeMs;
  }

  /** The write behind the last one that may go into the next batch. */
  #batchEnd(writesMax: number): number {
    const log = this.#log;
    const positions = this.#positions;
    const { acknowledged, failed } = this.#acknowledgements;
    if (failed) return log.first;
    const last = positions === null ? log.end : positions.end;
    const softEnd = log.first + writesMax;
    let number = log.first;
    for (let bytes = 0; number < last; number += 1) {
      const isWithin = number < softEnd && bytes < drainBytesMax;
      if (positions !== null) {
        if (!isWithin) break;
      } else {
        const sequence = log.sequence(number);
        if (sequence > acknowledged || (!isWithin && sequence !== log.sequence(number - 1))) break;
      }
      bytes += log.valueEnd(number) - log.keyStart(number);
    }
    return number;
  }

  /** Puts a write into the batch, unless the batch holds a later one of the same key. */
  #collect(number: number, end: number): void {
    const log = this.#log;
    const kind = log.kind(number);
    if (kind === rangeDelete) {
      const range = this.#hidden.find((hidden) => hidden.number === number)!;
      this.#batch.deleteRange(this.#space, range.from, range.to);
      return;
    }
    const next = log.next(number);
    if (next >= 0 && next < end) return;
    const buffer = log.buffer(number);
    this.#key.set(buffer, log.keyStart(number), log.keyEnd(number));
    if (kind === deleteWrite) {
      this.#batch.deleteSlice(this.#space, this.#key);
      return;
    }
    this.#value.set(buffer, log.valueStart(number), log.valueEnd(number));
    this.#batch.putSlice(this.#space, this.#key, this.#value);
  }

  /** Everything below `end` is about to be written: puts the checkpoint that this leads to into the batch, if there is one. */
  #moveCheckpoint(end: number): void {
    const writtenMs = this.#moments.lastBefore(end);
    if (this.#acknowledgements.truncated) {
      this.#batch.checkpoint(this.#space, null);
      return;
    }
    const offset = this.#positions === null ? this.#loggedOffset(end) : this.#committedOffset(end);
    if (offset !== offset) return; // NaN
    this.#writtenMs = writtenMs;
    this.#offset = offset;
    const streamTimeMs = end === this.#log.end ? this.#streamTimeMs : this.#log.streamTimeMs(end - 1);
    this.#batch.checkpoint(this.#space, this.#checkpoint(streamTimeMs));
  }

  #loggedOffset(end: number): number {
    const { acknowledged } = this.#acknowledgements;
    const before = end === this.#log.end ? acknowledged : Math.min(acknowledged, this.#log.sequence(end) - 1);
    this.#acknowledgements.forgetBefore(before);
    return this.#acknowledgements.offsetAfter(before);
  }

  #committedOffset(end: number): number {
    const { end: committedEnd, offset } = this.#positions!;
    return end === committedEnd ? offset : Number.NaN;
  }

  #checkpoint(streamTimeMs: number): Checkpoint {
    return { origin: this.#origin, offset: this.#offset, streamTimeMs, writtenMs: this.#writtenMs };
  }

  #write(): void {
    this.#engine.write(this.#batch);
    this.#batch.clear();
  }

  /** Removes writes from the index that the engine has. */
  #forget(first: number, end: number): void {
    const log = this.#log;
    for (let number = first; number < end; number += 1) {
      if (log.kind(number) === rangeDelete || log.next(number) >= 0) continue;
      this.#key.set(log.buffer(number), log.keyStart(number), log.keyEnd(number));
      const { buffer, start, end: keyEnd } = this.#key;
      // a range deletion may have taken the key out of the index, and a later write put it back
      if (this.#index.find(this.#key, this.#value) && this.#value.buffer.readDoubleLE(this.#value.start) === number)
        this.#index.delete(buffer, start, keyEnd);
    }
    const bytesBefore = log.bytes;
    log.dropBelow(end);
    this.#budget.bytes += log.bytes - bytesBefore;
    this.#hidden = this.#hidden.length === 0 ? this.#hidden : this.#hidden.filter(({ number }) => number >= end);
    if (this.#index.count === 0 && (this.#hasOrder || this.#index.bytes > keptIndexBytesMax)) {
      this.#index = new MemorySpace(this.#space.store, this.#space.partition);
      this.#hasOrder = false;
    }
  }
}

const noBytes = Buffer.alloc(0);
const nothing = new Slice();

function copied(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : Uint8Array.from(bytes);
}
