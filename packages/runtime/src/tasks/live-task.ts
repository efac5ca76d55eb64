import { strict as assert } from "node:assert";
import type { Task, TaskPlan, TaskStores } from "@millrace/core";
import { type Moves, StateMachine } from "../state-machine.ts";

/**
 * State of a task. A task is restoring from its creation on, also while its serdes are bound: Java's CREATED and RESTORING.
 *
 * ```
 * restoring ─▶ running ─▶ closed
 * restoring ─▶ closed
 * ```
 */
export type TaskState = "restoring" | "running" | "closed";

/** Table of the states of a task. */
export const taskMoves: Moves<TaskState> = { restoring: ["running", "closed"], running: ["closed"], closed: [] };

/** Task with the thread's own data about it. Its serdes may take time to be bound; until then there are no stores and no task. */
export class LiveTask {
  readonly plan: TaskPlan;
  readonly #machine = new StateMachine<TaskState>("restoring", taskMoves);
  readonly #closed = Promise.withResolvers<void>();
  #made: { readonly stores: TaskStores; readonly task: Task } | null = null;

  constructor(plan: TaskPlan) {
    this.plan = plan;
  }

  get state(): TaskState {
    return this.#machine.state;
  }

  /** Resolves when the task is closed. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  get isMade(): boolean {
    return this.#made !== null;
  }

  get stores(): TaskStores {
    assert(this.#made !== null, "the stores of a task are used when its serdes are bound");
    return this.#made.stores;
  }

  get task(): Task {
    assert(this.#made !== null, "a task is used when its serdes are bound");
    return this.#made.task;
  }

  /** Gives it what could be made when its serdes were bound. */
  made(stores: TaskStores, task: Task): void {
    assert(this.#made === null, "a task is made once");
    this.#made = { stores, task };
  }

  moveTo(next: TaskState): void {
    this.#machine.moveTo(next);
    if (next === "closed") this.#closed.resolve();
  }
}
