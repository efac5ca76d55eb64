import { Segment } from "./segment.ts";
import type { LogStorage } from "./segment-bytes.ts";

/** The segments of one partition, ascending by base offset. There is always at least one, and the last one is appended to. */
export class Segments {
  readonly #storage: LogStorage;
  readonly #indexIntervalBytes: number;
  readonly #all: Segment[];

  constructor(storage: LogStorage, indexIntervalBytes: number, segments: Segment[]) {
    this.#storage = storage;
    this.#indexIntervalBytes = indexIntervalBytes;
    this.#all = segments;
  }

  get all(): readonly Segment[] {
    return this.#all;
  }

  get first(): Segment {
    return this.#all[0]!;
  }

  /** The segment that takes appends. */
  get active(): Segment {
    return this.#all.at(-1)!;
  }

  /** Bytes of all segments. */
  get sizeBytes(): number {
    return this.#all.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  }

  /** Index of the segment in which `offset` lies, or would lie. */
  indexOf(offset: number): number {
    let i = this.#all.length - 1;
    while (i > 0 && this.#all[i]!.baseOffset > offset) i -= 1;
    return i;
  }

  /** Adds an empty segment at the end. */
  add(baseOffset: number): void {
    this.#all.push(new Segment(baseOffset, this.#storage.create(baseOffset), this.#indexIntervalBytes));
  }

  /** Removes the oldest segment with its files. */
  removeFirst(): Segment {
    const segment = this.#all.shift()!;
    segment.bytes.close();
    this.#storage.remove(segment.baseOffset);
    return segment;
  }

  /** Removes all segments, and begins with an empty one. */
  restartAt(baseOffset: number): void {
    while (this.#all.length > 0) this.removeFirst();
    this.add(baseOffset);
  }

  /** Closes all segments; their files stay. */
  close(): void {
    for (const segment of this.#all) segment.bytes.close();
  }
}
