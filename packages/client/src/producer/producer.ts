import type { Timer } from "@millrace/platform";
import { BufferPool, type FieldWriter, type RecordHeader } from "@millrace/protocol";

import type { Cluster } from "../cluster/cluster.ts";
import type { Metadata } from "../cluster/metadata.ts";
import { type ClientContext, newBackoff } from "../context.ts";
import { ProduceError, RecordTooLargeError } from "../errors.ts";
import type { Delivery } from "./delivery.ts";
import { Flushes } from "./flushes.ts";
import { PartitionQueue } from "./partition-queue.ts";
import type { ProducerSettings } from "./producer-options.ts";
import { ProducerTopic, type TopicAppender } from "./producer-topic.ts";
import { type Compression, halves, removeLast } from "./rebatch.ts";
import { SealedBatch } from "./sealed-batch.ts";
import { Sender } from "./sender.ts";

/** Room in a buffer beyond a full batch, so that the upper bound of the last record's size fits too. */
const bufferSlackBytes = 16 * 1024;

/** Size of a batch without records. */
const batchHeaderBytes = 61;

/**
 * Writes records to topics. A record is encoded straight into its partition's open batch, without a promise, callback or object.
 * The producer reports outcomes per batch: `onAcknowledged`, `onFailed`, `flush`.
 *
 * Records of a partition keep their order, also through retries. With `idempotent` (the default) they are written once.
 *
 * ```ts
 * const topic = await producer.topic("orders");
 * await producer.whenRoom();
 * topic.append(-1, Date.now(), key, bytesWriter, value, bytesWriter, []);
 * await producer.flush();
 * ```
 */
export class Producer implements AsyncDisposable {
  /** Called for every acknowledged batch. `baseOffset` is -1 if the broker no longer knew it. Default null: not called. */
  onAcknowledged: ((topic: string, partition: number, baseOffset: number, recordCount: number) => void) | null = null;
  /** Called for every batch that was given up. Default null: only `flush` reports failures. */
  onFailed: ((error: ProduceError) => void) | null = null;
  /**
   * Called before every send. While it returns true all batches wait, for instance since the right to write is in doubt. Default
   * null.
   */
  isHeld: (() => boolean) | null = null;
  readonly #context: ClientContext;
  readonly #metadata: Metadata;
  readonly #settings: ProducerSettings;
  readonly #compression: Compression;
  readonly #pool: BufferPool;
  readonly #sender: Sender;
  readonly #flushes: Flushes = new Flushes();
  readonly #topics = new Map<string, ProducerTopic>();
  readonly #appender: TopicAppender;
  readonly #forgetUpdates: () => void;
  readonly #onClosed: () => void;
  /** Queues with an open batch; some may have none any more. */
  #open: PartitionQueue[] = [];
  #lingerTimer: Timer | null = null;
  #bytesPending = 0;
  #lastOrdinal = 0;
  #firstError: ProduceError | null = null;
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null;

