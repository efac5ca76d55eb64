import { Client } from "@millrace/client";
import type { Topology } from "@millrace/core";
import { sleep } from "@millrace/platform";
import { type RunLimits, Simulation, SimulationLimitError, SimulationStalledError } from "@millrace/platform/sim";
import { SimulationFailedError } from "./errors.ts";
import { History } from "./history.ts";
import { SimulatedApplication, type SimulatedStreamsConfig } from "./simulated-application.ts";
import { SimulatedBroker, type SimulatedBrokerOptions } from "./simulated-broker.ts";
import { SimulatedState } from "./simulated-state.ts";
import { SimulatedUser } from "./simulated-user.ts";
import { StateWatch, type StateWatchOptions } from "./state-watch.ts";

/** Options of a `SimulatedCluster`. */
export interface SimulatedClusterOptions {
  /** Decides everything that chance decides. */
  readonly seed: number | string;
  /** Options of the broker. Default: broker-lite's settings, with its data on the simulated host's disk. */
  readonly broker?: SimulatedBrokerOptions;
  /** The command that runs the same seed again; errors show it. */
  readonly replay?: string;
  /** Takes each event as a line of text. */
  readonly trace?: (line: string) => void;
}

/** A condition that a scenario waits for. */
interface Waiting {
  readonly holds: () => boolean;
  readonly resolve: () => void;
}

/**
 * A broker, instances of applications and a user of the topics, each on a host of its own, in one process and in virtual
 * time over the simulated network: the same seed and scenario give the same run, event by event, which `traceHash` tells.
 *
 * A scenario is an asynchronous function that `run` lets happen; it may wait for nothing but the cluster.
 */
export class SimulatedCluster {
  /** Seed of the run, as given in the options; together with the scenario it decides every event. */
  readonly seed: number | string;
  /** Network and virtual time of the cluster: use it to part hosts, and to wait with its `timers`. */
  readonly simulation: Simulation;
  /** Broker on the host `broker`; crash and restart it to test an outage. */
  readonly broker: SimulatedBroker;
  /** Client that fills and reads topics from outside of the applications. */
  readonly user: SimulatedUser;
  readonly #options: SimulatedClusterOptions;
  readonly #history: History;
  readonly #applications: SimulatedApplication[] = [];
  readonly #states = new Map<string, SimulatedState>();
  readonly #watches: StateWatch[] = [];
  #waiting: Waiting[] = [];

  constructor(options: SimulatedClusterOptions) {
    this.seed = options.seed;
    this.#options = options;
    const simulation = new Simulation(options.seed, options.trace === undefined ? {} : { trace: options.trace });
    this.simulation = simulation;
    this.#history = new History(() => simulation.elapsedMs);
    const others = Array.from({ length: (options.broker?.nodes ?? 1) - 1 }, (_, i) => simulation.host(`broker-${String(i + 2)}`));
    this.broker = new SimulatedBroker([simulation.host("broker"), ...others], options.broker ?? {}, this.#history);
    this.user = new SimulatedUser(Client.open({ clientId: "user", brokers: this.broker.addresses }, simulation.platform("user")));
  }

  /** A hash over all that happened so far: 16 hexadecimal digits. */
  get traceHash(): string {
    return this.simulation.traceHash;
  }

  /** An instance of an application on the host of that name, not started yet. Its stores lie on the host's disk. */
  application(host: string, topology: Topology, config: SimulatedStreamsConfig): SimulatedApplication {
    const log = (level: string, text: string, fields?: Readonly<Record<string, unknown>>): void => {
      if (level !== "debug")
        this.#history.note(host, `${level}: ${text}${fields === undefined ? "" : ` ${JSON.stringify(fields)}`}`);
    };
    const whole = { log, ...config, brokers: this.broker.addresses };
    const state = this.#states.get(host) ?? new SimulatedState(this.simulation.random);
    this.#states.set(host, state);
    const application = new SimulatedApplication(this.simulation.host(host), state, topology, whole, this.#history);
    this.#applications.push(application);
    return application;
  }

  /** Follows the state of an application while it runs; see `StateWatch`. It follows nothing before its `begin`. */
  watch(options: StateWatchOptions): StateWatch {
    const { simulation, broker } = this;
    const platform = simulation.platform("watch");
    const client = Client.open({ clientId: "watch", brokers: broker.addresses }, platform);
    const watch = new StateWatch(options, client, platform.timers, () => simulation.elapsedMs, this.#applications);
    this.#watches.push(watch);
    return watch;
  }

  /** An integer from `min` to `max`, both inclusive, drawn from the seed, apart from what hosts draw. */
  draw(min: number, max: number): number {
    return min + (this.simulation.random.uint32() % (max - min + 1));
  }

  /** Resolves after so much virtual time. */
  sleep(delayMs: number): Promise<void> {
    return sleep(this.simulation.timers, delayMs);
  }

  /** Resolves when `holds` does, which is asked after every event; the scenario goes on before the next one. */
  when(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ holds, resolve }));
  }

  /**
   * Lets a scenario happen, and returns what it returns.
   *
   * @param limits of the whole run; default one virtual hour and 5 million events
   * @throws {SimulationFailedError} `TESTKIT_SIMULATION_FAILED` whatever went wrong: an error of the scenario, an application that
   * failed, a stall, a limit
   */
  async run<T>(scenario: () => Promise<T>, limits: RunLimits = {}): Promise<T> {
    try {
      return await this.#run(scenario(), limits);
    } catch (error) {
      const replay = this.#options.replay ?? `new SimulatedCluster({ seed: ${JSON.stringify(this.seed)} })`;
      throw new SimulationFailedError(this.seed, this.simulation.elapsedMs, replay, this.#history.lines(), error);
    }
  }

  /**
   * Lists what is left in the simulation after one virtual second: a line for each host, with the number of its timers, and
   * one for each of its listeners and connections. A host whose programs were closed in good order has only its own line.
   */
  async remainder(): Promise<readonly string[]> {
    try {
      await this.simulation.run(() => false, { virtualMsMax: 1_000 });
    } catch (error) {
      if (error instanceof SimulationStalledError || error instanceof SimulationLimitError) return error.pending;
      throw error;
    }
    return [];
  }

  async #run<T>(scenario: Promise<T>, limits: RunLimits): Promise<T> {
    const { simulation } = this;
    const { virtualMsMax = 3_600_000, eventsMax = 5_000_000 } = limits;
    const [endMs, endCount] = [simulation.elapsedMs + virtualMsMax, simulation.eventCount + eventsMax];
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    scenario.then(settle, settle);
    for (;;) {
      await simulation.run(() => this.#observe() || settled, {
        virtualMsMax: endMs - simulation.elapsedMs,
        eventsMax: endCount - simulation.eventCount,
      });
      if (settled) return scenario;
    }
  }

  /**
   * Checks what must be checked after every event. Returns true if a condition that somebody waits for holds; that caller
   * then continues at once.
   */
  #observe(): boolean {
    for (const application of this.#applications) {
      application.observe();
      if (application.failure !== null) throw application.failure;
    }
    for (const watch of this.#watches) watch.observe();
    const held = this.#waiting.filter(({ holds }) => holds());
    if (held.length === 0) return false;
    this.#waiting = this.#waiting.filter((waiting) => !held.includes(waiting));
    for (const { resolve } of held) resolve();
    return true;
  }
}
