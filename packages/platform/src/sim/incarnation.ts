import type { Clock, Connection, ConnectionEvents, Platform, Random, Timer, Timers } from "../index.ts";
import type { SimulationConnection } from "./connection.ts";
import type { EventKind, SimulationEvent } from "./event-queue.ts";
import type { Disk } from "./disk.ts";
import type { HostClock } from "./host-clock.ts";
import { SimulationFiles, type DiskHost } from "./files.ts";
import type { SimulationListener } from "./listener.ts";
import type { Network } from "./network.ts";
import type { NetworkHost } from "./network-host.ts";
import type { Scheduler } from "./scheduler.ts";
import { SeededRandom } from "./seeded-random.ts";
import { acceptSecurely, connectSecurely } from "./tls.ts";

/** The most time an event takes on its host, and the most a look at the clock takes. */
const eventUsMax = 50;
const clockUsMax = 10;

/**
 * So many `soon` events in a row, with nothing else between, double the time each takes, up to `busyDoublingsMax` times
 * (1.6 ms): a program that polls while it waits does not need thousands of events for a second.
 */
const busyEventsPerDoubling = 16;
const busyDoublingsMax = 5;

/** Machine that a program runs on. */
interface ProgramHost extends NetworkHost, DiskHost {
  readonly disk: Disk;
  readonly clock: HostClock;
}

/** One life of a host, from its start to its crash: a program with its platform, one processor, and its own time. */
export class Incarnation {
  readonly host: ProgramHost;
  readonly platform: Platform;
  readonly listeners: Map<number, SimulationListener> = new Map();
  readonly connections: Set<SimulationConnection> = new Set();
  readonly scheduler: Scheduler;
  alive = true;
  /** Stands still, as after SIGSTOP. */
  paused = false;
  /** Until when its processor is busy. */
  timeUs: number;
  readonly #processor: SeededRandom;
  readonly #startUs: number;
  #soonInARow = 0;

  constructor(host: ProgramHost, network: Network, seed: string) {
    this.host = host;
    this.scheduler = network.scheduler;
    this.timeUs = this.scheduler.nowUs;
    this.#startUs = this.timeUs;
    this.#processor = new SeededRandom(`${seed}/processor`);
    const random: Random = new SeededRandom(`${seed}/program`);
    this.platform = {
      clock: this.#clock(),
      timers: this.#timers(),
      random,
      transport: {
        connect: (address, events, { signal, tls = null } = {}) => {
          const open = (own: ConnectionEvents): Promise<Connection> => network.connect(this, address, own, signal);
          if (tls === null) return open(events);
          return connectSecurely(this.platform, open, address.host, events, tls, signal);
        },
        listen: (address, accept, { tls = null } = {}) => {
          if (tls === null) return network.listen(this, address, accept);
          return network.listen(this, address, (connection) => acceptSecurely(this.platform, connection, accept, tls));
        },
      },
      files: new SimulationFiles(this, host.disk),
    };
  }

  /** Its own time: that of the event in hand plus what it has computed since. */
  nowUs(): number {
    return Math.max(this.timeUs, this.scheduler.nowUs);
  }

  /** Takes the processor for an event that happens at `timeUs`. */
  begin(kind: EventKind, timeUs: number): void {
    this.#soonInARow = kind === "soon" ? this.#soonInARow + 1 : 0;
    const doublings = Math.min(busyDoublingsMax, Math.floor(this.#soonInARow / busyEventsPerDoubling));
    const costUs = 1 + this.#processor.below(eventUsMax);
    this.timeUs = Math.max(this.timeUs, timeUs) + costUs * 2 ** doublings;
  }

  /** Calls `run` as an event of this program, `delayUs` from its now. Events of a dead program never happen. */
  schedule(kind: EventKind, delayUs: number, run: () => void): SimulationEvent {
    return this.scheduler.schedule(kind, this, this.nowUs() + delayUs, run);
  }

  #clock(): Clock {
    return {
      nowMs: () => this.host.clock.shownMs(this.#lookUs()),
      monotonicMs: () => Math.floor((this.#lookUs() - this.#startUs) / 1000),
    };
  }

  /** Looks at the time, which takes time too: a loop that computes until a deadline gets there. */
  #lookUs(): number {
    const nowUs = this.nowUs();
    if (this.alive) this.timeUs = nowUs + 1 + this.#processor.below(clockUsMax);
    return nowUs;
  }

  #timers(): Timers {
    return {
      after: (delayMs, run) => timerOf(this.scheduler, this.schedule("timer", delayUsOf(delayMs), run)),
      soon: (run) => {
        this.schedule("soon", 0, run);
      },
    };
  }
}

/** Whole microseconds, never less than was asked for. */
export function delayUsOf(delayMs: number): number {
  return delayMs > 0 ? Math.ceil(delayMs * 1000) : 0;
}

export function timerOf(scheduler: Scheduler, event: SimulationEvent): Timer {
  return {
    cancel() {
      scheduler.cancel(event);
    },
  };
}
