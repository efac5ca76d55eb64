import type { Client, CommittedOffset, Producer, ProducerOptions, TopicPartition } from "@millrace/client";
import type { Serde } from "@millrace/core";
import { RecordCursor } from "@millrace/protocol";

/** A record as a user of the cluster reads it. */
export interface UserRecord<K, V> {
  /** Partition that the record was read from. */
  readonly partition: number;
  /** Offset of the record in its partition. */
  readonly offset: number;
  /** Timestamp of the record, in milliseconds since the epoch. */
  readonly timestampMs: number;
  /** Decoded key; null if the record has none. */
  readonly key: K | null;
  /** Decoded value; null if the record has none (a tombstone). */
  readonly value: V | null;
}

/** User who fills and reads the topics from outside of the applications, on a host that does not crash. */
export class SimulatedUser {
  /** Client behind all methods, for calls that they do not cover, such as those of `client.admin`. */
  readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }

  /** Creates topics with the same number of partitions. Rejects if one of them exists. */
  async createTopics(names: readonly string[], partitionCount: number): Promise<void> {
    await this.client.admin.createTopics(names.map((name) => ({ name, partitionCount })));
  }

  /** An idempotent producer that goes on trying while brokers are down. */
  producer(options: ProducerOptions = {}): Producer {
    return this.client.producer(options);
  }

  /**
   * Returns the distance between a group's committed offsets and the ends of topics, summed in records. 0: everything is
   * processed, and no further output follows from it.
   */
  async lag(groupId: string, topics: readonly string[]): Promise<number> {
    const partitions = (await Promise.all(topics.map((topic) => this.#partitions(topic)))).flat();
    // In this order: what is committed was written to the next topic before.
    const committed = await this.#committed(groupId, partitions);
    const ends = await this.client.admin.listOffsets(partitions, "latest");
    const end = new Map(ends.map((listed) => [`${listed.topic} ${String(listed.partition)}`, listed.offset ?? 0]));
    return committed.reduce(
      (sum, { topic, partition, offset }) => sum + (end.get(`${topic} ${String(partition)}`) ?? 0) - (offset ?? 0),
      0,
    );
  }

  /** Everything that a topic holds now, partition by partition in the order of the offsets. */
  async read<K, V>(topic: string, key: Serde<K>, value: Serde<V>): Promise<UserRecord<K, V>[]> {
    const partitions = await this.#partitions(topic);
    const ends = await this.client.admin.listOffsets(partitions, "latest");
    const begins = await this.client.admin.listOffsets(partitions, "earliest");
    const begin = new Map(begins.map(({ partition, offset }) => [partition, offset ?? 0]));
    const open = new Map<number, number>();
    await using fetcher = this.client.fetcher();
    for (const { partition, offset } of ends) {
      const from = begin.get(partition) ?? 0;
      if (offset === null || from >= offset) continue;
      open.set(partition, offset);
      fetcher.assign(topic, partition, from);
    }
    const records: UserRecord<K, V>[] = [];
    while (open.size > 0) {
      const fetched = fetcher.take();
      if (fetched === null) {
        await fetcher.whenData();
        continue;
      }
      if (fetched.error !== null) throw fetched.error;
      const { partition, buffer, fetchOffset, nextOffset } = fetched;
      decode(buffer, partition, fetchOffset, key, value, records);
      if (nextOffset >= (open.get(partition) ?? 0)) {
        fetcher.unassign(topic, partition);
        open.delete(partition);
      }
    }
    return records.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset);
  }

  /** Asks as somebody who is no member. */
  async #committed(groupId: string, partitions: readonly TopicPartition[]): Promise<CommittedOffset[]> {
    await using group = this.client.group({
      groupId,
      protocols: () => [],
      assign: () => new Map(),
      onAssigned: () => undefined,
      onRebalance: () => Promise.resolve(),
      onLost: () => undefined,
    });
    return await group.committed(partitions);
  }

  async #partitions(topic: string): Promise<TopicPartition[]> {
    const [described] = await this.client.admin.describeTopics([topic]);
    return (described?.partitions ?? []).map(({ partition }) => ({ topic, partition }));
  }
}

function decode<K, V>(
  buffer: Buffer,
  partition: number,
  fetchOffset: number,
  key: Serde<K>,
  value: Serde<V>,
  into: UserRecord<K, V>[],
): void {
  const cursor = new RecordCursor();
  for (let at = cursor.open(buffer, 0); at !== -1; at = cursor.open(buffer, at)) {
    if (cursor.isControl) continue;
    while (cursor.next()) {
      if (cursor.offset < fetchOffset) continue;
      into.push({
        partition,
        offset: cursor.offset,
        timestampMs: cursor.timestamp,
        key: cursor.keyEnd === -1 ? null : key.read(cursor.buffer, cursor.keyStart, cursor.keyEnd),
        value: cursor.valueEnd === -1 ? null : value.read(cursor.buffer, cursor.valueStart, cursor.valueEnd),
      });
    }
  }
}
