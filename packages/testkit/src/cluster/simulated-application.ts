import type { Topology } from "@millrace/core";
import type { CrashOptions, Host } from "@millrace/platform/sim";
import { KafkaStreams, type StreamsConfig, type StreamsState } from "@millrace/runtime";
import { ApplicationFailedError } from "./errors.ts";
import type { History } from "./history.ts";
import type { SimulatedState } from "./simulated-state.ts";

/** Config of a simulated application. It has no `brokers`, since the cluster knows them. */
export type SimulatedStreamsConfig = Omit<StreamsConfig, "brokers">;

/**
 * An instance of an application on a host of its own, which can crash and start again. It keeps account of what may be
 * processed twice, which is what a test of "at least once" needs to know.
 */
export class SimulatedApplication {
  /** Host on which the instance runs. Set its latencies and disk faults to disturb the instance. */
  readonly host: Host;
  /** Content of the stores on the host's disk. */
  readonly stores: SimulatedState;
  readonly #topology: Topology;
  readonly #config: StreamsConfig;
  readonly #history: History;
  #streams: KafkaStreams | null = null;
  /** Totals of lives that are over. */
  #processedBefore = 0;
  #commitsBefore = 0;
  #repeatableBefore = 0;
  /** Totals of this life after the previous event. Nothing is processed while a commit is under way. */
  #processedSeen = 0;
  #commitsSeen = 0;
  #lossesSeen = 0;
  /** Number of records that this life had processed at its last commit, or when the membership was lost. */
  #processedSafely = 0;

  constructor(host: Host, stores: SimulatedState, topology: Topology, config: StreamsConfig, history: History) {
    this.host = host;
    this.stores = stores;
    this.#topology = topology;
    this.#config = config;
    this.#history = history;
  }

  /** State of the running `KafkaStreams`, or of the last one while the host is down; `created` before the first start. */
  get state(): StreamsState {
    return this.#streams?.state ?? "created";
  }

  /** Why it failed by itself; null if it did not. */
  get failure(): ApplicationFailedError | null {
    const failure = this.#streams?.failure ?? null;
    return failure === null ? null : new ApplicationFailedError(this.host.name, failure);
  }

  /** Records that left a source node, over all lives, those of repartition topics included. */
  get recordsProcessed(): number {
    return this.#processedBefore + this.#processedSeen;
  }

  /** Commits that were acknowledged, over all lives. */
  get commits(): number {
    return this.#commitsBefore + this.#commitsSeen;
  }

  /** Records processed since the last acknowledged commit. */
  get recordsUncommitted(): number {
    return this.#processedSeen - this.#processedSafely;
  }

  /**
   * Records that were processed between an acknowledged commit and a crash or a loss of the group membership: under at
   * least once these may be processed again, and no others.
   */
  get recordsRepeatable(): number {
    return this.#repeatableBefore;
  }

  /** Starts an instance, after a crash on what the host's files still hold; resolves when it runs. */
  async start(): Promise<void> {
    const platform = this.host.up ? this.host.platform : this.host.restart();
    const streams = new KafkaStreams(this.#topology, this.#config, {
      platform,
      openEngine: (directory) => this.stores.open(directory),
    });
    this.#streams = streams;
    streams.onStateChange((state) => this.#history.note(this.host.name, state));
    await streams.start();
  }

  /** Commits, leaves the group, ends; the host stays up. */
  async close(): Promise<void> {
    await this.#streams?.close();
    this.#over();
  }

  /** Ends the process, as SIGKILL does: files and stores keep what was written. */
  kill(): void {
    this.#fallen("killed");
    this.stores.kill();
    this.host.kill();
  }

  /** Cuts the power: files and stores keep what was synced, and of the rest what chance leaves. */
  crash(options?: CrashOptions): void {
    this.#fallen("loses its power");
    this.stores.crash();
    this.host.crash(options);
  }

  /**
   * Stops the process, as SIGSTOP does, until `resume`: it reads nothing, writes nothing, and none of its timers run. After its
   * session the group goes on without it, and the instance wakes as a zombie.
   */
  pause(): void {
    this.#history.note(this.host.name, `stands still with ${String(this.recordsUncommitted)} records uncommitted`);
    this.host.pause();
  }

  /** Lets a stopped process go on, with everything that it had in its buffers. */
  resume(): void {
    this.#history.note(this.host.name, "goes on");
    this.host.resume();
  }

  /** Moves the wall clock of the host so many milliseconds ahead, or back if negative. */
  jumpClock(deltaMs: number): void {
    this.#history.note(this.host.name, `sees its clock jump by ${String(deltaMs)} ms`);
    this.host.clock.jump(deltaMs);
  }

  /** For the cluster, after each event. */
  observe(): void {
    if (this.#streams === null) return;
    const { recordsProcessed, commits, membershipsLost } = this.#streams.metrics();
    if (membershipsLost !== this.#lossesSeen) this.#lost();
    if (commits !== this.#commitsSeen) this.#processedSafely = this.#processedSeen;
    this.#commitsSeen = commits;
    this.#lossesSeen = membershipsLost;
    this.#processedSeen = recordsProcessed;
  }

  /** The group has gone on without this instance, and begins elsewhere or here anew where its offsets say: what was processed beyond them may come again. */
  #lost(): void {
    this.#history.note(this.host.name, `lost with ${String(this.recordsUncommitted)} records uncommitted`);
    this.#repeatableBefore += this.recordsUncommitted;
    this.#processedSafely = this.#processedSeen;
  }

  #fallen(how: string): void {
    this.observe();
    this.#history.note(this.host.name, `${how} with ${String(this.recordsUncommitted)} records uncommitted`);
    this.#repeatableBefore += this.recordsUncommitted;
    this.#over();
  }

  #over(): void {
    this.observe();
    this.#processedBefore += this.#processedSeen;
    this.#commitsBefore += this.#commitsSeen;
    this.#processedSeen = 0;
    this.#commitsSeen = 0;
    this.#lossesSeen = 0;
    this.#processedSafely = 0;
    this.#streams = null;
  }
}
