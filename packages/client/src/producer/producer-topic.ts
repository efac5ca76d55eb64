import { type FieldWriter, fieldSpareBytes, partitionForKey, type RecordHeader, writeField } from "@millrace/protocol";

import type { Metadata } from "../cluster/metadata.ts";
import { UnknownPartitionError } from "../errors.ts";
import type { PartitionQueue } from "./partition-queue.ts";

/** What a topic needs of its producer. */
export interface TopicAppender {
  newQueue(topic: string, partition: number): PartitionQueue;
  append<K, V>(
    queue: PartitionQueue,
    timestampMs: number,
    key: K | null,
    keyWriter: FieldWriter<K>,
    value: V | null,
    valueWriter: FieldWriter<V>,
    headers: readonly RecordHeader[],
  ): void;
  randomBelow(bound: number): number;
}

/** One topic as a producer writes to it. */
export class ProducerTopic {
  readonly name: string;
  readonly #appender: TopicAppender;
  readonly #metadata: Metadata;
  readonly #queues: PartitionQueue[] = [];
  /** Where a record without a key goes, until that partition's batch is full. */
  #sticky = 0;
  #stickyBatch = -1;
  /** The key that is being partitioned. */
  #key: Buffer = Buffer.allocUnsafeSlow(1024);
  readonly #keyCopier: FieldWriter<number>;

  constructor(name: string, partitionCount: number, appender: TopicAppender, metadata: Metadata) {
    this.name = name;
    this.#appender = appender;
    this.#metadata = metadata;
    for (let partition = 0; partition < partitionCount; partition += 1) this.#queues.push(appender.newQueue(name, partition));
    this.#keyCopier = {
      sizeMax: (length) => length,
      write: (to, at, length) => {
        this.#key.copy(to, at, 0, length);
        return at + length;
      },
    };
  }

  get partitionCount(): number {
    return this.#queues.length;
  }

  /**
   * Encodes a record into the partition's open batch. Synchronous, and never refuses for want of room: see `Producer.whenRoom`.
   *
   * @param partition -1: Kafka's default partitioner chooses, by the murmur2 of the key's bytes; without a key one partition
   * after the other, a batch each (KIP-480)
   * @param timestampMs NaN: the clock's time
   * @throws {UnknownPartitionError} `CLIENT_UNKNOWN_PARTITION`
   * @throws {RecordTooLargeError} `CLIENT_RECORD_TOO_LARGE`; like any error of a field writer it leaves the batch as it was
   */
  append<K, V>(
    partition: number,
    timestampMs: number,
    key: K | null,
    keyWriter: FieldWriter<K>,
    value: V | null,
    valueWriter: FieldWriter<V>,
    headers: readonly RecordHeader[],
  ): void {
    if (partition === -1) {
      if (key === null) {
        this.#appender.append(this.#stickyQueue(), timestampMs, null, keyWriter, value, valueWriter, headers);
        return;
      }
      const keyBytes = this.#encodeKey(key, keyWriter);
      const chosen = partitionForKey(this.#key, 0, keyBytes, this.#queues.length);
      this.#appender.append(this.#queues[chosen]!, timestampMs, keyBytes, this.#keyCopier, value, valueWriter, headers);
      return;
    }
    const queue = this.#queues[partition] ?? this.#grown(partition);
    this.#appender.append(queue, timestampMs, key, keyWriter, value, valueWriter, headers);
  }

  /** The topic may have more partitions than when it was opened. */
  grow(): void {
    const partitionCount = this.#metadata.cached(this.name)?.partitions.length ?? 0;
    while (this.#queues.length < partitionCount) this.#queues.push(this.#appender.newQueue(this.name, this.#queues.length));
  }

  #grown(partition: number): PartitionQueue {
    this.grow();
    const queue = this.#queues[partition];
    if (queue === undefined) throw new UnknownPartitionError(this.name, partition, this.#queues.length);
    return queue;
  }

  #encodeKey<K>(key: K, keyWriter: FieldWriter<K>): number {
    const bytesMax = keyWriter.sizeMax(key);
    const needed = bytesMax + fieldSpareBytes;
    if (needed > this.#key.length) this.#key = Buffer.allocUnsafeSlow(2 * needed);
    return writeField(keyWriter, this.#key, 0, key, bytesMax);
  }

  #stickyQueue(): PartitionQueue {
    const queue = this.#queues[this.#sticky]!;
    if (queue.sealedCount === this.#stickyBatch) return queue;
    this.#sticky = this.#appender.randomBelow(this.#queues.length);
    const next = this.#queues[this.#sticky]!;
    this.#stickyBatch = next.sealedCount;
    return next;
  }
}
