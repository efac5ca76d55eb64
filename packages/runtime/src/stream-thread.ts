import { type Client, type Fetcher, GroupError, type GroupMember, type Producer, type TopicPartition } from "@millrace/client";
import type { CommittableOffset, Engine, Plan, ResolvedPlan, Task } from "@millrace/core";
import { yieldTo, type Platform } from "@millrace/platform";
import { assign, assigned, assignorName, subscription } from "./assignor.ts";
import type { ResolvedConfig } from "./config.ts";
import { limits } from "./limits.ts";
import { LocalState } from "./local-state.ts";
import { StartingOffsets } from "./starting-offsets.ts";
import { TaskSet } from "./task-set.ts";
import { Wake } from "./wake.ts";

/** What a stream thread is made of. It owns none of it but the group membership. */
export interface StreamThreadParts {
  readonly plan: Plan;
  readonly config: ResolvedConfig;
  readonly platform: Platform;
  readonly client: Client;
  readonly engine: Engine;
  readonly resolved: ResolvedPlan;
  readonly events: StreamThreadEvents;
}

/** The thread is about to give up tasks or take up new ones; has them all running. */
export interface StreamThreadEvents {
  onRebalancing(): void;
  onRunning(): void;
}

/** A hand-over that the group asks for; the loop does it between two slices. */
type GroupEvent =
  | { readonly kind: "revoke"; readonly done: () => void; readonly failed: (error: unknown) => void }
  | {
      readonly kind: "assign";
      readonly partitions: readonly TopicPartition[];
      readonly done: () => void;
      readonly failed: (error: unknown) => void;
    }
  | { readonly kind: "lost" };

/**
 * One loop with its own consumer, producer and tasks: takes what was fetched, processes it in slices of a few
 * milliseconds, commits. Everything it waits for comes through the ports.
 */
export class StreamThread {
  readonly #parts: StreamThreadParts;
  readonly #wake: Wake;
  readonly #producer: Producer;
  readonly #fetcher: Fetcher;
  readonly #tasks: TaskSet;
  readonly #local: LocalState;
  readonly #starting: StartingOffsets;
  readonly #groupEvents: GroupEvent[] = [];
  readonly #stop = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #failure: { readonly error: unknown } | null = null;
  #awaitsData = false;
  #lastCommitMs: number;
  #lastPurgeMs: number;
  /** Between giving up the old assignment and taking up the next one nothing is processed. */
  #rebalancing = true;
  #processed = 0;
  #produced = 0;
  #commits = 0;

