import type { Timer } from "@millrace/platform";
import { ErrorCode, heartbeat } from "@millrace/protocol";

import type { ClientContext } from "../context.ts";
import { reason } from "../errors.ts";
import type { Coordinator } from "./coordinator.ts";
import type { GroupSettings } from "./group-options.ts";

/** Tells the coordinator that a member of a generation is alive, from `start` to `stop`, and what it answers. */
export class Heartbeats {
  readonly #context: ClientContext;
  readonly #settings: GroupSettings;
  readonly #coordinator: Coordinator;
  readonly #purpose: string;
  readonly #onError: (errorCode: number) => void;
  #timer: Timer | null = null;
  /** Counts starts and stops, so that an answer to an earlier run is known as such. */
  #run = 0;

  /** @param onError the coordinator answered with an error, which may say that the group rebalances */
  constructor(
    context: ClientContext,
    settings: GroupSettings,
    coordinator: Coordinator,
    purpose: string,
    onError: (errorCode: number) => void,
  ) {
    this.#context = context;
    this.#settings = settings;
    this.#coordinator = coordinator;
    this.#purpose = purpose;
    this.#onError = onError;
  }

  start(memberId: string, generation: number): void {
    this.stop();
    this.#next(this.#run, memberId, generation, this.#settings.heartbeatIntervalMs);
  }

  stop(): void {
    this.#run += 1;
    this.#timer?.cancel();
    this.#timer = null;
  }

  #next(run: number, memberId: string, generation: number, delayMs: number): void {
    this.#timer = this.#context.platform.timers.after(delayMs, () => void this.#beat(run, memberId, generation));
  }

  async #beat(run: number, memberId: string, generation: number): Promise<void> {
    const { groupId, groupInstanceId, heartbeatIntervalMs, sessionTimeoutMs } = this.#settings;
    const { settings } = this.#context;
    let delayMs = heartbeatIntervalMs;
    try {
      const request = { groupId, generationId: generation, memberId, groupInstanceId };
      // An answer after the session's end says nothing that another one would not.
      const timeoutMs = Math.min(settings.requestTimeoutMs, sessionTimeoutMs);
      const { errorCode } = await this.#coordinator.request(this.#purpose, heartbeat, request, { timeoutMs });
      if (run !== this.#run) return;
      if (errorCode !== ErrorCode.NONE) {
        if (this.#coordinator.moved(errorCode)) delayMs = Math.min(delayMs, settings.retryBackoffMs);
        else this.#onError(errorCode);
      }
    } catch (error) {
      if (run !== this.#run) return;
      settings.log("debug", "a heartbeat failed", { groupId, reason: reason(error) });
      delayMs = Math.min(delayMs, settings.retryBackoffMs);
    }
    if (run === this.#run) this.#next(run, memberId, generation, delayMs);
  }
}
