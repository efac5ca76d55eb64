import { errorByCode, ErrorCode, fetch, type FetchResponse } from "@millrace/protocol";

import type { Backoff } from "../backoff.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Metadata } from "../cluster/metadata.ts";
import { TopicRefresher } from "../cluster/topic-refresher.ts";
import { type ClientContext, newBackoff } from "../context.ts";
import { ClientError, FetchError, isRetriable, reason } from "../errors.ts";
import { Lifetime } from "../lifetime.ts";
import { Pump } from "../pump.ts";
import { AssignedPartition } from "./assigned-partition.ts";
import { aloneIfDoubtful, type FetchPlan, fetchRequest, maxFetchVersion, type PlannedPartition } from "./fetch-plan.ts";
import { hintOf, permanentErrors, unknownTopicErrors } from "./fetch-errors.ts";
import type { Fetched } from "./fetched.ts";
import type { FetcherSettings } from "./fetcher-settings.ts";
import { scanBatches } from "./whole-batches.ts";

type PartitionResponse = FetchResponse["responses"][number]["partitions"][number];

/** Number of responses of one partition that are fetched ahead of `take`. */
const chunksAheadMax = 2;

/**
 * First wait of a fetch that leaves some partitions out. It is short, since they have to wait for its answer when they are ready
 * again: a broker answers one connection strictly in order. The wait doubles until something is taken or resumed.
 */
const incompleteWaitMinMs = 10;

/** Number of consecutive answers that a topic is unknown after which that is reported. */
const unknownAnswersMax = 4;

/**
 * Fetches the record batches of assigned partitions and hands them over as they are. One fetch per broker is under way while
 * earlier batches are processed; `bufferBytesMax` bounds the bytes that wait for `take`.
 *
 * Reads up to the high watermark, records of open and aborted transactions too. It does not look at records: a fetch from inside
 * a batch returns the whole batch, and the reader drops the records below its position.
 *
 * ```ts
 * fetcher.assign("orders", 0, 0);
 * for (;;) {
 *   const fetched = fetcher.take();
 *   if (fetched === null) await fetcher.whenData();
 *   else if (fetched.error !== null) throw fetched.error;
 *   else process(fetched.buffer); // with a RecordCursor
 * }
 * ```
 */
export class Fetcher implements AsyncDisposable {
  readonly #context: ClientContext;
  readonly #cluster: Cluster;
  readonly #metadata: Metadata;
  readonly #settings: FetcherSettings;
  readonly #purpose: string;
  readonly #lifetime: Lifetime;
  readonly #backoff: Backoff;
  /**
   * Partitions by `topic/partition`. One that got data moves to the end, since brokers fill responses in the order of the
   * request.
   */
  readonly #assigned = new Map<string, AssignedPartition>();
  readonly #busyNodes = new Set<number>();
  readonly #refresher: TopicRefresher;
  readonly #forgetUpdates: () => void;
  readonly #onClosed: () => void;
  #ready: AssignedPartition[] = [];
  #bytesBuffered = 0;
  #waiter: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null;
  readonly #pump: Pump;
  #incompleteWaitMs = incompleteWaitMinMs;

  /** @param onClosed called once, when the fetcher is closed */
  constructor(
    context: ClientContext,
    cluster: Cluster,
    metadata: Metadata,
    settings: FetcherSettings,
    purpose: string,
    onClosed: () => void,
  ) {
    this.#onClosed = onClosed;
    this.#context = context;
    this.#cluster = cluster;
    this.#metadata = metadata;
    this.#settings = settings;
    this.#purpose = purpose;
    this.#lifetime = new Lifetime("The fetcher", context.platform.timers);
    this.#backoff = newBackoff(context);
    this.#refresher = new TopicRefresher(context, metadata, this.#lifetime, (topics) => this.#refreshed(topics));
    this.#pump = new Pump(context.platform, () => this.#fetchAll());
    this.#forgetUpdates = metadata.onUpdate(() => this.#pump.soon());
  }

  /** Number of bytes that were fetched and not taken. */
  get bytesBuffered(): number {
    return this.#bytesBuffered;
  }

  /** Starts to fetch a partition at `offset`. Replaces an earlier assignment. */
  assign(topic: string, partition: number, offset: number): void {
    this.#lifetime.check();
    this.unassign(topic, partition);
    this.#assigned.set(partitionKey(topic, partition), new AssignedPartition(topic, partition, offset));
    this.#pump.soon();
  }

  /** Drops a partition and its buffered batches. Does nothing if it is not assigned. */
  unassign(topic: string, partition: number): void {
    const key = partitionKey(topic, partition);
    const assigned = this.#assigned.get(key);
    if (assigned === undefined) return;
    this.#assigned.delete(key);
    this.#dropChunks(assigned);
    // The answer to a fetch under way then counts as outdated.
    assigned.seeks += 1;
  }