  constructor(parts: StreamThreadParts) {
    const { client, config, platform } = parts;
    this.#parts = parts;
    this.#wake = new Wake(platform.timers);
    this.#lastCommitMs = platform.clock.nowMs();
    this.#lastPurgeMs = this.#lastCommitMs;
    this.#producer = client.producer({
      lingerMs: config.lingerMs,
      batchBytesMax: config.batchSizeBytes,
      compression: config.compression,
    });
    this.#local = new LocalState({ client, engine: parts.engine, log: config.log }, platform, config.uncommittedBytesMax);
    this.#producer.onAcknowledged = (topic, partition, baseOffset, count) => {
      this.#produced += count;
      this.#local.acknowledged(topic, partition, baseOffset, count);
      if (this.#local.isFull) this.#wake.signal();
    };
    this.#producer.onFailed = ({ topic, partition }) => this.#local.failed(topic, partition);
    this.#fetcher = client.fetcher();
    this.#tasks = new TaskSet(parts, this.#producer, this.#fetcher, this.#local);
    this.#starting = new StartingOffsets(parts);
  }

  get recordsProcessed(): number {
    return this.#processed;
  }
  /** Records acknowledged by the broker. */
  get recordsProduced(): number {
    return this.#produced;
  }
  get commits(): number {
    return this.#commits;
  }
  get tasks(): TaskSet {
    return this.#tasks;
  }

  /** Runs until `stop`; then commits and leaves the group. Rejects with what made the thread fail, after the same farewell without commit. */
  async run(): Promise<void> {
    const member = this.#join();
    try {
      await this.#loop(member);
      await this.#commit(member);
      await this.#local.drainAll();
    } finally {
      this.#tasks.close();
      await this.#fetcher.close();
      await member.leave();
      await this.#producer.close();
      this.#ended.resolve();
    }
  }

  /** A restoration that is under way is given up; the last commit and the farewell follow. */
  stop(): void {
    this.#stop.abort();
    this.#wake.signal();
  }

  #join(): GroupMember {
    const { client, config, plan, resolved } = this.#parts;
    const topics = plan.sourceTopics;
    const all = resolved.tasks.flatMap(({ sourceTopics, partition }) => sourceTopics.map((topic) => ({ topic, partition })));
    const member = client.group({
      groupId: config.applicationId,
      sessionTimeoutMs: config.sessionTimeoutMs,
      heartbeatIntervalMs: config.heartbeatIntervalMs,
      rebalanceTimeoutMs: config.maxPollIntervalMs,
      protocols: () => [{ name: assignorName, metadata: subscription(topics, this.#owned()) }],
      assign: (_protocol, members) => assign(members, all),
      onAssigned: (assignment) => this.#ask({ kind: "assign", partitions: assigned(assignment) }),
      onRebalance: () => this.#ask({ kind: "revoke" }),
      onLost: (error) => {
        if (error.code === "CLIENT_MEMBERSHIP_LOST") this.#groupEvents.push({ kind: "lost" });
        else this.#failure ??= { error };
        this.#wake.signal();
      },
    });
    member.join().catch((error: unknown) => {
      this.#failure ??= { error };
      this.#wake.signal();
    });
    return member;
  }

  /** What this member has; nothing between a loss and the moment when the loop drops the tasks. */
  #owned(): TopicPartition[] {
    return this.#groupEvents.some(({ kind }) => kind === "lost") ? [] : this.#tasks.partitions();
  }

  /** Puts a group's wish before the loop; resolves when the loop has done it, or has ended. */
  #ask(event: { kind: "revoke" } | { kind: "assign"; partitions: readonly TopicPartition[] }): Promise<void> {
    // Who rejoined before the last commit would commit for a generation that is over.
    if (this.#stop.signal.aborted) return this.#ended.promise;
    return new Promise((done, failed) => {
      this.#groupEvents.push({ ...event, done, failed });
      this.#wake.signal();
    });
  }

  async #loop(member: GroupMember): Promise<void> {
    const { clock, timers } = this.#parts.platform;
    while (!this.#stop.signal.aborted) {
      if (this.#failure !== null) throw this.#failure.error;
      if (this.#groupEvents.length > 0) await this.#followGroup(member);
      const feeding = this.#tasks.feed(this.#starting);
      const fed = typeof feeding === "boolean" ? feeding : await feeding;
      const room = this.#producer.whenRoom();
      const count = this.#rebalancing || room !== undefined || this.#local.isFull ? 0 : this.#slice();
      this.#tasks.resume();
      const drained = this.#local.drain(clock.nowMs() + limits.sliceMsMax);
      // What fills the memory and cannot drain waits for acknowledgements, or for the commit itself.
      const isStuck = this.#local.isFull && !drained;
      const isDue = isStuck || clock.nowMs() - this.#lastCommitMs >= this.#parts.config.commitIntervalMs;
      if (isDue && !this.#rebalancing) await this.#commit(member);
      if (count > 0 || fed || drained) await yieldTo(timers);
      else if (room !== undefined) await this.#awaitRoom(room);
      else await this.#idle();
    }
  }

  /** Until the producer has room; the group and `stop` need not wait for that. */
  async #awaitRoom(room: Promise<void>): Promise<void> {
    void room.then(() => this.#wake.signal());
    await this.#wake.sleep(limits.pollMs);
  }

  /** Processes for a few milliseconds, some records of each task in turn. */
  #slice(): number {
    const { clock } = this.#parts.platform;
    const endMs = clock.nowMs() + limits.sliceMsMax;
    const tasks = this.#tasks.running;
    let total = 0;
    for (;;) {
      let count = 0;
      for (const task of tasks) count += this.#processSome(task, endMs);
      total += count;
      if (count === 0 || clock.nowMs() >= endMs || this.#isHeldUp()) break;
    }
    this.#processed += total;
    return total;
  }

  #isHeldUp(): boolean {
    return this.#local.isFull || this.#producer.whenRoom() !== undefined;
  }

  #processSome(task: Task, nowMs: number): number {
    return task.ready(nowMs) ? task.process(limits.recordsPerClockLook) : 0;
  }

  async #idle(): Promise<void> {
    if (!this.#awaitsData) {
      this.#awaitsData = true;
      const arrived = (): void => {
        this.#awaitsData = false;
        this.#wake.signal();
      };
      this.#fetcher.whenData().then(arrived, arrived);
    }
    await this.#wake.sleep(limits.pollMs);
  }

  async #followGroup(member: GroupMember): Promise<void> {
    for (let event = this.#groupEvents.shift(); event !== undefined; event = this.#groupEvents.shift()) {
      if (event.kind === "lost") {
        this.#rebalancing = true;
        this.#parts.events.onRebalancing();
        this.#tasks.close();
        // What is still on its way to a changelog must not arrive after the end of that changelog was asked for.
        await this.#producer.flush();
        continue;
      }
      try {
        if (event.kind === "revoke") await this.#revoke(member);
        else await this.#takeUp(member, event.partitions);
        event.done();
      } catch (error) {
        event.failed(error);
        throw error;
      }
    }
  }

  async #revoke(member: GroupMember): Promise<void> {
    this.#rebalancing = true;
    this.#parts.events.onRebalancing();
    await this.#commit(member);
    await this.#local.drainAll();
  }

  /** Closes the tasks that are gone, restores the stores of new ones, starts their fetching where the group's offsets say. */
  async #takeUp(member: GroupMember, partitions: readonly TopicPartition[]): Promise<void> {
    const added = await this.#tasks.assign(partitions, this.#stop.signal, (asked) => member.committed(asked));
    if (this.#stop.signal.aborted) return;
    if (added.length > 0) {
      const committed = await member.committed(added);
      this.#tasks.start(await this.#starting.of(committed));
    }
    this.#rebalancing = false;
    this.#lastCommitMs = this.#parts.platform.clock.nowMs();
    this.#parts.events.onRunning();
  }

  /**
   * At least once: what the caches hold goes out, everything written is acknowledged, then the offsets are committed.
   *
   * @see TaskExecutor.commitOffsetsOrTransaction
   */
  async #commit(member: GroupMember): Promise<void> {
    const { clock } = this.#parts.platform;
    const offsets = this.#tasks.flush();
    await this.#producer.flush();
    if (offsets.length > 0 && (await this.#commitOffsets(member, offsets))) {
      this.#tasks.committed(offsets);
      this.#commits += 1;
    }
    this.#lastCommitMs = clock.nowMs();
    if (this.#lastCommitMs - this.#lastPurgeMs >= this.#parts.config.repartitionPurgeIntervalMs) {
      this.#lastPurgeMs = this.#lastCommitMs;
      this.#tasks.purgeRepartitionTopics();
    }
  }

  /** Whether the offsets are committed. That they are not is no failure where the group has gone on: then it says where to begin. */
  async #commitOffsets(member: GroupMember, offsets: readonly CommittableOffset[]): Promise<boolean> {
    try {
      await member.commit(offsets);
      return true;
    } catch (error) {
      if (!(error instanceof GroupError)) throw error;
      // The hand-over that follows commits, or the next interval.
      if (error.code === "CLIENT_REBALANCE_IN_PROGRESS") return false;
      if (error.code !== "CLIENT_MEMBERSHIP_LOST") throw error;
      // The tasks may be another's by now: nothing is processed until the group assigns them anew.
      this.#parts.config.log("warn", "the group has gone on without this member: what is not committed is processed again", {
        cause: error,
      });
      this.#rebalancing = true;
      return false;
    }
  }
}
