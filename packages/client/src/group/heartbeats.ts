import type { Timer } from "@millrace/platform";
import { ErrorCode, heartbeat } from "@millrace/protocol";

import type { ClientContext } from "../context.ts";
import { reason } from "../errors.ts";
import type { Coordinator } from "./coordinator.ts";
import type { GroupSettings } from "./group-options.ts";
import type { SessionTimeout } from "./session-timeout.ts";

/**
 * The first heartbeats of a generation come sooner than the interval says, each after twice as long: where partitions had to be given
 * up the next rebalance follows at once, and what is between two owners waits for the last member that hears of it.
 */
const soonMs = 100;

export interface HeartbeatEvents {
  /** Before each one. Returns whether there is to be none any more. */
  onBeat(): boolean;
  /** The coordinator answered with an error, which may say that the group rebalances. */
  onError(errorCode: number): void;
  /** An answer that proves nothing, where a proof of the membership is wanted: see `proved`. Comes again with every such answer. */
  onDoubt(): void;
  /** Nothing has proved the membership for a session's length: see `isSessionOver`. */
  onSessionOver(): void;
}

/**
 * Tells the coordinator that a member of a generation is alive, from `start` to `stop`, and what it answers. From one generation to the
 * next the session goes on.
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
  /** Counts starts and stops, so that an answer to an earlier run is known as such. */
  #run = 0;
  #isRejoining = false;
  #delayMs = soonMs;
  /** Time at which the request was sent that last proved the membership: the coordinator's session is not older. NaN before the first. */
  #sessionMs = Number.NaN;
  /** The coordinator's term in which `proved` was called last. */
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

  /** True: nothing has proved the membership for a session's length, so the coordinator may have taken the member for dead. */
  get isSessionOver(): boolean {
    return this.#timer !== null && this.#context.platform.clock.nowMs() - this.#sessionMs >= this.#session.ms;
  }

  /**
   * The answer to a join says nothing of the session: it may have been under way for longer than that lasts, while the coordinator took
   * the member for dead.
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
   * The member joins again. Heartbeats go on, since a join may be parked for long and says nothing of the session meanwhile; but only
   * whether the member is still one is taken from their answers, all else the answer to the join will tell. Java sends none.
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
    this.#sessionMs = Number.NaN;
  }

  /**
   * The coordinator wrote down what only a member may ask for: it answered a SyncGroup or an OffsetCommit without error.
   *
   * Nothing else proves the membership once a session is over, or after the coordinator moved: while a coordinator loads a group it
   * answers heartbeats with NONE, whoever sends them. Otherwise heartbeats go on proving what was proved before.
   *
   * @param sentMs when the request was sent
   * @param term the coordinator's when it was sent
   */
  proved(sentMs: number, term: number): void {
    // An answer that comes after the end of the membership must not begin its session anew.
    if (this.#timer === null) return;
    if (term === this.#coordinator.term) this.#provedTerm = term;
    this.#isDoubted = false;
    this.#extend(sentMs);
  }

  #extend(sentMs: number): void {
    if (sentMs <= this.#sessionMs) return;
    this.#sessionMs = sentMs;
    this.#awaitSessionEnd();
  }

  /** The session may have become longer meanwhile, and a timer may come a little early. */
  #awaitSessionEnd(): void {
    const { clock, timers } = this.#context.platform;
    this.#sessionTimer?.cancel();
    const leftMs = Math.max(1, this.#sessionMs + this.#session.ms - clock.nowMs());
    this.#sessionTimer = timers.after(leftMs, () => {
      if (this.isSessionOver) this.#events.onSessionOver();
      else this.#awaitSessionEnd();
    });
  }

  /** Sends one now, after that which is under way, and resolves when it was answered or failed. Outside of a generation there is none. */
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
    const sentMs = this.#context.platform.clock.nowMs();
    const { term } = this.#coordinator;
    this.#delayMs = Math.min(2 * this.#delayMs, heartbeatIntervalMs);
    let delayMs = this.#delayMs;
    try {
      const request = { groupId, generationId: this.#generation, memberId: this.#memberId, groupInstanceId };
      // An answer after the session's end says nothing that another one would not.
      const timeoutMs = Math.min(settings.requestTimeoutMs, this.#session.ms);
      const { errorCode } = await this.#coordinator.request(this.#purpose, heartbeat, request, { timeoutMs });
      if (run !== this.#run) return;
      if (errorCode === ErrorCode.NONE || errorCode === ErrorCode.REBALANCE_IN_PROGRESS) {
        // Asked now, not when it was sent: the answer may have come too late, from a coordinator that has begun to load meanwhile.
        if (!this.isSessionOver && term === this.#provedTerm && term === this.#coordinator.term) this.#extend(sentMs);
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
      settings.log("debug", "a heartbeat failed", { groupId, reason: reason(error) });
      delayMs = Math.min(delayMs, settings.retryBackoffMs);
    }
    if (run === this.#run) this.#next(delayMs);
  }
}
