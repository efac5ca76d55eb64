import { HostCrashedError } from "./errors.ts";
import { type EventKind, EventQueue, type Processor, SimulationEvent } from "./event-queue.ts";
import type { Trace } from "./trace.ts";

/** Virtual time and what will happen in it. Times are whole microseconds since the epoch. */
export class Scheduler {
  readonly trace: Trace;
  /** Time of the latest event, in virtual microseconds. The clock of a host that computes may be ahead of it. */
  nowUs: number;
  readonly #queue: EventQueue = new EventQueue();
  #sequence = 0;

  constructor(startUs: number, trace: Trace) {
    this.nowUs = startUs;
    this.trace = trace;
  }

  schedule(kind: EventKind, on: Processor | null, timeUs: number, run: () => void): SimulationEvent {
    this.#sequence += 1;
    const event = new SimulationEvent(kind, on, timeUs, this.#sequence, run);
    this.#queue.push(event);
    return event;
  }

  cancel(event: SimulationEvent): void {
    this.#queue.cancel(event);
  }

  waiting(): SimulationEvent[] {
    return this.#queue.waiting();
  }

  /**
   * Time of the next event, in virtual microseconds; null if none is left. An event for a busy host happens when the host is
   * free again.
   */
  nextTimeUs(): number | null {
    for (;;) {
      const event = this.#queue.peek();
      if (event === null) return null;
      if (event.on?.paused === true) {
        this.#queue.park(event, event.on);
        continue;
      }
      if (event.on === null || event.on.timeUs <= event.timeUs) return event.timeUs;
      this.#queue.defer(event, event.on.timeUs);
    }
  }

  /**
   * Lets a program that stood still go on. All events that became due meanwhile happen now, in the order of their times: first
   * the timers and then what arrived, or the other way round, as it depends on where in its loop a program was stopped.
   */
  wake(on: Processor, timersFirst: boolean): void {
    const due = this.#queue.unpark(on);
    const [timers, others] = [due.filter(isOfLoop), due.filter((event) => !isOfLoop(event))];
    for (const event of timersFirst ? [...timers, ...others] : [...others, ...timers]) {
      this.#sequence += 1;
      event.sequence = this.#sequence;
      event.timeUs = this.nowUs;
      this.#queue.push(event);
    }
  }

  /** Drops the events that were set aside for a program that will not go on. */
  forget(on: Processor): void {
    this.#queue.unpark(on);
  }

  /** Runs the event that `nextTimeUs` announced. */
  runNext(): void {
    const event = this.#queue.peek()!;
    this.#queue.take(event);
    this.nowUs = Math.max(this.nowUs, event.timeUs);
    this.trace.event(event.timeUs, event.kind, event.on?.host.name ?? "");
    event.on?.begin(event.kind, event.timeUs);
    try {
      event.run();
    } catch (error) {
      // A host that crashes in the middle of its own code unwinds: that is no failure of the program.
      if (error instanceof HostCrashedError && event.on?.alive === false) return;
      throw error;
    }
  }
}

/** True for events of the program's own loop; all others come from outside. */
function isOfLoop({ kind }: SimulationEvent): boolean {
  return kind === "timer" || kind === "soon";
}
