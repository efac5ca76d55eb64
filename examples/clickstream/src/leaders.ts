import type { ProducerTopic } from "@millrace/client";
import { partitionForKey } from "@millrace/protocol";
import { string } from "millrace";
import type { View } from "./views.ts";

/** A broker as the leader of some partitions. Views that it has not taken wait with the producer. */
class Leader {
  readonly waiting: { readonly view: View; readonly partition: number }[] = [];
  /** How many views it may take now, with a fraction left over from the second before. */
  allowance = 0;
}

/**
 * The brokers' limit. Partition p is led by broker p modulo the number of brokers; a view goes to the partition of its user, as
 * Kafka's producers choose it, and waits for that partition's leader.
 */
export class Leaders {
  /** Views that a leader has taken. */
  taken = 0;
  readonly #leaders: readonly Leader[];
  readonly #viewsPerSecond: number;
  readonly #partitionCount: number;
  readonly #topic: ProducerTopic;

  constructor(brokers: number, viewsPerHour: number, partitionCount: number, topic: ProducerTopic) {
    this.#leaders = Array.from({ length: brokers }, () => new Leader());
    this.#viewsPerSecond = viewsPerHour / 3_600;
    this.#partitionCount = partitionCount;
    this.#topic = topic;
  }

  offer(view: View): void {
    const key = Buffer.from(view.user);
    const partition = partitionForKey(key, 0, key.length, this.#partitionCount);
    this.#leaders[partition % this.#leaders.length]!.waiting.push({ view, partition });
  }

  /** Each leader takes what it may take in a second, which it cannot save up. */
  takeForSecond(): void {
    for (const leader of this.#leaders) {
      leader.allowance = (leader.allowance % 1) + this.#viewsPerSecond;
      const taken = leader.waiting.splice(0, Math.floor(leader.allowance));
      leader.allowance -= taken.length;
      for (const { view, partition } of taken) this.#topic.append(partition, NaN, view.user, string, view.page, string, []);
      this.taken += taken.length;
    }
  }
}
