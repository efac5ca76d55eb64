import type { Cancellable } from "../operator/operator-spec.ts";

/** A callback that is due at a time, and again after each interval. */
export class Schedule implements Cancellable {
  /** Time at which it is due, in milliseconds. */
  dueMs: number;
  readonly everyMs: number;
  readonly run: (timeMs: number) => void;
  isCancelled: boolean = false;

  constructor(dueMs: number, everyMs: number, run: (timeMs: number) => void) {
    this.dueMs = dueMs;
    this.everyMs = everyMs;
    this.run = run;
  }

  cancel(): void {
    this.isCancelled = true;
  }

  /** Moves to the first time of its grid after `timeMs`: intervals that were missed are skipped. */
  advance(timeMs: number): void {
    const missed = Math.max(0, Math.floor((timeMs - this.dueMs) / this.everyMs));
    this.dueMs += (missed + 1) * this.everyMs;
  }
}

/**
 * The schedules of a task in one kind of time, the earliest first; equal times come in the order of Java's PriorityQueue.
 *
 * @see Java's `PunctuationQueue`
 */
export class PunctuationQueue {
  readonly #heap: Schedule[] = [];

  /** Time at which the earliest schedule is due; `Infinity` without schedules. */
  get dueMs(): number {
    return this.#heap.length === 0 ? Number.POSITIVE_INFINITY : this.#heap[0]!.dueMs;
  }

  /** Adds a schedule. */
  add(schedule: Schedule): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(schedule);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (schedule.dueMs >= heap[parent]!.dueMs) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = schedule;
  }

  /**
   * Runs what is due, each schedule once, however many of its intervals have passed.
   *
   * @returns true if a callback ran
   */
  punctuate(timeMs: number): boolean {
    let punctuated = false;
    while (this.dueMs <= timeMs) {
      const schedule = this.#poll();
      if (schedule.isCancelled) continue;
      schedule.run(timeMs);
      punctuated = true;
      if (schedule.isCancelled) continue;
      schedule.advance(timeMs);
      this.add(schedule);
    }
    return punctuated;
  }

  clear(): void {
    this.#heap.length = 0;
  }

  #poll(): Schedule {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) this.#siftDown(last);
    return first;
  }

  #siftDown(schedule: Schedule): void {
    const heap = this.#heap;
    const half = heap.length >>> 1;
    let at = 0;
    while (at < half) {
      let child = 2 * at + 1;
      const right = child + 1;
      if (right < heap.length && heap[child]!.dueMs > heap[right]!.dueMs) child = right;
      if (schedule.dueMs <= heap[child]!.dueMs) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = schedule;
  }
}
