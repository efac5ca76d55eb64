import type { Task, TaskPlan, TaskStores } from "@millrace/core";
import { type Moves, StateMachine } from "../state-machine.ts";

/**
 * State of a task. A task is restoring from its creation on: Java's CREATED and RESTORING.
 *
 * ```
 * restoring ─▶ running ─▶ closed
 * restoring ─▶ closed
 * ```
 */
export type TaskState = "restoring" | "running" | "closed";

/** Table of the states of a task. */
export const taskMoves: Moves<TaskState> = { restoring: ["running", "closed"], running: ["closed"], closed: [] };

/** Task with the thread's own data about it. */
export class LiveTask {
  readonly plan: TaskPlan;
  readonly stores: TaskStores;
  readonly task: Task;
  readonly #machine = new StateMachine<TaskState>("restoring", taskMoves);

  constructor(plan: TaskPlan, stores: TaskStores, task: Task) {
    this.plan = plan;
    this.stores = stores;
    this.task = task;
  }

  get state(): TaskState {
    return this.#machine.state;
  }

  moveTo(next: TaskState): void {
    this.#machine.moveTo(next);
  }
}