  /** @param onClosed called once, when the producer is closed */
  constructor(
    context: ClientContext,
    cluster: Cluster,
    metadata: Metadata,
    settings: ProducerSettings,
    purpose: string,
    onClosed: () => void,
  ) {
    this.#onClosed = onClosed;
    this.#context = context;
    this.#metadata = metadata;
    this.#settings = settings;
    this.#compression = { codec: settings.compression, level: settings.compressionLevel };
    this.#pool = new BufferPool(settings.batchBytesMax + bufferSlackBytes);
    const delivery: Delivery = {
      acknowledged: (queue, batch, baseOffset) => this.#acknowledged(queue, batch, baseOffset),
      failed: (_queue, batch, error) => this.#failed(batch, error),
      split: (batch) => this.#split(batch),
    };
    this.#sender = new Sender(context, cluster, metadata, settings, purpose, delivery, () => this.isHeld?.() ?? false);
    this.#appender = {
      newQueue: (topic, partition) => new PartitionQueue(topic, partition, this.#pool, newBackoff(context)),
      append: (queue, timestampMs, key, keyWriter, value, valueWriter, headers) =>
        this.#append(queue, timestampMs, key, keyWriter, value, valueWriter, headers),
      randomBelow: (bound) => context.platform.random.uint32() % bound,
    };
    this.#forgetUpdates = metadata.onUpdate(() => {
      for (const topic of this.#topics.values()) topic.grow();
    });
  }

  /** Size in bytes of the records that were appended and are not acknowledged, encoded as batches. */
  get bytesPending(): number {
    return this.#bytesPending;
  }

  /**
   * Opens a topic for writing. Returns the same object for the same name.
   *
   * @throws {UnknownTopicError} `CLIENT_UNKNOWN_TOPIC`
   * @throws {BrokerUnreachableError}
   */
  async topic(name: string): Promise<ProducerTopic> {
    this.#sender.checkOpen();
    const known = this.#topics.get(name);
    if (known !== undefined) return known;
    const { partitions } = await this.#metadata.topic(name, { allowAutoTopicCreation: this.#settings.allowAutoTopicCreation });
    // Another call may have come first while this one waited.
    const opened = this.#topics.get(name) ?? new ProducerTopic(name, partitions.length, this.#appender, this.#metadata);
    this.#topics.set(name, opened);
    return opened;
  }

  /**
   * Returns undefined if there is room now. Else resolves when less than `bufferBytesMax` is pending, and when the producer is
   * closed.
   */
  whenRoom(): Promise<void> | undefined {
    if (this.#bytesPending < this.#settings.bufferBytesMax || this.#sender.closed) return undefined;
    this.#room ??= Promise.withResolvers<void>();
    return this.#room.promise;
  }

  /**
   * Sends all records that were appended before, and resolves when they are acknowledged.
   *
   * @throws {ProduceError} the first failure since the last flush; after a fatal failure always that one
   * @throws {ClosedError} when the producer is closed meanwhile
   */
  async flush(): Promise<void> {
    this.#sender.checkOpen();
    for (const queue of this.#open) this.#seal(queue);
    await this.#flushes.whenEnded(this.#lastOrdinal);
    const error = this.#firstError;
    if (error === null) return;
    if (!error.fatal) this.#firstError = null;
    throw error;
  }

  /**
   * Cuts the connections, so that requests in flight which have not arrived yet never do. All unacknowledged batches are sent
   * again.
   */
  interrupt(): void {
    this.#sender.interrupt();
  }

  /** Gives up unacknowledged batches and rejects pending flushes. Call `flush` first. Idempotent. */
  async close(): Promise<void> {
    if (this.#sender.closed) return;
    this.#sender.close();
    this.#forgetUpdates();
    this.#lingerTimer?.cancel();
    this.#flushes.rejectAll(this.#sender.closedError());
    this.#room?.resolve();
    this.#room = null;
    this.#onClosed();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #append<K, V>(
    queue: PartitionQueue,
    timestampMs: number,
    key: K | null,
    keyWriter: FieldWriter<K>,
    value: V | null,
    valueWriter: FieldWriter<V>,
    headers: readonly RecordHeader[],
  ): void {
    const { writer } = queue;
    const bytesBefore = writer.bytes;
    // NaN is not equal to itself.
    const timestamp = timestampMs === timestampMs ? timestampMs : this.#context.platform.clock.nowMs();
    writer.append(timestamp, key, keyWriter, value, valueWriter, headers);
    const bytes = writer.bytes;
    if (bytes > this.#settings.requestBytesMax) {
      this.#refit(queue, bytes - bytesBefore);
      return this.#append(queue, timestamp, key, keyWriter, value, valueWriter, headers);
    }
    const recordBytes = bytes - bytesBefore;
    this.#bytesPending += recordBytes;
    let nextBytes = recordBytes;
    if (bytesBefore === 0) {
      this.#opened(queue);
      nextBytes -= batchHeaderBytes;
    }
    // The next record will most likely be as large as this one.
    if (bytes + nextBytes > this.#settings.batchBytesMax) this.#seal(queue);
  }

  /**
   * Takes out the record that made the batch too large, and seals the others.
   *
   * @throws {RecordTooLargeError} when it alone is too large
   */
  #refit(queue: PartitionQueue, recordBytes: number): void {
    const alone = queue.writer.count === 1;
    removeLast(queue.writer);
    const { requestBytesMax } = this.#settings;
    const bytes = alone ? recordBytes : recordBytes + batchHeaderBytes;
    if (bytes > requestBytesMax) throw new RecordTooLargeError(queue.topic, queue.partition, bytes, requestBytesMax);
    this.#seal(queue);
  }

  #opened(queue: PartitionQueue): void {
    this.#sender.checkOpen();
    queue.openedAtMs = this.#context.platform.clock.monotonicMs();
    if (!queue.isListed) {
      queue.isListed = true;
      this.#open.push(queue);
    }
    this.#lingerTimer ??= this.#context.platform.timers.after(this.#settings.lingerMs, () => this.#sealLingered());
  }

  #sealLingered(): void {
    this.#lingerTimer = null;
    if (this.#sender.closed) return;
    const { timers, clock } = this.#context.platform;
    const nowMs = clock.monotonicMs();
    const { lingerMs } = this.#settings;
    const stillOpen: PartitionQueue[] = [];
    let nextMs = Infinity;
    for (const queue of this.#open) {
      const dueMs = queue.openedAtMs + lingerMs;
      if (dueMs <= nowMs) this.#seal(queue);
      if (queue.writer.count === 0) {
        queue.isListed = false;
        continue;
      }
      stillOpen.push(queue);
      nextMs = Math.min(nextMs, dueMs);
    }
    this.#open = stillOpen;
    if (nextMs !== Infinity) this.#lingerTimer = timers.after(Math.max(1, nextMs - nowMs), () => this.#sealLingered());
  }

  /** Seals the open batch of a queue, if it has one, and hands it to the sender. */
  #seal(queue: PartitionQueue): void {
    const { writer } = queue;
    const { count, bytes } = writer;
    if (count === 0) return;
    const stamp = queue.expectedStamp;
    const buffer = writer.seal({ ...this.#compression, ...stamp });
    this.#bytesPending += buffer.length - bytes;
    this.#lastOrdinal += 1;
    queue.sealedCount += 1;
    this.#flushes.began();
    const deadlineMs = this.#context.platform.clock.monotonicMs() + this.#settings.deliveryTimeoutMs;
    this.#sender.add(queue, new SealedBatch(buffer, count, this.#lastOrdinal, deadlineMs, stamp));
  }

  #acknowledged(queue: PartitionQueue, batch: SealedBatch, baseOffset: number): void {
    this.#ended(batch);
    this.onAcknowledged?.(queue.topic, queue.partition, baseOffset, batch.recordCount);
  }

  #failed(batch: SealedBatch, error: ProduceError): void {
    if (this.#firstError === null || (error.fatal && !this.#firstError.fatal)) this.#firstError = error;
    this.#ended(batch);
    const { topic, partition, message } = error;
    // The listener tells of it, so that it is told once.
    const level = this.onFailed === null ? "error" : "debug";
    this.#context.settings.log(level, "records were not acknowledged", { topic, partition, reason: message });
    this.onFailed?.(error);
  }

  #ended(batch: SealedBatch): void {
    this.#bytesPending -= batch.buffer.length;
    this.#pool.release(batch.buffer);
    this.#flushes.ended(batch);
    if (this.#room !== null && this.#bytesPending < this.#settings.bufferBytesMax) {
      this.#room.resolve();
      this.#room = null;
    }
  }

  #split(batch: SealedBatch): readonly SealedBatch[] {
    const pair = halves(batch, this.#pool, this.#compression);
    this.#bytesPending += pair[0].buffer.length + pair[1].buffer.length - batch.buffer.length;
    this.#flushes.split(batch);
    return pair;
  }
}
