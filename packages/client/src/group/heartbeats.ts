import type { Timer } from "@millrace/platform";
import { ErrorCode, heartbeat } from "@millrace/protocol";

import type { ClientContext } from "../context.ts";
import { reason } from "../errors.ts";
import type { Coordinator } from "./coordinator.ts";
import type { GroupSettings } from "./group-options.ts";
import { instant, type Instant, longestSinceMs } from "./instant.ts";
import type { SessionTimeout } from "./session-timeout.ts";

/**
 * Delay of the first heartbeat of a generation; it doubles up to the interval. If members had to give up partitions, the next
 * rebalance follows at once, and those partitions have no owner until the last member hears of it.
 */
const soonMs = 100;

export interface HeartbeatEvents {
  /** Called before each heartbeat. Returns true to stop. */
  onBeat(): boolean;
  /** Called when the coordinator answered with an error, such as REBALANCE_IN_PROGRESS. */
  onError(errorCode: number): void;
  /** Called for each answer that proves nothing while a proof of the membership is needed; see `proved`. */
  onDoubt(): void;
  /** Called when nothing has proved the membership for the length of a session; see `isSessionOver`. */
  onSessionOver(): void;
}

/**
 * Sends heartbeats of a member from `start` to `stop`, and reports the answers. The session continues from one generation to the
 * next.
 */
export class Heartbeats {
  readonly #context: ClientContext;
  readonly #settings: GroupSettings;
  readonly #coordinator: Coordinator;
  readonly #purpose: string;
  readonly #events: HeartbeatEvents;
  readonly #session: SessionTimeout;
  /** Member and generation of the last `start`. */
  #memberId = "";
  #generation = -1;
  #beating: Promise<void> | null = null;
  #beatingNow: Promise<void> | null = null;
  #timer: Timer | null = null;
  /** Number of starts and stops, by which an answer to an earlier run is recognized. */
  #run = 0;
  #isRejoining = false;
  #delayMs = soonMs;
  /**
   * Send time of the last request that proved the membership; the session at the coordinator began no earlier. null before the
   * first.
   */
  #proof: Instant | null = null;
  /** Term of the coordinator at the last proof. */
  #provedTerm = -1;
  /** True: the last heartbeat proved nothing, so others follow sooner. */
  #isDoubted = false;
  #sessionTimer: Timer | null = null;

  constructor(
    context: ClientContext,
    settings: GroupSettings,
    coordinator: Coordinator,
    purpose: string,
    session: SessionTimeout,
    events: HeartbeatEvents,
  ) {
    this.#context = context;
    this.#settings = settings;
    this.#coordinator = coordinator;
    this.#purpose = purpose;
    this.#events = events;
    this.#session = session;
  }

  /** True: nothing has proved the membership for the length of a session, so the coordinator may have removed the member. */
  get isSessionOver(): boolean {
    return this.#timer !== null && this.#session.ms <= this.#sinceProofMs();
  }

  /**
   * Begins the heartbeats of a generation. The answer to its join does not prove the membership: the answer may have been under
   * way for longer than a session, so the coordinator may have removed the member meanwhile.
   */
  start(memberId: string, generation: number): void {
    this.#run += 1;
    this.#timer?.cancel();
    this.#isRejoining = false;
    this.#delayMs = Math.min(soonMs, this.#settings.heartbeatIntervalMs);
    this.#memberId = memberId;
    this.#generation = generation;
    this.#next(this.#delayMs);
  }

  /**
   * Notes that the member joins again. Heartbeats go on, since a join may be parked for long and does not extend the session.
   * Their answers only prove the membership now; the answer to the join decides the rest. Java sends no heartbeats while it
   * joins.
   */
  rejoining(): void {
    this.#isRejoining = true;
  }

  stop(): void {
    this.#run += 1;
    this.#timer?.cancel();
    this.#timer = null;
    this.#sessionTimer?.cancel();
    this.#sessionTimer = null;
    this.#proof = null;
  }

