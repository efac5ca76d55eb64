import type { Producer } from "@millrace/client";
import type { CommittableOffset } from "@millrace/core";

/**
 * Outcome of a commit. `nothing`: there was nothing to commit; `rebalance`: repeat it in the next epoch; `later`: no broker
 * answered; `lost`: others have the tasks.
 */
export type CommitOutcome = "nothing" | "committed" | "rebalance" | "later" | "lost";

/** Contents of a commit. The caches of all tasks are flushed before. */
export interface CommitPlan {
  readonly offsets: readonly CommittableOffset[];
  /** True: there is no later commit that could repeat a failed one. */
  readonly isLast: boolean;
  /** Called when everything before the offsets is acknowledged, and they are about to be committed. */
  readonly onAcknowledged: () => void;
}

/**
 * Output and commits of a thread: the guarantee that processing has.
 *
 * ```
 *  tasks ── records ─▶ producer ── acknowledged ─▶ DrainGate ─▶ tails of the stores ─▶ engine
 *  thread ─ commit(plan) ─▶ Committer ── offsets ─▶ group         ▲
 *                               └───────────────── committed ─────┘
 * ```
 */
export interface Committer {
  /** Producer that the tasks write to; another one after each `begin`. */
  readonly producer: Producer;
  /** Records that the broker has acknowledged, since the start. */
  readonly recordsProduced: number;
  /** Number of commits that succeeded. */
  readonly commits: number;
  /** Commits what the plan says. @throws the error of a commit that another attempt does not help */
  commit(plan: CommitPlan): Promise<CommitOutcome>;
  /**
   * Stops records on their way to the broker: after the writes of another owner they would set counts back. They were not
   * committed, so the next owner writes them again. Waits for them end.
   */
  abort(): void;
  /** Begins anew after `abort`, with another producer. */
  begin(): void;
  /** Stops records on their way until the membership is proved again; then they are sent. */
  interrupt(): void;
  close(): Promise<void>;
}
