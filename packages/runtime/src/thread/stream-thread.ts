import { strict as assert } from "node:assert";
import { ClosedError, type Fetcher, GroupError, isRetriable, type MembershipOperation } from "@millrace/client";
import type { CommittableOffset } from "@millrace/core";
import { yieldTo } from "@millrace/platform";
import { AtLeastOnceCommitter } from "../commit/at-least-once.ts";
import type { CommitOutcome, Committer } from "../commit/committer.ts";
import { DrainGate } from "../commit/drain-gate.ts";
import { watchDeletions } from "../deletion-watch.ts";
import { limits } from "../limits.ts";
import { ClassicMembership } from "../membership/classic.ts";
import type { AssignedTasks, Membership } from "../membership/membership.ts";
import { watchPartitions } from "../partition-watch.ts";
import { fetcherOptions } from "../settings/client-options.ts";
import { StateManager } from "../state/state-manager.ts";
import { TaskSet } from "../tasks/task-set.ts";
import { LoopWaits } from "./loop-waits.ts";
import { SlowRecords } from "./slow-records.ts";
import type { StreamThreadParts } from "./stream-thread-parts.ts";
import { ThreadState } from "./thread-state.ts";
import { Wake } from "./wake.ts";

/**
 * One loop with its own consumer, producer and tasks: takes fetched records, processes them in slices of a few
 * milliseconds, commits. It waits only for the ports.
 */
export class StreamThread {
  readonly #parts: StreamThreadParts;
  readonly #state = new ThreadState();
  readonly #wake: Wake;
  readonly #committer: Committer;
  readonly #fetcher: Fetcher;
  readonly #tasks: TaskSet;
  readonly #stores: StateManager;
  readonly #membership: Membership;
  readonly #waits = new LoopWaits();
  #lastCommitMs: number;
  #lastPurgeMs: number;
  #membershipsLost = 0;
  #farewell: MembershipOperation = "default";
  /** Index of the running task that had its turn last. */
  #turn = 0;
  readonly #slow: SlowRecords;
  /** True if the last records took so long that the thread must send a heartbeat before the next ones. */
  #tookLong = false;
  #processed = 0;

