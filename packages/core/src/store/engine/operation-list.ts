import { copyBytes, type Slice } from "../../serde/slice.ts";
import type { Checkpoint, EngineBatch, EngineSpace } from "./engine.ts";

const kind = { put: 0, delete: 1, deleteRange: 2, checkpoint: 3 } as const;

/** Capacity in bytes that is kept for the next batch; a larger one is released after its batch. */
const keptBytesMax = 4 * 1024 * 1024;
const columnsMin = 64;

/** Takes a batch's operations in the order in which they were collected. Its bytes last as long as a call. */
export interface OperationTarget<Space> {
  /** Sets a key's value; both lie in `bytes`. */
  put(space: Space, bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void;
  /** Deletes a key that lies in `bytes`. */
  delete(space: Space, bytes: Buffer, keyStart: number, keyEnd: number): void;
  /** Deletes `from <= key < to` (null: open). */
  deleteRange(space: Space, from: Uint8Array | null, to: Uint8Array | null): void;
  /** Sets the space's checkpoint; null: it has none any more. */
  checkpoint(space: Space, checkpoint: Checkpoint | null): void;
}

type Range = readonly [from: Uint8Array | null, to: Uint8Array | null];

/** For engines: a batch as bytes one after the other, and per operation its kind, its space and two lengths: no object per operation. */
export class OperationList<Space extends EngineSpace> implements EngineBatch {
  bytes: number = 0;
  /** Number of ranges to delete. */
  ranges: number = 0;
  #buffer: Buffer = Buffer.allocUnsafeSlow(4096);
  #count = 0;
  #kinds: Uint8Array = new Uint8Array(columnsMin);
  #keyLengths: Int32Array = new Int32Array(columnsMin);
  #valueLengths: Int32Array = new Int32Array(columnsMin);
  readonly #spaces: Space[] = [];
  /** Ranges and checkpoints, in order. */
  readonly #others: (Range | Checkpoint | null)[] = [];

  put(space: EngineSpace, key: Uint8Array, value: Uint8Array): void {
    this.#put(space, key, 0, key.length, value, 0, value.length);
  }

  putSlice(space: EngineSpace, key: Slice, value: Slice): void {
    this.#put(space, key.buffer, key.start, key.end, value.buffer, value.start, value.end);
  }

  delete(space: EngineSpace, key: Uint8Array): void {
    this.#delete(space, key, 0, key.length);
  }

  deleteSlice(space: EngineSpace, key: Slice): void {
    this.#delete(space, key.buffer, key.start, key.end);
  }

  deleteRange(space: EngineSpace, from: Uint8Array | null, to: Uint8Array | null): void {
    this.#others.push([from === null ? null : Uint8Array.from(from), to === null ? null : Uint8Array.from(to)]);
    this.#add(kind.deleteRange, space, 0, 0);
    this.ranges += 1;
  }

  checkpoint(space: EngineSpace, checkpoint: Checkpoint | null): void {
    this.#others.push(checkpoint);
    this.#add(kind.checkpoint, space, 0, 0);
  }

  clear(): void {
    this.bytes = 0;
    this.ranges = 0;
    this.#count = 0;
    this.#spaces.length = 0;
    this.#others.length = 0;
    if (this.#buffer.length > keptBytesMax) this.#buffer = Buffer.allocUnsafeSlow(keptBytesMax);
  }

  /** Hands all operations to `target`, in the order in which they were collected; the list keeps them. */
  replay(target: OperationTarget<Space>): void {
    const buffer = this.#buffer;
    let at = 0;
    let other = 0;
    for (let i = 0; i < this.#count; i += 1) {
      const space = this.#spaces[i]!;
      const valueAt = at + this.#keyLengths[i]!;
      const end = valueAt + this.#valueLengths[i]!;
      switch (this.#kinds[i]!) {
        case kind.put:
          target.put(space, buffer, at, valueAt, valueAt, end);
          break;
        case kind.delete:
          target.delete(space, buffer, at, valueAt);
          break;
        case kind.deleteRange: {
          const [from, to] = this.#others[other++] as Range;
          target.deleteRange(space, from, to);
          break;
        }
        default:
          target.checkpoint(space, this.#others[other++] as Checkpoint | null);
      }
      at = end;
    }
  }

  #put(
    space: EngineSpace,
    keys: Uint8Array,
    keyStart: number,
    keyEnd: number,
    values: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    this.#reserve(keyEnd - keyStart + valueEnd - valueStart);
    const valueAt = copyBytes(keys, keyStart, keyEnd, this.#buffer, this.bytes);
    this.bytes = copyBytes(values, valueStart, valueEnd, this.#buffer, valueAt);
    this.#add(kind.put, space, keyEnd - keyStart, valueEnd - valueStart);
  }

  #delete(space: EngineSpace, keys: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    this.bytes = copyBytes(keys, start, end, this.#buffer, this.bytes);
    this.#add(kind.delete, space, end - start, 0);
  }

  #add(operation: number, space: EngineSpace, keyLength: number, valueLength: number): void {
    const i = this.#count;
    if (i === this.#kinds.length) this.#growColumns();
    this.#kinds[i] = operation;
    this.#keyLengths[i] = keyLength;
    this.#valueLengths[i] = valueLength;
    this.#spaces[i] = space as Space;
    this.#count = i + 1;
  }

  #reserve(size: number): void {
    if (this.bytes + size <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.bytes + size));
    this.#buffer.copy(larger, 0, 0, this.bytes);
    this.#buffer = larger;
  }

  #growColumns(): void {
    const size = this.#kinds.length * 2;
    const kinds = new Uint8Array(size);
    const keyLengths = new Int32Array(size);
    const valueLengths = new Int32Array(size);
    kinds.set(this.#kinds);
    keyLengths.set(this.#keyLengths);
    valueLengths.set(this.#valueLengths);
    this.#kinds = kinds;
    this.#keyLengths = keyLengths;
    this.#valueLengths = valueLengths;
  }
}
