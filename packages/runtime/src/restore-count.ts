import type { RestoreProgress } from "./restorer.ts";

/** Counts the records of restorations by their offsets, as Kafka Streams does: gaps of a compacted log count as records. */
export class RestoreCount {
  #done = 0;
  readonly #underway = new Map<string, { nextOffset: number; endOffset: number }>();

  /** Replayed since the start. */
  get done(): number {
    return this.#done;
  }

  /** Still to be replayed in the restoration under way. */
  left(): number {
    let sum = 0;
    for (const { nextOffset, endOffset } of this.#underway.values()) sum += Math.max(0, endOffset - nextOffset);
    return sum;
  }

  /** Returns how many were replayed; 0 the first time a partition is heard of, which tells where it begins. */
  note({ topic, partition, nextOffset, endOffset }: RestoreProgress): number {
    const key = `${topic} ${String(partition)}`;
    const before = this.#underway.get(key)?.nextOffset ?? nextOffset;
    const count = Math.min(nextOffset, endOffset) - Math.min(before, endOffset);
    this.#done += count;
    this.#underway.set(key, { nextOffset, endOffset });
    return count;
  }

  /** The restoration is over, or was given up. */
  end(): void {
    this.#underway.clear();
  }
}
