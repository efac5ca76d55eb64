import { ErrorCode } from "@millrace/protocol";

import type { Cluster } from "../cluster/cluster.ts";
import { type ClientContext, newBackoff, withRetries } from "../context.ts";
import { type ClientError, GroupError, isRetriable, reason } from "../errors.ts";
import { Lifetime } from "../lifetime.ts";
import { Coordinator } from "./coordinator.ts";
import { groupError, groupFailure } from "./group-failure.ts";
import type { CommittedOffset, GroupSettings, MembershipOperation, OffsetToCommit, TopicPartition } from "./group-options.ts";
import { type GroupState, nextGroupStates } from "./group-state.ts";
import { Heartbeats } from "./heartbeats.ts";
import { instant } from "./instant.ts";
import { type Joined, Membership } from "./membership.ts";
import { tellOfWait } from "./join-wait.ts";
import { commitOffsets, type Committer, fetchOffsets } from "./offsets.ts";
import { SessionTimeout } from "./session-timeout.ts";

/** Event that ends the stable state of a member. */
type Signal = { readonly kind: "rebalance"; readonly why: string } | { readonly kind: "lost"; readonly error: GroupError };

const noGeneration = -1;

/**
 * Member of a group in the classic protocol. The broker elects a leader among the members; its `assign` distributes the work.
 * Joining, heartbeats and rejoining happen by themselves. The callbacks of the options report them.
 *
 * ```ts
 * const member = client.group({ groupId, protocols, assign, onAssigned, onRebalance, onLost });
 * await member.join();
 * await member.commit([{ topic: "orders", partition: 0, offset: 42 }]);
 * await member.leave();
 * ```
 */
export class GroupMember implements AsyncDisposable {
  /** Id of the group. `group.id`. */
  readonly groupId: string;
  readonly #context: ClientContext;
  readonly #cluster: Cluster;
  readonly #settings: GroupSettings;
  /** Connection for heartbeats and commits. Joins have another one, since the broker parks them. */
  readonly #purpose: string;
  readonly #joinPurpose: string;
  readonly #lifetime: Lifetime;
  readonly #coordinator: Coordinator;
  readonly #session: SessionTimeout;
  readonly #membership: Membership;
  readonly #heartbeats: Heartbeats;
  readonly #onClosed: () => void;
  #state: GroupState = "idle";
  #memberId = "";
  #generation = noGeneration;
  #signal: Signal | null = null;
  /** Time at which members were first seen that share no protocol with this one; NaN: there are none. */
  #strangersSinceMs = Number.NaN;
  #wake: (() => void) | null = null;
  #joining: PromiseWithResolvers<void> | null = null;
  /** Commit under way that only proves the membership. */
  #proving: Promise<void> | null = null;
  #commitsUnderWay = 0;
  #leaving: Promise<void> | null = null;
  #polledMs: number;
  /** Set while the member is out of the group because `poll` was not called in time. The next `poll` resolves it. */
  #stalled: PromiseWithResolvers<void> | null = null;

