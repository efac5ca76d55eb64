import { type Moves, StateMachine } from "../state-machine.ts";

/**
 * State of a stream thread, in Kafka's words where it has one (`StreamThread.State`).
 *
 * ```
 * starting, partitionsAssigned, running ─▶ partitionsRevoked ─▶ partitionsAssigned ─▶ running
 * starting, partitionsRevoked, partitionsAssigned, running ─▶ lost ─▶ partitionsRevoked
 * starting, partitionsRevoked, partitionsAssigned, running ─▶ pendingShutdown
 * lost, pendingShutdown ─▶ closing ─▶ dead
 * starting, partitionsRevoked, partitionsAssigned, running, lost, pendingShutdown, closing ─▶ failed ─▶ dead
 * partitionsRevoked ─▶ partitionsRevoked
 * ```
 */
export type ThreadStateName =
  /** The member joins for the first time. */
  | "starting"
  /** An assignment is being taken up, or awaited: tasks that are gone are committed and closed. */
  | "partitionsRevoked"
  /** The assignment is taken up; some of its tasks are still being restored. */
  | "partitionsAssigned"
  /** All tasks of the assignment run. */
  | "running"
  /** The group has gone on without this member. The loop has not dropped the tasks yet. */
  | "lost"
  /** `stop` was called. A last commit is due. */
  | "pendingShutdown"
  /** Nothing more is committed: the last commit is done, or the membership was lost before. */
  | "closing"
  /** An error ends the thread, without a commit. */
  | "failed"
  /** Everything is closed. */
  | "dead";

/** Actions that a state allows. */
interface Rights {
  /** Process records. */
  readonly process: boolean;
  /** Commit what was processed. */
  readonly commit: boolean;
  /** Follow the group: take up assignments, join again. */
  readonly takeUp: boolean;
  readonly next: readonly ThreadStateName[];
}

const ends = ["pendingShutdown", "lost", "failed"] as const;

/** Table of the states: what each allows, and which states may follow it. */
export const threadStates: { readonly [State in ThreadStateName]: Rights } = {
  starting: { process: true, commit: true, takeUp: true, next: ["partitionsRevoked", ...ends] },
  partitionsRevoked: {
    process: true,
    commit: true,
    takeUp: true,
    next: ["partitionsRevoked", "partitionsAssigned", ...ends],
  },
  partitionsAssigned: { process: true, commit: true, takeUp: true, next: ["partitionsRevoked", "running", ...ends] },
  running: { process: true, commit: true, takeUp: true, next: ["partitionsRevoked", ...ends] },
  lost: { process: false, commit: false, takeUp: true, next: ["partitionsRevoked", "closing", "failed"] },
  pendingShutdown: { process: false, commit: true, takeUp: false, next: ["closing", "failed"] },
  closing: { process: false, commit: false, takeUp: false, next: ["failed", "dead"] },
  failed: { process: false, commit: false, takeUp: false, next: ["dead"] },
  dead: { process: false, commit: false, takeUp: false, next: [] },
};

/** Moves of the table. */
export const threadMoves: Moves<ThreadStateName> = Object.fromEntries(
  Object.entries(threadStates).map(([state, { next }]) => [state, next]),
) as unknown as Moves<ThreadStateName>;

/** State of a stream thread, and what it allows. */
export class ThreadState {
  readonly #machine = new StateMachine<ThreadStateName>("starting", threadMoves);

  get name(): ThreadStateName {
    return this.#machine.state;
  }

  get mayProcess(): boolean {
    return threadStates[this.name].process;
  }

  get mayCommit(): boolean {
    return threadStates[this.name].commit;
  }

  get mayTakeUp(): boolean {
    return threadStates[this.name].takeUp;
  }

  moveTo(next: ThreadStateName): void {
    this.#machine.moveTo(next);
  }

  /** Asks for the end, after a last commit; without one if others may have the tasks. No effect on a thread that ends already. */
  stop(): void {
    if (!this.#machine.request("pendingShutdown") && this.name === "lost") this.moveTo("closing");
  }

  /** Notes that the group has gone on without this member. Returns true if something was to be lost. */
  lose(): boolean {
    return this.#machine.request("lost") || (this.name === "pendingShutdown" && this.#machine.request("closing"));
  }

  /** Notes that the last commit is done. */
  close(): void {
    if (this.name !== "closing") this.moveTo("closing");
  }

  /** Notes that the thread fails. Returns false if it has ended, or failed before. */
  fail(): boolean {
    return this.#machine.request("failed");
  }

  /** Notes that an assignment was taken up, unless the thread has gone another way meanwhile. */
  tookUp(): void {
    if (this.name === "partitionsRevoked") this.moveTo("partitionsAssigned");
  }
}
