import type { RecordQueue } from "./record-queue.ts";

/**
 * Looks up how many records of a partition the broker has beyond those handed over; null if unknown. A task that waits for
 * its other inputs needs this (KIP-695).
 */
export type LagLookup = (topic: string, partition: number) => number | null;

/**
 * Chooses the queue whose head has the smallest timestamp, by a binary heap that breaks ties as Java's PriorityQueue does,
 * and says whether the task may go on although some inputs have nothing buffered (Java's PartitionGroup).
 */
export class PartitionGroup {
  readonly queues: readonly RecordQueue[];
  readonly heap: RecordQueue[] = [];
  readonly maxTaskIdleMs: number;
  readonly lag: LagLookup;
  /** Per queue, until when to wait for a producer; NaN: not waiting. */
  readonly deadlinesMs: Float64Array;

  constructor(queues: readonly RecordQueue[], maxTaskIdleMs: number, lag: LagLookup) {
    this.queues = queues;
    this.maxTaskIdleMs = maxTaskIdleMs;
    this.lag = lag;
    this.deadlinesMs = new Float64Array(queues.length).fill(Number.NaN);
  }

  add(queue: RecordQueue, buffer: Buffer, recordCount: number, nextOffset: number): void {
    const wasEmpty = !queue.hasHead;
    queue.add(buffer, recordCount, nextOffset);
    if (wasEmpty && queue.hasHead) this.offer(queue);
  }

  /** Something is buffered for every input, so no record with a smaller time can come but late ones. */
  get complete(): boolean {
    return this.heap.length === this.queues.length;
  }

  /**
   * `maxTaskIdleMs` -1: always. Else an empty input holds the task back while its lag is unknown or not zero; when it is
   * zero, until `maxTaskIdleMs` have passed since that was noticed. A smallest head that waits for a look-up holds the task back, too:
   * no other record comes before it.
   *
   * @throws {SourceRecordError} when such a head cannot be read after all
   */
  ready(nowMs: number): boolean {
    while (this.heap.length > 0 && this.heap[0]!.waiting !== null) if (!this.resume(nowMs)) return false;
    if (this.heap.length === 0) return false;
    if (this.maxTaskIdleMs === -1 || this.complete) return true;
    for (let i = 0; i < this.queues.length; i += 1) {
      const queue = this.queues[i]!;
      if (queue.hasHead) {
        this.deadlinesMs[i] = Number.NaN;
        continue;
      }
      if (this.lag(queue.topic, queue.partition) !== 0) {
        this.deadlinesMs[i] = Number.NaN;
        return false;
      }
      if (Number.isNaN(this.deadlinesMs[i])) this.deadlinesMs[i] = nowMs + this.maxTaskIdleMs;
      if (nowMs < this.deadlinesMs[i]!) return false;
    }
    return true;
  }

  /** Reads the smallest head again, which waits for a look-up. Returns false if it goes on waiting. @throws {SourceRecordError} */
  resume(nowMs: number): boolean {
    const queue = this.heap[0]!;
    if (!queue.resume(nowMs)) return false;
    this.removeFirst();
    if (queue.hasHead) this.offer(queue);
    return true;
  }

  /**
   * Takes the queue with the smallest head out of the heap; `offer` puts it back once its next head is known. null: there is none,
   * or it waits for a look-up.
   */
  poll(): RecordQueue | null {
    const heap = this.heap;
    return heap.length === 0 || heap[0]!.waiting !== null ? null : this.removeFirst();
  }

  removeFirst(): RecordQueue {
    const heap = this.heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) this.siftDown(last);
    return first;
  }

  offer(queue: RecordQueue): void {
    const heap = this.heap;
    let at = heap.length;
    heap.push(queue);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const above = heap[parent]!;
      if (queue.headTimestampMs >= above.headTimestampMs) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = queue;
  }

  siftDown(queue: RecordQueue): void {
    const heap = this.heap;
    const half = heap.length >>> 1;
    let at = 0;
    while (at < half) {
      let child = 2 * at + 1;
      const right = child + 1;
      if (right < heap.length && heap[child]!.headTimestampMs > heap[right]!.headTimestampMs) child = right;
      if (queue.headTimestampMs <= heap[child]!.headTimestampMs) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = queue;
  }

  clear(): void {
    for (const queue of this.queues) queue.clear();
    this.heap.length = 0;
    this.deadlinesMs.fill(Number.NaN);
  }
}
