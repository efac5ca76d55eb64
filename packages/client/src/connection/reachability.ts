import type { Clock, Log } from "@millrace/platform";

import { reason } from "../errors.ts";

/** Pause before the first reminder of a broker that stays away; each further one is twice as long. */
const firstReminderMs = 10_000;
/** Longest pause between two reminders. */
const reminderMsMax = 300_000;

/** Broker that could not be reached. */
interface Absence {
  readonly sinceMs: number;
  nextReminderMs: number;
  pauseMs: number;
}

/**
 * Tells the log which brokers a client cannot reach. A broker is told once when it goes away, whichever of the client's links
 * notices it, once when it is back, and with growing pauses in between, for as long as attempts to reach it go on.
 */
export class Reachability {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #absences = new Map<string, Absence>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** An attempt to connect failed. `broker` is its address as text. */
  failed(broker: string, error: unknown): void {
    const nowMs = this.#clock.monotonicMs();
    const absence = this.#absences.get(broker);
    if (absence === undefined) {
      this.#absences.set(broker, { sinceMs: nowMs, nextReminderMs: nowMs + firstReminderMs, pauseMs: firstReminderMs });
      this.#log("warn", "could not reach a broker", { broker, reason: reason(error) });
    } else if (nowMs >= absence.nextReminderMs) {
      absence.pauseMs = Math.min(absence.pauseMs * 2, reminderMsMax);
      absence.nextReminderMs = nowMs + absence.pauseMs;
      const awayMs = Math.round(nowMs - absence.sinceMs);
      this.#log("warn", "still cannot reach a broker", { broker, awayMs, reason: reason(error) });
    }
  }

  /** An attempt to connect succeeded. */
  reached(broker: string): void {
    const absence = this.#absences.get(broker);
    if (absence === undefined) return;
    this.#absences.delete(broker);
    this.#log("info", "reached a broker again", { broker, awayMs: Math.round(this.#clock.monotonicMs() - absence.sinceMs) });
  }
}