  /** Continues at `offset`, also after a failure. Buffered batches are dropped. @throws {ClientError} `CLIENT_NOT_ASSIGNED` */
  seek(topic: string, partition: number, offset: number): void {
    const assigned = this.#get(topic, partition);
    this.#dropChunks(assigned);
    assigned.seeks += 1;
    assigned.failed = false;
    assigned.unknownAnswers = 0;
    assigned.bytesMore = null;
    assigned.retryAtMs = 0;
    assigned.fetchOffset = offset;
    assigned.position = offset;
    this.#pump.soon();
  }

  /**
   * Stops to fetch and hand over a partition until `resume`. Buffered batches stay.
   *
   * @throws {ClientError} `CLIENT_NOT_ASSIGNED`
   */
  pause(topic: string, partition: number): void {
    this.#get(topic, partition).paused = true;
  }

  /** Ends a `pause`; buffered batches are handed over at once. @throws {ClientError} `CLIENT_NOT_ASSIGNED` */
  resume(topic: string, partition: number): void {
    const assigned = this.#get(topic, partition);
    if (!assigned.paused) return;
    assigned.paused = false;
    this.#incompleteWaitMs = incompleteWaitMinMs;
    if (assigned.chunks.length > 0) this.#enqueue(assigned);
    this.#pump.soon();
  }

  /**
   * Removes and returns the next batches or failure of a partition that is not paused; the partitions take turns. null: nothing
   * has arrived.
   */
  take(): Fetched | null {
    for (;;) {
      const assigned = this.#ready.shift();
      if (assigned === undefined) return null;
      assigned.queued = false;
      if (assigned.paused) continue;
      const chunk = assigned.chunks.shift();
      if (chunk === undefined) continue;
      if (assigned.chunks.length > 0) this.#enqueue(assigned);
      this.#incompleteWaitMs = incompleteWaitMinMs;
      if (chunk.error === null) {
        this.#bytesBuffered -= chunk.buffer.length;
        assigned.position = chunk.nextOffset;
      }
      this.#pump.soon();
      return chunk;
    }
  }

