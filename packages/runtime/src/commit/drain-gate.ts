import { strict as assert } from "node:assert";
import type { CommittableOffset, StoreTail } from "@millrace/core";

/**
 * Gate between changelogs and engines: says up to where the writes of each store are released to its engine. Writes to a
 * changelog of the store's own are released when the broker has acknowledged them; where a source topic serves as changelog,
 * when the position in it is committed.
 */
export class DrainGate {
  /** A changelog has one writer. */
  readonly #changelogs = new Map<string, (StoreTail | undefined)[]>();
  /** A source topic may serve several stores. */
  readonly #sources = new Map<string, (readonly StoreTail[] | undefined)[]>();

  /** Begins to tell a store of its topic. */
  open(topic: string, partition: number, tail: StoreTail): void {
    if (tail.fromSource) {
      const ofTopic = entry(this.#sources, topic);
      ofTopic[partition] = [...(ofTopic[partition] ?? []), tail];
      return;
    }
    const ofTopic = entry(this.#changelogs, topic);
    assert(ofTopic[partition] === undefined, "a partition of a changelog belongs to one store");
    ofTopic[partition] = tail;
  }

  /** Ends what `open` began. */
  shut(topic: string, partition: number, tail: StoreTail): void {
    if (tail.fromSource) {
      const ofTopic = entry(this.#sources, topic);
      ofTopic[partition] = ofTopic[partition]?.filter((one) => one !== tail);
    } else entry(this.#changelogs, topic)[partition] = undefined;
  }

  /** Takes note that the broker has a batch of records, perhaps of a changelog. */
  acknowledged(topic: string, partition: number, baseOffset: number, count: number): void {
    this.#changelogs.get(topic)?.[partition]?.acknowledged(baseOffset, count);
  }

  /** Takes note that a batch of records was given up: the thread is about to fail. */
  failed(topic: string, partition: number): void {
    this.#changelogs.get(topic)?.[partition]?.failed();
  }

  /** Takes note that the caches are flushed and these offsets are about to be committed. */
  committing(offsets: readonly CommittableOffset[]): void {
    for (const { topic, partition, offset } of offsets)
      for (const tail of this.#sources.get(topic)?.[partition] ?? []) tail.mark(offset);
  }

  committed(offsets: readonly CommittableOffset[]): void {
    for (const { topic, partition, offset } of offsets)
      for (const tail of this.#sources.get(topic)?.[partition] ?? []) tail.committed(offset);
  }
}

function entry<T>(topics: Map<string, T[]>, topic: string): T[] {
  const partitions = topics.get(topic) ?? [];
  topics.set(topic, partitions);
  return partitions;
}
