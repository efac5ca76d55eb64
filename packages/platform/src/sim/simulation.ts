import type { Platform, Random, Timers } from "../index.ts";
import { turn } from "../node/turn.ts";
import { SimulationLimitError, SimulationReentryError, SimulationStalledError } from "./errors.ts";
import { Host } from "./host.ts";
import { delayUsOf, timerOf } from "./incarnation.ts";
import { Network } from "./network.ts";
import { Scheduler } from "./scheduler.ts";
import { SeededRandom } from "./seeded-random.ts";
import { Trace } from "./trace.ts";

/** Options of a `Simulation`. */
export interface SimulationOptions {
  /** Start of virtual time, in milliseconds since the epoch. Default: the first of January 2025, UTC. */
  readonly startMs?: number;
  /** Takes each event as a line of text, for debugging. */
  readonly trace?: (line: string) => void;
}

/** Limits of one `run`. Beyond them it rejects with `SimulationLimitError`. */
export interface RunLimits {
  /** Virtual milliseconds this run may take. Default one hour. */
  readonly virtualMsMax?: number;
  /** Events this run may take. Default 5 million. */
  readonly eventsMax?: number;
}

/**
 * A world of hosts in virtual time. One event happens after the other, and every promise continuation runs between two
 * events, so that the seed decides everything: the same seed and program give the same events, in the same order. For that,
 * programs must wait for nothing but their ports: no real timer, thread or socket.
 */
export class Simulation {
  /** Timers of the test itself: no host's crash touches them. How faults are put on the calendar. */
  readonly timers: Timers;
  /** Numbers for the test itself, apart from those that hosts draw. */
  readonly random: Random;
  readonly #seed: string;
  readonly #startMs: number;
  readonly #trace: Trace;
  readonly #scheduler: Scheduler;
  readonly #network: Network;
  readonly #hosts: Map<string, Host> = new Map();
  #running = false;
  #events = 0;

  constructor(seed: number | string, options: SimulationOptions = {}) {
    this.#seed = String(seed);
    this.#startMs = options.startMs ?? Date.UTC(2025, 0, 1);
    this.#trace = new Trace(options.trace ?? null);
    const scheduler = new Scheduler(this.#startMs * 1000, this.#trace);
    this.#scheduler = scheduler;
    this.#network = new Network(scheduler);
    this.random = new SeededRandom(`${this.#seed}/test`);
    this.timers = {
      after(delayMs, run) {
        return timerOf(scheduler, scheduler.schedule("timer", null, scheduler.nowUs + delayUsOf(delayMs), run));
      },
      soon(run) {
        scheduler.schedule("soon", null, scheduler.nowUs, run);
      },
    };
  }

  /** The host of that name: made, and up, when first asked for. */
  host(name: string): Host {
    const known = this.#hosts.get(name);
    if (known !== undefined) return known;
    const host = new Host(name, this.#network, `${this.#seed}/${name}`);
    this.#hosts.set(name, host);
    this.#network.hosts.set(name, host);
    return host;
  }

  /** The ports of the program on a host. Throws `HostStateError` while it is down. */
  platform(host: string): Platform {
    return this.host(host).platform;
  }

  /** Cuts a host's power: see `Host.crash`. */
  crash(host: string): void {
    this.host(host).crash();
  }

  /** Holds back all that two hosts send to each other, until they are healed. Connections survive it. */
  partition(a: string, b: string): void {
    this.#network.partition(a, b);
  }

  /** Ends the partition between two hosts: data that was held back goes on its way. No effect without a partition. */
  heal(a: string, b: string): void {
    this.#network.heal(a, b);
  }

  /** Ends all partitions, as `heal` does for one. */
  healAll(): void {
    this.#network.healAll();
  }

  /** Breaks the connections between two hosts: both sides see `ECONNRESET`, and what was on the way is lost. */
  reset(a: string, b: string): void {
    this.#network.reset(a, b);
  }

  /** Virtual milliseconds since the simulation began. */
  get elapsedMs(): number {
    return this.#scheduler.nowUs / 1000 - this.#startMs;
  }

  /** Events that happened. */
  get eventCount(): number {
    return this.#events;
  }

  /** A hash over all that happened: events, times, hosts, bytes on the wire and on disks. 16 hexadecimal digits. */
  get traceHash(): string {
    return this.#trace.hash;
  }

  /**
   * Lets events happen until `until` holds; it is asked before the first and after each. Rejects with
   * `SimulationStalledError`, `SimulationLimitError`, or whatever a callback throws.
   */
  async run(until: () => boolean, limits: RunLimits = {}): Promise<void> {
    if (this.#running) throw new SimulationReentryError();
    this.#running = true;
    try {
      await this.#loop(until, limits.virtualMsMax ?? 3_600_000, limits.eventsMax ?? 5_000_000);
    } finally {
      this.#running = false;
    }
  }

  /** Lets events happen until `promise` settles, and returns or throws what it settles to. */
  async settle<T>(promise: Promise<T>, limits: RunLimits = {}): Promise<T> {
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    promise.then(settle, settle);
    await this.run(() => settled, limits);
    return promise;
  }

  async #loop(until: () => boolean, virtualMsMax: number, eventsMax: number): Promise<void> {
    const scheduler = this.#scheduler;
    const deadlineUs = scheduler.nowUs + virtualMsMax * 1000;
    const eventsEnd = this.#events + eventsMax;
    for (;;) {
      await turn();
      if (until()) return;
      const timeUs = scheduler.nextTimeUs();
      if (timeUs === null) throw new SimulationStalledError(this.elapsedMs, this.#network.report());
      if (timeUs > deadlineUs) throw new SimulationLimitError("virtualMsMax", virtualMsMax, this.#network.report());
      if (this.#events === eventsEnd) throw new SimulationLimitError("eventsMax", eventsMax, this.#network.report());
      this.#events += 1;
      scheduler.runNext();
    }
  }
}