  /** Resolves when `take` has something to return, and when the fetcher is closed. */
  whenData(): Promise<void> {
    if (this.#lifetime.closed || this.#ready.some((assigned) => !assigned.paused)) return Promise.resolve();
    this.#waiter ??= Promise.withResolvers<void>();
    return this.#waiter.promise;
  }

  /** Offset after the last batch that was taken. @throws {ClientError} `CLIENT_NOT_ASSIGNED` */
  position(topic: string, partition: number): number {
    return this.#get(topic, partition).position;
  }

  /** Number of offsets between `position` and the high watermark of the last fetch; null: nothing was fetched yet. */
  lag(topic: string, partition: number): number | null {
    const { highWatermark, position } = this.#get(topic, partition);
    return Number.isNaN(highWatermark) ? null : Math.max(0, highWatermark - position);
  }

  /** Drops all partitions and batches, and closes the connections. Idempotent. */
  async close(): Promise<void> {
    if (this.#lifetime.closed) return;
    this.#lifetime.end();
    this.#forgetUpdates();
    this.#pump.stop();
    this.#cluster.closeLinks(this.#purpose);
    this.#assigned.clear();
    this.#ready = [];
    this.#bytesBuffered = 0;
    this.#waiter?.resolve();
    this.#onClosed();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #get(topic: string, partition: number): AssignedPartition {
    this.#lifetime.check();
    const assigned = this.#assigned.get(partitionKey(topic, partition));
    if (assigned === undefined) {
      throw new ClientError(
        "CLIENT_NOT_ASSIGNED",
        false,
        `Topic "${topic}", partition ${partition}, is not assigned. Call assign() first.`,
      );
    }
    return assigned;
  }

  /** Sends a fetch to every broker without one under way that leads a partition to fetch. */
  #fetchAll(): void {
    if (this.#lifetime.closed || this.#bytesBuffered >= this.#settings.bufferBytesMax) return;
    for (const plan of this.#plans()) {
      if (plan.partitions.length === 0) continue;
      aloneIfDoubtful(plan);
      for (const { assigned } of plan.partitions) assigned.inFlight = true;
      this.#busyNodes.add(plan.nodeId);
      void this.#fetch(plan);
    }
  }

  #plans(): Iterable<FetchPlan> {
    const nowMs = this.#context.platform.clock.monotonicMs();
    const plans = new Map<number, FetchPlan>();
    for (const assigned of this.#assigned.values()) {
      if (assigned.failed || assigned.inFlight) continue;
      if (assigned.retryAtMs > nowMs) {
        this.#pump.at(assigned.retryAtMs);
        continue;
      }
      const nodeId = this.#nodeOf(assigned, nowMs);
      if (nodeId === null || this.#busyNodes.has(nodeId)) continue;
      let plan = plans.get(nodeId);
      if (plan === undefined) {
        plan = { nodeId, partitions: [], excluded: 0 };
        plans.set(nodeId, plan);
      }
      if (assigned.paused || assigned.chunks.length >= chunksAheadMax) plan.excluded += 1;
      else plan.partitions.push({ assigned, fetchOffset: assigned.fetchOffset, seeks: assigned.seeks });
    }
    return plans.values();
  }

  /** Finds the broker to fetch from; null: unknown now. */
  #nodeOf(assigned: AssignedPartition, nowMs: number): number | null {
    const topic = this.#metadata.cached(assigned.topic);
    if (topic === undefined) {
      this.#refresher.refresh(assigned.topic);
      return null;
    }
    if (assigned.topicId !== null && topic.topicId !== assigned.topicId) {
      this.#reportFailure(
        assigned,
        "UNKNOWN_TOPIC_ID",
        "the topic was deleted and created anew; assign it again with an offset of the new one",
      );
      return null;
    }
    assigned.topicId = topic.topicId;
    const partition = topic.partitions[assigned.partition];
    if (partition === undefined) {
      this.#reportFailure(assigned, "UNKNOWN_TOPIC_OR_PARTITION", `the topic has ${topic.partitions.length} partitions`);
      return null;
    }
    if (partition.leaderId < 0) {
      this.#refresher.refresh(assigned.topic);
      return null;
    }
    return assigned.replica.nodeId(partition, this.#metadata.brokers, nowMs, () => this.#refresher.refresh(assigned.topic));
  }

  async #fetch(plan: FetchPlan): Promise<void> {
    try {
      const request = fetchRequest(plan, this.#settings, this.#waitMs(plan), this.#metadata);
      const maxVersion = maxFetchVersion(plan);
      const response = await this.#cluster.link(plan.nodeId, this.#purpose).request(fetch, request, {
        timeoutMs: this.#context.settings.requestTimeoutMs + request.maxWaitMs,
        ...(maxVersion === undefined ? {} : { maxVersion }),
      });
      this.#release(plan);
      this.#receive(plan, response);
    } catch (error) {
      this.#release(plan);
      this.#fetchFailed(plan, error);
    }
    this.#fetchAll();
  }

  #waitMs(plan: FetchPlan): number {
    const { fetchWaitMaxMs } = this.#settings;
    if (plan.excluded === 0) return fetchWaitMaxMs;
    const waitMs = Math.min(this.#incompleteWaitMs, fetchWaitMaxMs);
    this.#incompleteWaitMs = Math.min(2 * waitMs, fetchWaitMaxMs);
    return waitMs;
  }

  #release(plan: FetchPlan): void {
    this.#busyNodes.delete(plan.nodeId);
    for (const { assigned } of plan.partitions) assigned.inFlight = false;
  }

  #fetchFailed(plan: FetchPlan, error: unknown): void {
    if (this.#lifetime.closed || this.#cluster.lifetime.closed) return;
    this.#context.settings.log("debug", "could not fetch", { nodeId: plan.nodeId, reason: reason(error) });
    leaveReplicas(plan);
    if (isRetriable(error)) {
      this.#retryLater(plan.partitions);
      return;
    }
    const name = error instanceof ClientError ? error.code : "UNKNOWN_SERVER_ERROR";
    for (const { assigned, seeks } of plan.partitions) {
      if (assigned.seeks === seeks) this.#reportFailure(assigned, name, reason(error));
    }
  }

  #receive(plan: FetchPlan, response: FetchResponse): void {
    if (this.#lifetime.closed) return;
    if (response.errorCode !== ErrorCode.NONE) {
      this.#context.settings.log("debug", "could not fetch: the broker refused", { error: errorByCode(response.errorCode).name });
      leaveReplicas(plan);
      this.#retryLater(plan.partitions);
      return;
    }
    const planned = new Map<string, PlannedPartition>();
    for (const partition of plan.partitions) {
      const { topic, topicId, partition: index } = partition.assigned;
      planned.set(partitionKey(topic, index), partition);
      if (topicId !== null) planned.set(partitionKey(topicId, index), partition);
    }
    const retries: PlannedPartition[] = [];
    for (const topic of response.responses) {
      for (const partition of topic.partitions) {
        const asked = planned.get(partitionKey(topic.topic === "" ? topic.topicId : topic.topic, partition.partitionIndex));
        // Skip it: a seek or a new assignment came since.
        if (asked === undefined || asked.assigned.seeks !== asked.seeks) continue;
        if (!this.#receivePartition(asked.assigned, partition)) retries.push(asked);
      }
    }
    if (retries.length === 0) this.#backoff.reset();
    else this.#retryLater(retries);
  }

  /** Takes the answer for one partition. Returns false if it must be fetched again after a pause and with fresh metadata. */
  #receivePartition(assigned: AssignedPartition, response: PartitionResponse): boolean {
    const { errorCode, records } = response;
    if (errorCode !== ErrorCode.NONE) {
      const isBackAtLeader = assigned.replica.failed(errorCode);
      // Ask the leader again: the replica may lag behind it.
      if (isBackAtLeader && errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) return false;
      assigned.unknownAnswers = unknownTopicErrors.has(errorCode) ? assigned.unknownAnswers + 1 : 0;
      if (!permanentErrors.has(errorCode) && assigned.unknownAnswers < unknownAnswersMax) return false;
      this.#reportFailure(assigned, errorByCode(errorCode).name, hintOf(errorCode));
      return true;
    }
    assigned.unknownAnswers = 0;
    if (response.preferredReadReplica >= 0) this.#follow(assigned, response.preferredReadReplica);
    assigned.highWatermark = Number(response.highWatermark);
    if (records === null || records.length === 0) {
      assigned.bytesMore = null;
      return true;
    }
    const scan = scanBatches(records, assigned.fetchOffset, assigned.highWatermark);
    if (scan.kind === "doubtful" && assigned.bytesMore === null) {
      assigned.bytesMore = scan.bytes;
      return true;
    }
    if (scan.kind !== "batches") {
      this.#reportFailure(assigned, "CORRUPT_MESSAGE", scan.detail);
      return true;
    }
    assigned.bytesMore = null;
    this.#toEnd(assigned);
    const buffer = scan.end === records.length ? records : records.subarray(0, scan.end);
    this.#bytesBuffered += buffer.length;
    assigned.chunks.push({
      topic: assigned.topic,
      partition: assigned.partition,
      error: null,
      buffer,
      fetchOffset: assigned.fetchOffset,
      nextOffset: scan.nextOffset,
      recordCount: scan.recordCount,
      highWatermark: assigned.highWatermark,
      lastStableOffset: Number(response.lastStableOffset),
      logStartOffset: Number(response.logStartOffset),
    });
    assigned.fetchOffset = scan.nextOffset;
    this.#enqueue(assigned);
    return true;
  }

  #follow(assigned: AssignedPartition, nodeId: number): void {
    const leader = this.#metadata.cached(assigned.topic)?.partitions[assigned.partition];
    if (leader === undefined) return;
    const { platform, settings } = this.#context;
    assigned.replica.follow(nodeId, leader, platform.clock.monotonicMs() + settings.metadataMaxAgeMs);
  }

  #reportFailure(assigned: AssignedPartition, errorName: string, detail: string): void {
    const { topic, partition } = assigned;
    assigned.failed = true;
    const error = new FetchError(topic, partition, assigned.fetchOffset, errorName, detail);
    assigned.chunks.push({ topic, partition, error });
    this.#enqueue(assigned);
  }

  #enqueue(assigned: AssignedPartition): void {
    if (!assigned.queued) {
      assigned.queued = true;
      this.#ready.push(assigned);
    }
    if (this.#waiter !== null && !assigned.paused) {
      this.#waiter.resolve();
      this.#waiter = null;
    }
  }

  #toEnd(assigned: AssignedPartition): void {
    const key = partitionKey(assigned.topic, assigned.partition);
    this.#assigned.delete(key);
    this.#assigned.set(key, assigned);
  }

  #dropChunks(assigned: AssignedPartition): void {
    for (const chunk of assigned.chunks) {
      if (chunk.error === null) this.#bytesBuffered -= chunk.buffer.length;
    }
    assigned.chunks.length = 0;
  }

  #retryLater(partitions: readonly PlannedPartition[]): void {
    const retryAtMs = this.#context.platform.clock.monotonicMs() + this.#backoff.nextMs();
    for (const { assigned } of partitions) {
      assigned.retryAtMs = retryAtMs;
      this.#refresher.refresh(assigned.topic);
    }
    this.#pump.at(retryAtMs);
  }

  /** Counts the answers that a topic is unknown. After several the failure is reported. */
  #refreshed(topics: readonly string[]): void {
    for (const assigned of this.#assigned.values()) {
      if (assigned.failed || !topics.includes(assigned.topic) || this.#metadata.cached(assigned.topic) !== undefined) continue;
      assigned.unknownAnswers += 1;
      if (assigned.unknownAnswers < unknownAnswersMax) continue;
      this.#reportFailure(assigned, "UNKNOWN_TOPIC_OR_PARTITION", "the topic does not exist; create it first");
    }
  }
}

/** Goes back to the leaders of all partitions, since the whole fetch failed. */
function leaveReplicas({ partitions }: FetchPlan): void {
  for (const { assigned } of partitions) assigned.replica.clear();
}

function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
