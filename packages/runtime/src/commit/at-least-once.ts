import { type Client, GroupError, isRetriable, type Producer } from "@millrace/client";
import type { CommittableOffset } from "@millrace/core";
import type { Platform } from "@millrace/platform";
import type { ResolvedConfig } from "../config.ts";
import type { Membership } from "../membership/membership.ts";
import { bounded } from "../patiently.ts";
import { producerOptions } from "../settings/client-options.ts";
import { TaskTimeout } from "./task-timeout.ts";
import type { LoopWaits } from "../thread/loop-waits.ts";
import type { CommitOutcome, CommitPlan, Committer } from "./committer.ts";
import type { DrainGate } from "./drain-gate.ts";

/** Parts of a thread that its committer needs. */
export interface AtLeastOnceParts {
  readonly client: Client;
  readonly config: ResolvedConfig;
  readonly platform: Platform;
}

/** Thread that commits. */
export interface CommittingThread {
  readonly gate: DrainGate;
  readonly waits: LoopWaits;
  readonly membership: () => Pick<Membership, "mayProcess" | "commit">;
  readonly onAcknowledged: () => void;
}

/**
 * Commits at least once: waits until everything written is acknowledged, then commits the offsets.
 *
 * @see TaskExecutor.commitOffsetsOrTransaction
 */
export class AtLeastOnceCommitter implements Committer {
  readonly #parts: AtLeastOnceParts;
  readonly #thread: CommittingThread;
  readonly #timeout: TaskTimeout;
  #producer: Producer;
  #isAborted = false;
  #recordsProduced = 0;
  #commits = 0;

  constructor(parts: AtLeastOnceParts, thread: CommittingThread) {
    this.#parts = parts;
    this.#thread = thread;
    this.#timeout = new TaskTimeout(parts.platform.clock, parts.config.taskTimeoutMs);
    this.#producer = this.#open();
  }

  get producer(): Producer {
    return this.#producer;
  }
  get recordsProduced(): number {
    return this.#recordsProduced;
  }
  get commits(): number {
    return this.#commits;
  }

  async commit({ offsets, isLast, onAcknowledged }: CommitPlan): Promise<CommitOutcome> {
    const { gate, waits } = this.#thread;
    gate.committing(offsets);
    try {
      await waits.unlessFailed(this.#producer.flush());
    } catch (error) {
      waits.check();
      if (this.#isAborted) return "lost";
      throw error;
    }
    if (offsets.length === 0) return "nothing";
    onAcknowledged();
    try {
      await waits.unlessFailed(this.#commitOffsets(offsets));
    } catch (error) {
      waits.check();
      return this.#refused(error, isLast);
    }
    this.#timeout.succeeded();
    gate.committed(offsets);
    this.#commits += 1;
    return "committed";
  }

  abort(): void {
    this.#isAborted = true;
    void this.#producer.close();
  }

  begin(): void {
    this.#isAborted = false;
    this.#producer = this.#open();
  }

  interrupt(): void {
    this.#producer.interrupt();
  }

  close(): Promise<void> {
    return this.#producer.close();
  }

  #open(): Producer {
    const { gate, membership, onAcknowledged } = this.#thread;
    const producer = this.#parts.client.producer(producerOptions(this.#parts.config));
    producer.onAcknowledged = (topic, partition, baseOffset, count) => {
      this.#recordsProduced += count;
      gate.acknowledged(topic, partition, baseOffset, count);
      onAcknowledged();
    };
    // The group may have given the tasks to others: records sent now could set counts back.
    producer.isHeld = () => !membership().mayProcess;
    producer.onFailed = ({ topic, partition }) => gate.failed(topic, partition);
    return producer;
  }

  #commitOffsets(offsets: readonly CommittableOffset[]): Promise<void> {
    const commit = (): Promise<void> => this.#thread.membership().commit(offsets);
    return bounded(this.#parts, "committing offsets", commit, this.#timeout.begins());
  }

  /** A rejected commit is not fatal if the group has moved on: its last committed offset decides where processing resumes. */
  #refused(error: unknown, isLast: boolean): CommitOutcome {
    if (!(error instanceof GroupError)) return this.#unanswered(error, isLast);
    // A rebalance is beginning; the commit is still due.
    if (error.code === "CLIENT_REBALANCE_IN_PROGRESS") return "rebalance";
    if (error.code !== "CLIENT_MEMBERSHIP_LOST") throw error;
    // Another member may have the tasks by now: process nothing until the group assigns them again.
    this.#parts.config.log("warn", "processing uncommitted records again: the group has gone on without this member", {
      cause: error,
    });
    return "lost";
  }

  /** A commit that no broker answers is due again with the next interval, unless it is the last one. */
  #unanswered(error: unknown, isLast: boolean): CommitOutcome {
    if (!isRetriable(error) || isLast || !this.#timeout.failed()) throw error;
    this.#parts.config.log("warn", "retrying to commit offsets, since no broker answered", { cause: error });
    return "later";
  }
}
