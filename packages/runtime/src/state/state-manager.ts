import { WriteBudget, type StoreTail, type Task, type TaskStore } from "@millrace/core";
import { yieldTo, type Platform } from "@millrace/platform";
import { resumeStores, type ResumeParts, type StoreToResume } from "./checkpoints.ts";
import type { DrainGate } from "../commit/drain-gate.ts";
import { limits } from "../limits.ts";

/** A store whose writes wait for their records in a topic, its changelog or the source topic that serves as one. */
interface TailedStore {
  readonly topic: string;
  readonly partition: number;
  readonly task: Task;
  readonly tail: StoreTail;
}

/**
 * State of a thread's stores on disk: the offsets at which restorations begin, and the writes on their way to the engine,
 * which drain a few milliseconds at a time between the slices of the tasks. With an engine in memory there is nothing to do.
 *
 * @see org.apache.kafka.streams.processor.internals.ProcessorStateManager, which each task has one of
 */
export class StateManager {
  /** Budget of writes on their way to the engine; stores in memory use none of it. */
  readonly budget: WriteBudget;
  readonly #parts: ResumeParts;
  readonly #gate: DrainGate;
  readonly #platform: Platform;
  #stores: readonly TailedStore[] = [];
  /** Time at which the end of the changelog was asked for. */
  readonly #resumedMs = new WeakMap<TaskStore, number>();
  /** Index of the store to continue with, so that each has its turn. */
  #turn = 0;

  constructor(parts: Omit<ResumeParts, "clock">, platform: Platform, gate: DrainGate, uncommittedBytesMax: number) {
    this.#gate = gate;
    this.#parts = { ...parts, clock: platform.clock };
    this.#platform = platform;
    this.budget = new WriteBudget(uncommittedBytesMax);
  }

  /** True: nothing may be processed until something has drained. */
  get isFull(): boolean {
    return this.budget.isFull;
  }

  /** Prepares stores for their restoration. Returns the offsets at which it begins. */
  resume(stores: readonly StoreToResume[]): Promise<number[]> {
    const nowMs = this.#platform.clock.nowMs();
    for (const { store } of stores) this.#resumedMs.set(store, nowMs);
    return resumeStores(this.#parts, stores);
  }

  /** Lets a task begin to write: its stores are restored from these topics. */
  start(
    task: Task,
    restored: readonly { readonly topic: string; readonly partition: number; readonly store: TaskStore }[],
  ): void {
    for (const { topic, partition, store } of restored) {
      const { tail } = store;
      if (tail === null) continue;
      tail.complete(this.#resumedMs.get(store) ?? Number.NaN);
      this.#stores = [...this.#stores, { topic, partition, task, tail }];
      this.#gate.open(topic, partition, tail);
    }
  }

  /** Forgets a closed task; its stores drop the writes that are not drained. */
  end(task: Task): void {
    for (const { topic, partition, tail, task: owner } of this.#stores)
      if (owner === task) this.#gate.shut(topic, partition, tail);
    this.#stores = this.#stores.filter((store) => store.task !== task);
  }

  /** Writes what may be written, one batch after the other, until `endMs`. Returns whether there was anything. */
  drain(endMs: number): boolean {
    const stores = this.#stores;
    const { clock } = this.#platform;
    let drained = false;
    for (let idle = 0; idle < stores.length;) {
      this.#turn = (this.#turn + 1) % stores.length;
      const nowMs = clock.nowMs();
      if (drained && nowMs >= endMs) break;
      if (stores[this.#turn]!.tail.drain(nowMs)) {
        drained = true;
        idle = 0;
      } else idle += 1;
    }
    return drained;
  }

  /** Everything is acknowledged: writes all of it, so that the next owner on this disk has nothing to restore. */
  async drainAll(): Promise<void> {
    const { clock, timers } = this.#platform;
    while (this.drain(clock.nowMs() + limits.sliceMsMax)) await yieldTo(timers);
    for (const { tail } of this.#stores) tail.finish(clock.nowMs());
  }
}