  /** @param onClosed called once, when the member has left */
  constructor(context: ClientContext, cluster: Cluster, settings: GroupSettings, purpose: string, onClosed: () => void) {
    this.#onClosed = onClosed;
    this.groupId = settings.groupId;
    this.#context = context;
    this.#cluster = cluster;
    this.#settings = settings;
    this.#purpose = purpose;
    this.#joinPurpose = `${purpose}-join`;
    this.#lifetime = new Lifetime(`The member of group "${settings.groupId}"`, context.platform.timers);
    this.#coordinator = new Coordinator(cluster, settings.groupId);
    this.#session = new SessionTimeout(settings.sessionTimeoutMs);
    this.#membership = new Membership(context, settings, this.#coordinator, this.#joinPurpose, this.#session);
    this.#heartbeats = new Heartbeats(context, settings, this.#coordinator, purpose, this.#session, {
      onBeat: () => this.#leaveIfStalled(),
      onError: (errorCode) => this.#heartbeatRefused(errorCode),
      onDoubt: () => void this.#prove(),
      onSessionOver: () => settings.onSessionOver(),
    });
    this.#polledMs = context.platform.clock.monotonicMs();
  }

  /** State of the membership; see `GroupState` for the transitions. `idle` before `join`. */
  get state(): GroupState {
    return this.#state;
  }

  /** Id that the coordinator gave to this member; "" before the first join and after a loss. */
  get memberId(): string {
    return this.#memberId;
  }

  /** Number of the present generation; -1 outside of one. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * True when nothing has proved the membership for the length of a session, in a generation or between two. The coordinator may
   * have given the partitions to other members: work on them now may be done twice.
   */
  get isSessionOver(): boolean {
    return this.#heartbeats.isSessionOver;
  }

  /** Session timeout of this generation in milliseconds; longer than configured after `raiseSessionTimeout`. */
  get sessionTimeoutMs(): number {
    return this.#session.ms;
  }

  /** Asks for a longer session from the next join on. If the broker refuses it, the member tries shorter ones. */
  raiseSessionTimeout(timeoutMs: number): void {
    this.#session.raise(timeoutMs);
  }

  /**
   * Sends a heartbeat now. Resolves when it was answered or failed. Call it between two long pieces of work that block the event
   * loop.
   */
  beat(): Promise<void> {
    return this.#heartbeats.beatNow();
  }

  /**
   * Joins, and stays until `leave`. Resolves after the first `onAssigned`. Tries again for as long as the coordinator cannot be
   * reached.
   *
   * @throws {GroupError} `CLIENT_GROUP_REFUSED`, `CLIENT_GROUP_INSTANCE_FENCED`, `CLIENT_GROUP_CALLBACK_FAILED`
   */
  join(): Promise<void> {
    this.#lifetime.check();
    if (this.#joining === null) {
      this.#joining = Promise.withResolvers<void>();
      void this.#live();
    }
    return this.#joining.promise;
  }

  /** Joins again with the present result of `protocols`, as soon as the member is stable. Calls `onRebalance` first. */
  rejoin(why: string): void {
    if (this.#state === "joining" || this.#state === "syncing" || this.#state === "stable")
      this.#raise({ kind: "rebalance", why });
  }

  /** Reports progress, if the option `polled` is set. A member that left because this call came too late joins anew. */
  poll(): void {
    this.#polledMs = this.#context.platform.clock.monotonicMs();
    this.#stalled?.resolve();
    this.#stalled = null;
  }

  /**
   * Commits offsets as a member of the present generation. If `join` was never called, it commits as the only user of the group.
   *
   * @throws {GroupError} `CLIENT_REBALANCE_IN_PROGRESS` (commit again after the rejoin), `CLIENT_MEMBERSHIP_LOST`
   * @throws {BrokerError} such as `OFFSET_METADATA_TOO_LARGE`
   */
  async commit(offsets: readonly OffsetToCommit[]): Promise<void> {
    this.#lifetime.check();
    if (offsets.length === 0) return;
    // The commit under way has older offsets, so it must not arrive later.
    if (this.#proving !== null) await this.#proving;
    this.#lifetime.check();
    const { groupId } = this;
    if (this.#state !== "idle" && this.#generation === noGeneration) {
      throw new GroupError("CLIENT_MEMBERSHIP_LOST", groupId, null, "a commit came while the member has no generation");
    }
    const committer = this.#committer();
    this.#commitsUnderWay += 1;
    try {
      await this.#retrying("commit", () => this.#commitAs(committer, offsets));
    } catch (error) {
      throw error instanceof GroupError ? this.#judgeCommit(error, committer.generation) : error;
    } finally {
      this.#commitsUnderWay -= 1;
    }
  }

  #committer(): Committer {
    const { groupInstanceId } = this.#settings;
    return { groupId: this.groupId, memberId: this.#memberId, generation: this.#generation, groupInstanceId };
  }

  async #commitAs(committer: Committer, offsets: readonly OffsetToCommit[]): Promise<void> {
    const sent = instant(this.#context.platform.clock);
    const { term } = this.#coordinator;
    await commitOffsets(this.#coordinator, this.#purpose, committer, offsets);
    if (committer.generation !== noGeneration && committer.memberId === this.#memberId) this.#heartbeats.proved(sent, term);
  }

  /**
   * Asks the coordinator for a proof of the membership, by a commit that changes nothing. One attempt is enough, since the next
   * heartbeat that proves nothing asks again. A commit that is under way serves as the proof.
   */
  async #prove(): Promise<void> {
    const joins = this.#state === "joining";
    if (this.#proving !== null || this.#commitsUnderWay > 0) return;
    if (this.#generation === noGeneration || !(joins || this.#state === "stable" || this.#state === "rebalancing")) return;
    const offsets = this.#settings.proof();
    if (offsets === null) return;
    if (offsets.length === 0) return this.#proveByJoining();
    const committer = this.#committer();
    const attempt = this.#commitAs(committer, offsets).catch((error: unknown) => {
      this.#context.settings.log("debug", "could not prove a membership", { groupId: this.groupId, reason: reason(error) });
      // The answer to the join under way will tell.
      if (this.#state === "joining") return;
      if (error instanceof GroupError) this.#judgeCommit(error, committer.generation);
      else if (!isRetriable(error)) this.#proveByJoining();
    });
    this.#proving = attempt.finally(() => {
      this.#proving = null;
    });
    await this.#proving;
  }

  /** Rejoins to prove the membership. Only when the session may be over, since a rebalance disturbs the other members. */
  #proveByJoining(): void {
    if (this.isSessionOver && this.#state === "stable") this.rejoin("its session may be over, and only a new generation tells");
  }

  /**
   * Decides what an error of a commit means. A commit sent before a rejoin may arrive in a new generation that the member does
   * not know yet. In that case nothing is lost: the answer to the join decides. Java: OffsetCommitResponseHandler.
   */
  #judgeCommit(error: GroupError, generation: number): GroupError {
    const joins = this.#state === "joining" || generation !== this.#generation;
    if (error.code === "CLIENT_MEMBERSHIP_LOST" && joins && this.#memberId !== "" && this.#generation !== noGeneration) {
      const why = `a commit arrived after the group had begun another generation (${error.errorName ?? ""}); repeat it in that one`;
      return new GroupError("CLIENT_REBALANCE_IN_PROGRESS", this.groupId, error.errorName, why, error);
    }
    // Ignore errors about an older generation, and REBALANCE_IN_PROGRESS while this member still waits for SyncGroup.
    const isNews = error.code === "CLIENT_REBALANCE_IN_PROGRESS" ? this.#state === "stable" : this.#isInGeneration();
    if (generation === this.#generation && isNews) this.#raiseError(error);
    return error;
  }

  /** Reads committed offsets, returned in any order. Works without `join` too. @throws {BrokerError} */
  async committed(partitions: readonly TopicPartition[]): Promise<CommittedOffset[]> {
    this.#lifetime.check();
    if (partitions.length === 0) return [];
    return this.#retrying("committed", () => fetchOffsets(this.#coordinator, this.#purpose, this.groupId, partitions));
  }

  /**
   * Leaves the group without a callback; commit before. A static member only stops its heartbeats, so that it can take its place
   * again later, unless `operation` says otherwise. Idempotent.
   */
  leave(why = "the member was closed", operation: MembershipOperation = "default"): Promise<void> {
    this.#leaving ??= this.#leave(why, operation);
    return this.#leaving;
  }

  /** Leaves as {@link leave} does. */
  close(): Promise<void> {
    return this.leave();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave();
  }

  async #leave(why: string, operation: MembershipOperation): Promise<void> {
    const memberId = this.#memberId;
    this.#move("closed");
    this.#heartbeats.stop();
    this.#lifetime.end();
    this.#coordinator.close(this.#joinPurpose);
    this.#generation = noGeneration;
    this.#wake?.();
    this.#stalled?.resolve();
    this.#rejectJoin(this.#lifetime.closedError());
    const leaves = operation === "default" ? this.#settings.groupInstanceId === null : operation === "leaveGroup";
    if (memberId !== "" && leaves && !this.#cluster.lifetime.closed) await this.#membership.leave(this.#purpose, memberId, why);
    this.#coordinator.close(this.#purpose);
    this.#onClosed();
  }

  /** Runs the membership from the first join to its end. Never rejects. */
  async #live(): Promise<void> {
    let why = "the member starts";
    try {
      for (;;) {
        const joined = await this.#tellingOfWait(() => this.#joinUntilMember(why));
        if (joined !== null) {
          await this.#callback("onAssigned", () => this.#settings.onAssigned(joined, this.#generation));
          this.#joining?.resolve();
          const signal = await this.#nextSignal();
          if (signal.kind === "rebalance") {
            why = signal.why;
            this.#move("rebalancing");
            await this.#callback("onRebalance", () => this.#settings.onRebalance());
          } else this.#signal = signal;
        }
        await this.#acceptLoss();
        await this.#stalled?.promise;
      }
    } catch (error) {
      if (this.#lifetime.closed) return;
      this.#stop(
        error instanceof GroupError ? error : new GroupError("CLIENT_GROUP_REFUSED", this.groupId, null, reason(error), error),
      );
    }
  }

  async #tellingOfWait<T>(join: () => Promise<T>): Promise<T> {
    const end = tellOfWait(this.#context, this.#cluster, this.#settings, this.#session);
    try {
      return await join();
    } finally {
      end();
    }
  }

  /** Joins and syncs until there is an assignment. Returns null when the membership was lost meanwhile. */
  async #joinUntilMember(why: string): Promise<Buffer | null> {
    const backoff = newBackoff(this.#context);
    for (;;) {
      this.#lifetime.check();
      // A heartbeat may have been refused since, perhaps while SyncGroup failed.
      if (this.#pendingSignal()?.kind === "lost") return null;
      this.#signal = null;
      this.#move("joining");
      this.#heartbeats.rejoining();
      try {
        const attempt = await this.#membership.join(this.#memberId, why, (memberId) => {
          if (!this.#lifetime.closed) this.#memberId = memberId;
        });
        this.#lifetime.check();
        if (attempt.value !== null) {
          this.#joinedGeneration(attempt.value);
          const sent = instant(this.#context.platform.clock);
          const { term } = this.#coordinator;
          const synced = await this.#membership.sync(attempt.value);
          this.#lifetime.check();
          if (this.#pendingSignal()?.kind === "lost") return null;
          if (synced.value !== null) {
            this.#heartbeats.proved(sent, term);
            this.#move("stable");
            return synced.value;
          }
          if (!this.#goesOn("SyncGroup", synced.errorCode)) return null;
        } else if (!this.#goesOn("JoinGroup", attempt.errorCode)) return null;
      } catch (error) {
        if (this.#lifetime.closed || !isRetriable(error)) throw error;
        this.#context.settings.log("debug", "could not join a group", { groupId: this.groupId, reason: reason(error) });
      }
      await this.#lifetime.sleep(backoff.nextMs());
    }
  }

  #joinedGeneration({ memberId, generation }: Joined): void {
    this.#memberId = memberId;
    this.#generation = generation;
    this.#strangersSinceMs = Number.NaN;
    this.#move("syncing");
    this.#heartbeats.start(memberId, generation);
  }

  /**
   * Decides after an error of JoinGroup or SyncGroup. Returns true to join again; false: the membership is lost, as the signal
   * says.
   *
   * @throws {GroupError} when the member cannot join at all
   */
  #goesOn(operation: string, errorCode: number): boolean {
    if (this.#coordinator.moved(errorCode)) return true;
    if (errorCode === ErrorCode.INCONSISTENT_GROUP_PROTOCOL && this.#mayWaitForStrangers()) return true;
    if (errorCode === ErrorCode.INVALID_SESSION_TIMEOUT && this.#session.refused()) return true;
    const failure = groupFailure(errorCode);
    if (failure === "again" || failure === "rejoin") return true;
    const error = groupError(this.groupId, operation, errorCode, failure);
    if (failure !== "lost") throw error;
    // Not in a generation yet: forget the member id and join anew.
    if (this.#generation === noGeneration) {
      this.#memberId = "";
      return true;
    }
    this.#raise({ kind: "lost", error });
    return false;
  }

  /**
   * Tells if it is worth waiting for members that share no protocol with this one. Members of another client that closed without
   * leaving, as those of Java's Kafka Streams do, stay in the group until their session ends.
   */
  #mayWaitForStrangers(): boolean {
    const { platform, settings } = this.#context;
    const nowMs = platform.clock.monotonicMs();
    const { sessionTimeoutMs, heartbeatIntervalMs } = this.#settings;
    if (Number.isNaN(this.#strangersSinceMs)) {
      this.#strangersSinceMs = nowMs;
      settings.log("warn", "waiting for members of another kind to leave the group, at most until their session ends", {
        groupId: this.groupId,
        sessionTimeoutMs,
      });
    }
    return nowMs - this.#strangersSinceMs < sessionTimeoutMs + heartbeatIntervalMs;
  }

  /** Forgets a lost membership and calls `onLost`. */
  async #acceptLoss(): Promise<void> {
    // Read through a method, since the signal may have changed during a callback.
    const signal = this.#pendingSignal();
    if (signal?.kind !== "lost") return;
    this.#signal = null;
    this.#heartbeats.stop();
    this.#move("lost");
    this.#memberId = "";
    this.#generation = noGeneration;
    if (signal.error.code !== "CLIENT_MEMBERSHIP_LOST") throw signal.error;
    await this.#callback("onLost", () => this.#settings.onLost(signal.error));
  }

  #isInGeneration(): boolean {
    return this.#state === "syncing" || this.#state === "stable" || this.#state === "rebalancing";
  }

  #pendingSignal(): Signal | null {
    return this.#signal;
  }

  async #nextSignal(): Promise<Signal> {
    while (this.#signal === null) {
      this.#lifetime.check();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const signal = this.#signal;
    this.#signal = null;
    return signal;
  }

  #raise(signal: Signal): void {
    // A loss outweighs a rebalance, and is reported once.
    if (this.#signal?.kind !== "lost") {
      this.#signal = signal;
      if (signal.kind === "lost") this.#settings.onLosing();
    }
    this.#wake?.();
    this.#wake = null;
  }

  #raiseError(error: GroupError): void {
    if (error.code === "CLIENT_REBALANCE_IN_PROGRESS") this.#raise({ kind: "rebalance", why: "the group rebalances" });
    else this.#raise({ kind: "lost", error });
  }

  /** Leaves if `poll` was not called in time, so that other members get the partitions. Returns true if it left. */
  #leaveIfStalled(): boolean {
    const { polled, rebalanceTimeoutMs, groupInstanceId } = this.#settings;
    const { platform, settings } = this.#context;
    if (!polled || platform.clock.monotonicMs() - this.#polledMs <= rebalanceTimeoutMs) return false;
    const why = `it was not polled for ${rebalanceTimeoutMs} ms (max.poll.interval.ms)`;
    settings.log("warn", "leaving a group until the member is polled again", { groupId: this.groupId, rebalanceTimeoutMs });
    // A static member only stops its heartbeats, and its session ends, as in Java.
    if (groupInstanceId === null) void this.#membership.leave(this.#purpose, this.#memberId, why);
    this.#stalled = Promise.withResolvers<void>();
    this.#heartbeats.stop();
    this.#memberId = "";
    this.#generation = noGeneration;
    this.#raise({
      kind: "lost",
      error: new GroupError("CLIENT_MEMBERSHIP_LOST", this.groupId, null, `the member left since ${why}`),
    });
    return true;
  }

  #heartbeatRefused(errorCode: number): void {
    const failure = groupFailure(errorCode);
    // The coordinator repeats REBALANCE_IN_PROGRESS while the member gives up its partitions.
    if (failure === "again" || (failure === "rejoin" && this.#state === "rebalancing")) return;
    this.#raiseError(groupError(this.groupId, "a heartbeat", errorCode, failure));
  }

  async #callback(name: string, call: () => void | Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      throw new GroupError("CLIENT_GROUP_CALLBACK_FAILED", this.groupId, null, `${name}() failed with ${reason(error)}`, error);
    }
    this.#lifetime.check();
  }

  /** Ends the membership because of an error that another attempt cannot help. */
  #stop(error: GroupError): void {
    // Only info: `onLost` gets the error and decides what it means.
    this.#context.settings.log("info", "stopped a member of a group", { groupId: this.groupId, reason: error.message });
    this.#rejectJoin(error);
    void this.leave(error.code);
    this.#callback("onLost", () => this.#settings.onLost(error)).catch((failure: unknown) => {
      if (failure instanceof GroupError)
        this.#context.settings.log("error", "ignoring a failure of onLost()", { groupId: this.groupId, reason: reason(failure) });
    });
  }

  #rejectJoin(error: ClientError): void {
    // The promise may be resolved already, or have no listener.
    this.#joining?.promise.catch(() => {});
    this.#joining?.reject(error);
  }

  #retrying<T>(operation: string, attempt: () => Promise<T>): Promise<T> {
    // Do not retry during a rebalance: the caller must react to it.
    const final: { error: GroupError | null } = { error: null };
    return withRetries(this.#context, this.#lifetime, `${operation} of group "${this.groupId}"`, async () => {
      try {
        return { value: await attempt() };
      } catch (error) {
        if (!(error instanceof GroupError)) throw error;
        final.error = error;
        return null;
      }
    }).then((result) => {
      if (result === null) throw final.error;
      return result.value;
    });
  }

  #move(next: GroupState): void {
    if (this.#state === next) return;
    if (!nextGroupStates[this.#state].includes(next)) {
      throw new GroupError("CLIENT_GROUP_REFUSED", this.groupId, null, `a member that is ${this.#state} cannot become ${next}`);
    }
    this.#context.settings.log("debug", "changed the state of a member", { groupId: this.groupId, from: this.#state, to: next });
    this.#state = next;
  }
}
