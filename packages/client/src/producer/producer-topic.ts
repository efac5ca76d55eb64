import { type FieldWriter, fieldSpareBytes, partitionForKey, type RecordHeader, writeField } from "@millrace/protocol";

import type { Metadata } from "../cluster/metadata.ts";
import { UnknownPartitionError } from "../errors.ts";
import type { PartitionQueue } from "./partition-queue.ts";

/** Part of the producer that its topics use. */
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

/** Topic that a producer writes to. It stays valid when partitions are added. */
export class ProducerTopic {
  /** Name of the topic. */
  readonly name: string;
  readonly #appender: TopicAppender;
  readonly #metadata: Metadata;
  readonly #queues: PartitionQueue[] = [];
  /** Partition of records without a key, until its batch is full. */
  #sticky = 0;
  #stickyBatch = -1;
  /** Encoded key of the record that is being partitioned. */
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

  /** Number of partitions known so far. It grows after the metadata was refreshed. */
  get partitionCount(): number {
    return this.#queues.length;
  }

  /**
   * Encodes a record into the partition's open batch. Synchronous. It accepts records even if the buffer is full: await
   * `Producer.whenRoom` first.
   *
   * @param partition -1: Kafka's default partitioner chooses, by the murmur2 of the key's bytes. Records without a key go to a
   * random partition, another one after each batch (KIP-480)
   * @param timestampMs milliseconds since 1970; -1: none; NaN: the present time
   * @throws {UnknownPartitionError} `CLIENT_UNKNOWN_PARTITION`
   * @throws {RecordTooLargeError} `CLIENT_RECORD_TOO_LARGE`; the batch is then as it was before, as after an error of a field
   * writer
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

  /** Adds partitions that the topic has got since. */
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