  constructor(parts: StreamThreadParts) {
    const { client, config, platform } = parts;
    this.#parts = parts;
    this.#wake = new Wake(platform.timers);
    this.#lastCommitMs = platform.clock.nowMs();
    this.#lastPurgeMs = this.#lastCommitMs;
    const gate = new DrainGate();
    this.#stores = new StateManager({ client, log: config.log }, platform, gate, config.uncommittedBytesMax);
    this.#committer = new AtLeastOnceCommitter(parts, {
      gate,
      waits: this.#waits,
      membership: () => this.#membership,
      onAcknowledged: () => this.#stores.isFull && this.#wake.signal(),
    });
    this.#fetcher = client.fetcher(fetcherOptions(config));
    this.#slow = new SlowRecords({ plan: parts.plan, config, session: () => this.#membership });
    this.#tasks = new TaskSet(parts, this.#committer.producer, this.#fetcher, this.#stores, () => this.#wake.signal());
    this.#membership = new ClassicMembership(parts, this.#tasks, {
      onEvent: () => this.#wake.signal(),
      onLosing: () => this.#lose(),
      onSessionOver: () => this.#committer.interrupt(),
      onFenced: (error) => this.#fail(error),
    });
  }

  get recordsProcessed(): number {
    return this.#processed;
  }
  /** Records acknowledged by the broker. */
  get recordsProduced(): number {
    return this.#committer.recordsProduced;
  }
  get commits(): number {
    return this.#committer.commits;
  }
  /** Number of times that the group went on without this member; each time, uncommitted records are processed again. */
  get membershipsLost(): number {
    return this.#membershipsLost;
  }
  get tasks(): TaskSet {
    return this.#tasks;
  }

  /**
   * Runs until `stop`; then commits and leaves the group. Rejects with the error that made the thread fail, after the same end
   * without a commit.
   */
  async run(): Promise<void> {
    const { client, plan, resolved, config } = this.#parts;
    const endWatch = watchPartitions(client.metadata, plan.sourceTopics, resolved.partitionCounts, config.log);
    const endDeletionWatch = watchDeletions(this.#parts, this.#tasks, (error) => this.#fail(error));
    this.#membership.join();
    try {
      await this.#loop();
      await this.#commitLast();
      await this.#stores.drainAll();
    } catch (error) {
      this.#state.fail();
      this.#membership.hold();
      // The farewell may take as long as a request does.
      this.#parts.events.onFailed(error);
      throw error;
    } finally {
      endWatch();
      endDeletionWatch();
      // Do this first: records still on their way when another member takes over would set counts back.
      await this.#committer.close();
      await this.#tasks.close();
      await this.#fetcher.close();
      await this.#membership.leave(this.#farewell);
      this.#state.moveTo("dead");
    }
  }

  /** Stops the loop. It gives up a restoration under way, commits a last time and leaves the group. */
  stop(farewell: MembershipOperation): void {
    this.#farewell = farewell;
    this.#state.stop();
    this.#membership.hold();
    this.#waits.stop();
    this.#wake.signal();
  }

  /** Stops what is on its way: others may have the tasks. A hand-over that waits for it ends. */
  #lose(): void {
    this.#noteLoss();
    this.#committer.abort();
  }

  #fail(error: unknown): void {
    // After the end it is too late to fail.
    if (!this.#state.fail()) return;
    // The group's callbacks belong to the thread: an error in them is the thread's failure.
    const isOwn = error instanceof GroupError && error.code === "CLIENT_GROUP_CALLBACK_FAILED";
    this.#waits.fail(isOwn ? error.cause : error);
    this.#wake.signal();
  }

  async #loop(): Promise<void> {
    const { clock, timers } = this.#parts.platform;
    while (this.#state.mayTakeUp) {
      this.#membership.poll();
      await this.#followGroup();
      const fed = this.#tasks.feeder.feed();
      const room = this.#committer.producer.whenRoom();
      const stops = !this.#state.mayProcess || !this.#membership.mayProcess || this.#stores.isFull || room !== undefined;
      const worked = !stops && this.#slice();
      if (this.#tookLong) await this.#beat();
      this.#tasks.feeder.resume();
      const drained = this.#stores.drain(clock.nowMs() + limits.sliceMsMax);
      const opened = this.#tasks.open(clock.nowMs() + limits.sliceMsMax);
      this.#noteRunning();
      // Writes that fill the memory and cannot drain wait for acknowledgements, or for the commit itself.
      const isUrgent = (this.#stores.isFull && !drained) || this.#tasks.registry.commitRequested;
      const sinceCommitMs = clock.nowMs() - this.#lastCommitMs;
      // A clock that was set back must not delay commits.
      const isDue = isUrgent || sinceCommitMs < 0 || sinceCommitMs >= this.#parts.config.commitIntervalMs;
      // During a rebalance, as in Java, there is no commit; it comes as soon as the new generation is there.
      if (isDue && this.#state.mayCommit && this.#membership.mayCommit) await this.#commit();
      if (worked || fed || opened || drained) await yieldTo(timers);
      else {
        // The group and `stop` need not wait for room.
        this.#wake.when(room ?? this.#fetcher.whenData());
        if (room === undefined && this.#tasks.isRestoring) this.#wake.when(this.#tasks.whenRestorable());
        await this.#wake.sleep(stops ? limits.pollMs : this.#tasks.registry.idleMs(clock.nowMs()));
      }
    }
    this.#waits.check();
  }

  /**
   * Processes for a few milliseconds, some records of each task in turn; the next slice goes on with the next task. Then runs the schedules
   * that are due. Returns true if there was anything.
   */
  #slice(): boolean {
    const { clock } = this.#parts.platform;
    let nowMs = clock.nowMs();
    const endMs = nowMs + limits.sliceMsMax;
    const tasks = this.#tasks.registry.running;
    let total = 0;
    for (let idle = 0; idle < tasks.length;) {
      this.#turn = this.#turn + 1 < tasks.length ? this.#turn + 1 : 0;
      const task = tasks[this.#turn]!;
      const count = task.ready(endMs) ? task.process(this.#slow.records.steps) : 0;
      total += count;
      idle = count === 0 ? idle + 1 : 0;
      if (count === 0) continue;
      const beganMs = nowMs;
      nowMs = clock.nowMs();
      this.#tookLong = this.#slow.processed(task, count, nowMs - beganMs, nowMs);
      if (this.#tookLong || nowMs >= endMs || this.#isHeldUp()) break;
    }
    this.#processed += total;
    return this.#tasks.registry.punctuate(clock.nowMs()) || total > 0;
  }

  #isHeldUp(): boolean {
    return this.#stores.isFull || this.#committer.producer.whenRoom() !== undefined;
  }

  /** Sends a heartbeat and waits for the answer, so that the session starts anew. A missing answer is no error. */
  async #beat(): Promise<void> {
    this.#tookLong = false;
    await new Promise<void>((resolve) => {
      const timer = this.#parts.platform.timers.after(limits.beatMsMax, resolve);
      void this.#membership.beat().then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  async #followGroup(): Promise<void> {
    while (this.#state.mayTakeUp) {
      const event = this.#membership.next();
      if (event === null) return;
      try {
        if (event.kind === "lost") this.#dropAll();
        else if (this.#state.mayCommit) await this.#takeUp(event.tasks);
      } catch (error) {
        // The membership was lost during this hand-over; the hand-over is void.
        if (this.#state.mayCommit || !(error instanceof ClosedError || isRetriable(error))) throw error;
      }
      event.done();
    }
  }

  /** Notes the loss once, although a commit and the group may both report the loss. */
  #noteLoss(): void {
    if (this.#state.lose()) this.#membershipsLost += 1;
  }

  #dropAll(): void {
    this.#beginRebalancing();
    this.#tasks.drop();
    this.#committer.begin();
    this.#tasks.useProducer(this.#committer.producer);
  }

  /**
   * Commits and closes the tasks that are gone, and tells the group, so that it can give them to others; begins to restore those
   * that are new. All others go on.
   */
  async #takeUp({ active, standby, warmUp }: AssignedTasks): Promise<void> {
    assert(standby.length + warmUp.length === 0, "a membership assigns only the roles that this thread can run");
    this.#beginRebalancing();
    const gone = this.#tasks.registry.goneIn(active);
    if (gone.length > 0) {
      await this.#commit();
      await this.#stores.drainAll();
      this.#tasks.end(gone);
    }
    this.#membership.released(gone);
    if (this.#tasks.registry.newIn(active).length > 0) {
      const looking = this.#tasks.prepareOutput(() => !this.#state.mayTakeUp);
      if (!(await this.#waits.beforeStop(looking))) return;
      this.#tasks.add(active, (asked) => this.#membership.committed(asked));
    }
    this.#state.tookUp();
  }

  #beginRebalancing(): void {
    this.#state.moveTo("partitionsRevoked");
    this.#parts.events.onRebalancing();
  }

  #noteRunning(): void {
    if (this.#state.name !== "partitionsAssigned" || this.#tasks.registry.restoringCount > 0) return;
    this.#state.moveTo("running");
    this.#parts.events.onRunning();
  }

  /** Flushes the caches and commits. */
  async #commit(): Promise<CommitOutcome> {
    const { clock } = this.#parts.platform;
    if (!this.#state.mayCommit) return "lost";
    let offsets: CommittableOffset[];
    try {
      offsets = await this.#tasks.flush(this.#slow, () => this.#beat());
    } catch (error) {
      this.#waits.check();
      if (!this.#state.mayCommit) return "lost";
      throw error;
    }
    const onAcknowledged = (): void => this.#tasks.offsets.committing(offsets);
    const outcome = await this.#committer.commit({ offsets, isLast: !this.#state.mayTakeUp, onAcknowledged });
    if (outcome === "lost") {
      this.#noteLoss();
      return outcome;
    }
    if (outcome === "committed") {
      this.#tasks.offsets.committed(offsets);
      this.#slow.committed();
    }
    this.#lastCommitMs = clock.nowMs();
    if (this.#lastCommitMs - this.#lastPurgeMs >= this.#parts.config.repartitionPurgeIntervalMs) {
      this.#lastPurgeMs = this.#lastCommitMs;
      this.#tasks.offsets.purge();
    }
    return outcome;
  }

  /**
   * A rebalance that is under way may be over before this commit: then it is repeated in the next generation, in which the tasks
   * are still ours.
   */
  async #commitLast(): Promise<void> {
    while ((await this.#commit()) === "rebalance") {
      while (this.#membership.isJoining && this.#state.mayCommit) await this.#wake.sleep(limits.pollMs);
    }
    this.#waits.check();
    this.#state.close();
  }
}
