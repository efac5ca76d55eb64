import { copyBytes, type Slice } from "../serde/slice.ts";
import type { Checkpoint, Engine, EngineBatch, EngineSpace } from "./engine.ts";
import { asBuffer, MemorySpace } from "./memory-space.ts";

/** An engine without a disk: its content ends with it, and is restored from changelogs. */
export class MemoryEngine implements Engine {
  readonly name = "memory";
  readonly persistent = false;
  readonly #spaces: Map<string, MemorySpace> = new Map();

  space(store: string, partition: number): EngineSpace {
    const id = `${partition} ${store}`;
    let space = this.#spaces.get(id);
    if (space === undefined) {
      space = new MemorySpace(store, partition);
      this.#spaces.set(id, space);
    }
    return space;
  }

  batch(): EngineBatch {
    return new MemoryBatch();
  }

  write(batch: EngineBatch): void {
    (batch as MemoryBatch).apply();
  }

  async close(): Promise<void> {
    this.#spaces.clear();
  }
}

const operation = { put: 0, delete: 1, deleteRange: 2, checkpoint: 3 } as const;

/** Bytes one after the other, and per operation its kind, its space and two lengths. */
class MemoryBatch implements EngineBatch {
  bytes: number = 0;
  #buffer: Buffer = Buffer.allocUnsafeSlow(4096);
  #count = 0;
  #kinds: Uint8Array = new Uint8Array(64);
  #keyLengths: Int32Array = new Int32Array(64);
  #valueLengths: Int32Array = new Int32Array(64);
  readonly #spaces: MemorySpace[] = [];
  /** Of the operations that are neither put nor delete, in order. */
  readonly #others: (readonly [Uint8Array | null, Uint8Array | null] | Checkpoint | null)[] = [];

  put(space: EngineSpace, key: Uint8Array, value: Uint8Array): void {
    this.#put(space, asBuffer(key), 0, key.length, asBuffer(value), 0, value.length);
  }

  putSlice(space: EngineSpace, key: Slice, value: Slice): void {
    this.#put(space, key.buffer, key.start, key.end, value.buffer, value.start, value.end);
  }

  delete(space: EngineSpace, key: Uint8Array): void {
    this.#delete(space, asBuffer(key), 0, key.length);
  }

  deleteSlice(space: EngineSpace, key: Slice): void {
    this.#delete(space, key.buffer, key.start, key.end);
  }

  deleteRange(space: EngineSpace, from: Uint8Array | null, to: Uint8Array | null): void {
    this.#others.push([from === null ? null : Uint8Array.from(from), to === null ? null : Uint8Array.from(to)]);
    this.#add(operation.deleteRange, space, 0, 0);
  }

  checkpoint(space: EngineSpace, checkpoint: Checkpoint | null): void {
    this.#others.push(checkpoint);
    this.#add(operation.checkpoint, space, 0, 0);
  }

  clear(): void {
    this.bytes = 0;
    this.#count = 0;
    this.#spaces.length = 0;
    this.#others.length = 0;
  }

  apply(): void {
    const buffer = this.#buffer;
    let at = 0;
    let other = 0;
    for (let i = 0; i < this.#count; i += 1) {
      const space = this.#spaces[i]!;
      const valueAt = at + this.#keyLengths[i]!;
      const end = valueAt + this.#valueLengths[i]!;
      switch (this.#kinds[i]!) {
        case operation.put:
          space.put(buffer, at, valueAt, valueAt, end);
          break;
        case operation.delete:
          space.delete(buffer, at, valueAt);
          break;
        case operation.deleteRange: {
          const [from, to] = this.#others[other++] as readonly [Uint8Array | null, Uint8Array | null];
          space.deleteRange(from, to);
          break;
        }
        default:
          space.setCheckpoint(this.#others[other++] as Checkpoint | null);
      }
      at = end;
    }
  }

  #put(
    space: EngineSpace,
    keys: Buffer,
    keyStart: number,
    keyEnd: number,
    values: Buffer,
    valueStart: number,
    valueEnd: number,
  ): void {
    const keyLength = keyEnd - keyStart;
    const valueLength = valueEnd - valueStart;
    this.#reserve(keyLength + valueLength);
    const valueAt = copyBytes(keys, keyStart, keyEnd, this.#buffer, this.bytes);
    this.bytes = copyBytes(values, valueStart, valueEnd, this.#buffer, valueAt);
    this.#add(operation.put, space, keyLength, valueLength);
  }

  #delete(space: EngineSpace, keys: Buffer, start: number, end: number): void {
    this.#reserve(end - start);
    this.bytes = copyBytes(keys, start, end, this.#buffer, this.bytes);
    this.#add(operation.delete, space, end - start, 0);
  }

  #add(kind: number, space: EngineSpace, keyLength: number, valueLength: number): void {
    const i = this.#count;
    if (i === this.#kinds.length) this.#growColumns();
    this.#kinds[i] = kind;
    this.#keyLengths[i] = keyLength;
    this.#valueLengths[i] = valueLength;
    this.#spaces[i] = space as MemorySpace;
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
