import { strict as assert } from "node:assert";
import { DropTally, type DropCount, type ProcessedCount, type Task, type Plan, type TaskPlan } from "@millrace/core";
import { limits } from "../limits.ts";
import type { LiveTask } from "./live-task.ts";

/** The tasks that a thread has, in the order of the plan, with their states. */
export class TaskRegistry {
  /** Running tasks; the loop iterates over them. */
  running: readonly Task[] = [];
  readonly #plans: readonly TaskPlan[];
  readonly #live = new Map<string, LiveTask>();
  /** Drops of closed tasks. */
  readonly #droppedBefore = new DropTally();
  /** Records that reached the nodes of closed tasks, by node. */
  readonly #processedBefore = new Map<string, number>();

  constructor(plans: readonly TaskPlan[]) {
    this.#plans = plans;
  }

  get count(): number {
    return this.#live.size;
  }

  get restoringCount(): number {
    return this.#live.size - this.running.length;
  }

  /** Ids of all tasks, also of those that do not run yet. */
  owned(): string[] {
    return [...this.#live.keys()];
  }

  get(id: string): LiveTask {
    const live = this.#live.get(id);
    assert(live !== undefined, "only tasks that the thread has are asked for");
    return live;
  }

  /** Ids of the tasks that an assignment of these tasks takes away. */
  goneIn(assigned: readonly string[]): string[] {
    const ids = new Set(assigned);
    return this.owned().filter((id) => !ids.has(id));
  }

  /** Plans of the tasks that are to be made for an assignment of these tasks. */
  newIn(assigned: readonly string[]): TaskPlan[] {
    const ids = new Set(assigned);
    return this.#plans.filter(({ id }) => ids.has(id) && !this.#live.has(id));
  }

  add(live: LiveTask): void {
    assert(!this.#live.has(live.plan.id), "a thread has a task once");
    this.#live.set(live.plan.id, live);
  }

  /** Lets tasks run. */
  run(tasks: readonly LiveTask[]): void {
    for (const live of tasks) live.moveTo("running");
    this.#list();
  }

  /** Forgets a task, which is about to be closed. */
  remove(live: LiveTask): void {
    live.moveTo("closed");
    for (const { nodeName, reason, count } of dropsOf(live)) this.#droppedBefore.add(nodeName, reason, count);
    addProcessed(this.#processedBefore, processedOf(live));
    this.#live.delete(live.plan.id);
    this.#list();
  }

  /** Time for which the loop may sleep: until the next schedule of a task is due, at least 1 ms and at most `pollMs`. */
  idleMs(nowMs: number): number {
    let idleMs: number = limits.pollMs;
    for (const task of this.running) idleMs = Math.min(idleMs, task.punctuationDueMs - nowMs);
    return Math.max(1, idleMs);
  }

  /** Runs the schedules of all tasks that are due. Returns true if one ran. */
  punctuate(nowMs: number): boolean {
    let punctuated = false;
    for (const task of this.running) if (task.punctuationDueMs <= nowMs) punctuated = task.punctuate(nowMs) || punctuated;
    return punctuated;
  }

  /** True if a processor has asked for a commit. */
  get commitRequested(): boolean {
    return this.running.some((task) => task.commitRequested);
  }

  /** Records that reached each of these nodes since the start, in their order. */
  processed(nodes: Plan["topology"]["nodes"]): readonly ProcessedCount[] {
    const sums = new Map(this.#processedBefore);
    for (const live of this.#live.values()) addProcessed(sums, processedOf(live));
    return nodes.flatMap(({ name }) => {
      const count = sums.get(name);
      return count === undefined ? [] : [{ nodeName: name, count }];
    });
  }

  /** Records that were dropped since the start, by node and reason. */
  drops(): readonly DropCount[] {
    const sum = new DropTally();
    const counts = [this.#droppedBefore.counts(), ...[...this.#live.values()].map(dropsOf)].flat();
    for (const { nodeName, reason, count } of counts) sum.add(nodeName, reason, count);
    return sum.counts();
  }

  #list(): void {
    this.running = this.#plans.flatMap(({ id }) => {
      const live = this.#live.get(id);
      return live?.state === "running" ? [live.task] : [];
    });
  }
}

function dropsOf(live: LiveTask): readonly DropCount[] {
  return live.isMade ? live.task.drops() : [];
}

function processedOf(live: LiveTask): readonly ProcessedCount[] {
  return live.isMade ? live.task.metrics.processedRecords() : [];
}

function addProcessed(sums: Map<string, number>, counts: readonly ProcessedCount[]): void {
  for (const { nodeName, count } of counts) sums.set(nodeName, (sums.get(nodeName) ?? 0) + count);
}
