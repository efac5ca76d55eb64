import type { Platform } from "../index.ts";
import { Disk, type DiskOperation } from "./disk.ts";
import { HostStateError } from "./errors.ts";
import { HostClock } from "./host-clock.ts";
import { Incarnation } from "./incarnation.ts";
import type { Network } from "./network.ts";
import type { Machine } from "./program.ts";
import { SeededRandom } from "./seeded-random.ts";

/** A uniformly drawn duration. */
export interface RangeMs {
  /** Smallest duration, in milliseconds; fractions are allowed. */
  readonly min: number;
  /** Largest duration, in milliseconds; at least `min`. */
  readonly max: number;
}

/** Options of `Host.crash`. */
export interface CrashOptions {
  /**
   * Fate of the connections: the peers are told at once (`reset`), or hear nothing until they write to the restarted host
   * (`silence`). Default: drawn.
   */
  readonly peersSee?: "reset" | "silence";
}

/** The delay of what a host sends to itself. */
const loopbackUs: { readonly min: number; readonly max: number } = { min: 10, max: 60 };

/** A machine: it keeps its name and its disk while programs on it come and go. Made by `Simulation.host`. */
export class Host {
  readonly name: string;
  /** Files of the host. They survive restarts; a crash takes what was not synced. */
  readonly disk: Disk;
  /** Wall clock that the host's programs see. Let it jump or drift to make hosts disagree; it survives restarts. */
  readonly clock: HostClock;
  /** One-way delay of what this host sends to others. Default 0.1 to 2 ms. */
  latencyMs: RangeMs = { min: 0.1, max: 2 };
  /** Time a `sync` takes. Default 0.05 to 3 ms. */
  diskLatencyMs: RangeMs = { min: 0.05, max: 3 };
  /**
   * Lets a crash also take single pages of unsynced data, so that zeros, or the bytes before, stand where later bytes are
   * there. Default false: files then keep a beginning of what was written.
   */
  diskLosesPages = false;
  /**
   * Decides before each operation which error the program sees instead, or null for none. A write that fails with ENOSPC
   * still writes the first half of its bytes. Default: nothing fails.
   */
  diskFault: (operation: DiskOperation, path: string) => "EIO" | "ENOSPC" | null = () => null;
  readonly #network: Network;
  readonly #seed: string;
  readonly #faults: SeededRandom;
  readonly #delays: SeededRandom;
  #current: Incarnation;
  #starts = 1;
  #portNext = 49_152;

  constructor(name: string, network: Network, seed: string) {
    this.name = name;
    this.#network = network;
    this.#seed = seed;
    this.disk = new Disk();
    this.clock = new HostClock(() => network.scheduler.nowUs);
    this.#faults = new SeededRandom(`${seed}/faults`);
    this.#delays = new SeededRandom(`${seed}/delays`);
    this.#current = new Incarnation(this, network, `${seed}/1`);
  }

  /** The ports of the program that runs now. Throws `HostStateError` while the host is down. */
  get platform(): Platform {
    if (!this.up) throw new HostStateError(this.name, false);
    return this.#current.platform;
  }

  /** True while a program can run on the host: false from a crash or kill until `restart`. */
  get up(): boolean {
    return this.#current.alive;
  }

  /**
   * Takes the host's processor for so many milliseconds, as slow code does: its clock moves at once, and whatever else is to
   * happen on the host waits. For callbacks of the program that runs there.
   */
  work(durationMs: number): void {
    this.#current.timeUs = this.#current.nowUs() + Math.round(durationMs * 1000);
  }

  /** True from `pause` to `resume`. */
  get paused(): boolean {
    return this.#current.paused;
  }

  /**
   * Stops the program, as SIGSTOP does: none of its timers and callbacks run until `resume`. Data written before goes on its
   * way, and what others send waits in the operating system's buffers. Throws `HostStateError` while the host is down; a second
   * call has no effect.
   */
  pause(): void {
    if (!this.up) throw new HostStateError(this.name, false);
    this.#current.paused = true;
  }

  /**
   * Lets a stopped program go on. All that became due meanwhile happens at once, timers before what arrived or after it, as the
   * seed decides. No effect on a program that runs, or ended meanwhile.
   */
  resume(): void {
    const program = this.#current;
    if (!program.paused || !program.alive) return;
    program.paused = false;
    this.#network.scheduler.wake(program, this.#faults.below(2) === 0);
  }

  /** The current, or while it is down the last, incarnation. For the network. */
  get current(): Incarnation {
    return this.#current;
  }

  /**
   * Cuts the power. Nothing of the program runs any more: no timer, no callback, no promise of its ports settles. Files
   * lose what was not synced, wholly or from any byte on (see also `diskLosesPages`); unsynced changes of directories may be undone. A host that is
   * down stays down.
   */
  crash(options: CrashOptions = {}): void {
    if (!this.up) return;
    this.#network.scheduler.forget(this.#current);
    const peersSee = options.peersSee ?? (this.#faults.below(2) === 0 ? "reset" : "silence");
    this.#network.crashed(this.#current, peersSee === "reset");
    this.disk.crash(this.#faults, this.diskLosesPages);
  }

  /** Kills the program alone, as SIGKILL does: files keep all that was written, peers see resets. */
  kill(): void {
    if (!this.up) return;
    this.#network.scheduler.forget(this.#current);
    this.#network.crashed(this.#current, true);
  }

  /** Starts anew on the files that survived. Throws `HostStateError` if the host is up. */
  restart(): Platform {
    if (this.up) throw new HostStateError(this.name, true);
    this.#starts += 1;
    this.#current = new Incarnation(this, this.#network, `${this.#seed}/${String(this.#starts)}`);
    this.#network.restarted();
    return this.#current.platform;
  }

  /** For the network: the delay of one segment. */
  drawLatencyUs(to: Machine): number {
    if (to === this) return loopbackUs.min + this.#delays.below(loopbackUs.max - loopbackUs.min);
    return this.#drawUs(this.latencyMs);
  }

  /** For the disk: the time of one sync. */
  drawDiskLatencyUs(): number {
    return this.#drawUs(this.diskLatencyMs);
  }

  /** For the network: how segments are cut and joined on this host's way out. */
  get delays(): SeededRandom {
    return this.#delays;
  }

  /** For the network: a port that nobody listens on. */
  freePort(): number {
    for (;;) {
      const port = this.#portNext;
      this.#portNext = port === 65_535 ? 49_152 : port + 1;
      if (!this.#current.listeners.has(port)) return port;
    }
  }

  #drawUs(range: RangeMs): number {
    return Math.round((range.min + this.#delays.fraction() * (range.max - range.min)) * 1000);
  }
}
