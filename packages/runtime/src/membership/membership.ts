import type { CommittedOffset, MembershipOperation, OffsetToCommit, TopicPartition } from "@millrace/client";

/** Session of a member, as far as long records concern it. */
export interface Session {
  readonly sessionTimeoutMs: number;
  /** Asks for a longer session from the next epoch on. */
  raiseSessionTimeout(timeoutMs: number): void;
}

/** Tasks that the group gives to this member, by role and by their ids. */
export interface AssignedTasks {
  readonly active: readonly string[];
  /** Tasks whose stores the member keeps as copies, for a quick take-over. */
  readonly standby: readonly string[];
  /** Tasks whose stores the member fills, so that it can have them soon. */
  readonly warmUp: readonly string[];
}

/** Wish of the group, which the thread follows between two slices; then it calls `done`. */
export type MembershipEvent =
  | {
      readonly kind: "assigned";
      /** Number of the assignment: a generation of the classic protocol. */
      readonly epoch: number;
      readonly tasks: AssignedTasks;
      readonly done: () => void;
    }
  /** The group has gone on without this member, and others may have its tasks. */
  | { readonly kind: "lost"; readonly done: () => void };

/** Listener of a membership. Its methods must not throw. */
export interface MembershipListener {
  /** `next` has something, or it may be time to look whether `isJoining` has changed. */
  onEvent(): void;
  /** The membership has ended: records on their way must stop at once. The event `lost` follows. */
  onLosing(): void;
  /** `mayProcess` has become false. */
  onSessionOver(): void;
  /** The member cannot go on: another one took its place, or the group refuses it. */
  onFenced(error: unknown): void;
}

/** Tasks of a member, as its membership has to tell the group of them. */
export interface MemberTasks {
  /** Ids of the tasks that the member has, also of those that do not run yet. */
  owned(): string[];
  /** An offset that a commit may repeat without an effect; none where nothing was committed yet, null without tasks. */
  repeatableCommit(): OffsetToCommit[] | null;
}

/**
 * Membership of a stream thread in the group of its application. The group says which tasks the thread has; the membership says
 * whether it may work on them.
 *
 * ```
 *  thread/stream-thread ── poll, beat, released, commit, leave ─▶ Membership
 *          ▲                                                      │  classic.ts: a member of the classic protocol,
 *          └─ next(): assigned { epoch, tasks } | lost ◀──────────┘              partitions ⇄ task ids
 *             mayProcess, mayCommit, isJoining
 * ```
 */
export interface Membership extends Session {
  /** Joins the group, and stays until `leave`. */
  join(): void;
  /** False: nothing has proved the membership for the length of a session, so that others may have the tasks. */
  readonly mayProcess: boolean;
  /** True in an epoch that goes on; during a rebalance a commit waits for the next one. */
  readonly mayCommit: boolean;
  /** True while an epoch is over and the next has not begun. */
  readonly isJoining: boolean;
  /** Takes the next wish of the group; null: there is none. */
  next(): MembershipEvent | null;
  /** Tells the group that the tasks which the last assignment takes away are committed and closed, be it none. */
  released(tasks: readonly string[]): void;
  /** Reports progress of the thread. Without it the member leaves after `maxPollIntervalMs`. */
  poll(): void;
  /** Sends a heartbeat now. Resolves when it was answered or failed. */
  beat(): Promise<void>;
  /** Commits offsets in the present epoch. @throws {GroupError} `CLIENT_REBALANCE_IN_PROGRESS`, `CLIENT_MEMBERSHIP_LOST` */
  commit(offsets: readonly OffsetToCommit[]): Promise<void>;
  /** Reads the committed offsets of the group. */
  committed(partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]>;
  /** Stays in the present epoch until `leave`, so that a last commit belongs to it. No event comes any more. */
  hold(): void;
  /** Leaves the group. Call it when everything is closed. */
  leave(how: MembershipOperation): Promise<void>;
}