  /**
   * Notes a proof of the membership: the coordinator answered a SyncGroup or an OffsetCommit without error, which only members
   * get.
   *
   * Nothing else proves the membership once a session is over, or after the coordinator moved: a coordinator that loads a group
   * answers every heartbeat with NONE, even one of a stranger. In all other cases heartbeats extend an earlier proof.
   *
   * @param sent time at which the request was sent
   * @param term term of the coordinator at that time
   */
  proved(sent: Instant, term: number): void {
    // An answer after the end of the membership must not start a session.
    if (this.#timer === null) return;
    if (term === this.#coordinator.term) this.#provedTerm = term;
    this.#isDoubted = false;
    this.#extend(sent);
  }

  #extend(sent: Instant): void {
    if (this.#proof !== null && sent.monotonicMs < this.#proof.monotonicMs) return;
    this.#proof = sent;
    this.#awaitSessionEnd();
  }

  /**
   * Sets the timer for the end of the session. It checks again then: the session may be longer by now, and a timer may fire
   * early.
   */
  #awaitSessionEnd(): void {
    const { timers } = this.#context.platform;
    this.#sessionTimer?.cancel();
    const leftMs = Math.max(1, this.#session.ms - this.#sinceProofMs());
    this.#sessionTimer = timers.after(leftMs, () => {
      if (this.isSessionOver) this.#events.onSessionOver();
      else this.#awaitSessionEnd();
    });
  }

  /** Milliseconds since the last proof of the membership; NaN before the first. */
  #sinceProofMs(): number {
    return this.#proof === null ? Number.NaN : longestSinceMs(this.#context.platform.clock, this.#proof);
  }

  /** Sends a heartbeat now, after the one under way. Resolves when it was answered or failed, at once outside of a generation. */
  beatNow(): Promise<void> {
    this.#beatingNow ??= this.#afterBeating().finally(() => {
      this.#beatingNow = null;
    });
    return this.#beatingNow;
  }

  async #afterBeating(): Promise<void> {
    await this.#beating;
    if (this.#timer === null) return;
    this.#timer.cancel();
    await this.#beat(this.#run);
  }

  #next(delayMs: number): void {
    const run = this.#run;
    this.#timer = this.#context.platform.timers.after(delayMs, () => void this.#beat(run));
  }

  #beat(run: number): Promise<void> {
    const beating = this.#ask(run).finally(() => {
      if (this.#beating === beating) this.#beating = null;
    });
    this.#beating = beating;
    return beating;
  }

  async #ask(run: number): Promise<void> {
    const { groupId, groupInstanceId, heartbeatIntervalMs } = this.#settings;
    const { settings } = this.#context;
    if (!this.#isRejoining && this.#events.onBeat()) return;
    const sent = instant(this.#context.platform.clock);
    const { term } = this.#coordinator;
    this.#delayMs = Math.min(2 * this.#delayMs, heartbeatIntervalMs);
    let delayMs = this.#delayMs;
    try {
      const request = { groupId, generationId: this.#generation, memberId: this.#memberId, groupInstanceId };
      // An answer after the end of the session is of no use, so do not wait longer.
      const timeoutMs = Math.min(settings.requestTimeoutMs, this.#session.ms);
      const { errorCode } = await this.#coordinator.request(this.#purpose, heartbeat, request, { timeoutMs });
      if (run !== this.#run) return;
      if (errorCode === ErrorCode.NONE || errorCode === ErrorCode.REBALANCE_IN_PROGRESS) {
        // Check at the time of the answer, which may be late, or come from a coordinator that began to load meanwhile.
        if (!this.isSessionOver && term === this.#provedTerm && term === this.#coordinator.term) this.#extend(sent);
        else {
          if (!this.#isDoubted) this.#delayMs = delayMs = Math.min(soonMs, heartbeatIntervalMs);
          this.#isDoubted = true;
          this.#events.onDoubt();
        }
      }
      if (errorCode !== ErrorCode.NONE) {
        if (this.#coordinator.moved(errorCode)) delayMs = Math.min(delayMs, settings.retryBackoffMs);
        else if (!this.#isRejoining) this.#events.onError(errorCode);
      }
    } catch (error) {
      if (run !== this.#run) return;
      settings.log("debug", "could not send a heartbeat", { groupId, reason: reason(error) });
      delayMs = Math.min(delayMs, settings.retryBackoffMs);
    }
    if (run === this.#run) this.#next(delayMs);
  }
}
