import { Broker, type BrokerConfig } from "@millrace/broker-lite";
import type { CrashOptions, Host } from "@millrace/platform/sim";
import type { History } from "./history.ts";

/** Options of the broker in a `SimulatedCluster`. */
export interface SimulatedBrokerOptions {
  /** Settings in Kafka's names. Default: broker-lite's. */
  readonly config?: Partial<BrokerConfig>;
  /** Default `data`: files of the simulated host. null: in memory, so that a crash loses everything. */
  readonly dataDirectory?: string | null;
}

const port = 9092;

/** broker-lite on a host of its own, which can crash and start again on the files that are left. */
export class SimulatedBroker {
  /** Host on which the broker runs. Set its latencies and disk faults to disturb the broker. */
  readonly host: Host;
  readonly #options: SimulatedBrokerOptions;
  readonly #history: History;
  #running: Broker | null = null;

  constructor(host: Host, options: SimulatedBrokerOptions, history: History) {
    this.host = host;
    this.#options = options;
    this.#history = history;
  }

  /** `host:port`, as clients are given it. */
  get address(): string {
    return `${this.host.name}:${String(port)}`;
  }

  /** Starts the broker, after a crash on what the host's files still hold; resolves when it listens. */
  async start(): Promise<void> {
    const platform = this.host.up ? this.host.platform : this.host.restart();
    const { config = {}, dataDirectory = "data" } = this.#options;
    const log = (level: string, text: string): void => {
      if (level !== "debug") this.#history.note(this.host.name, `${level}: ${text}`);
    };
    this.#running = await Broker.start({ host: this.host.name, port, dataDirectory, config, log }, platform);
  }

  /** Lets the coordinator of groups load for so long; see `Broker.loadGroups`. A broker that is down need not. */
  loadGroups(durationMs: number): void {
    this.#history.note(this.host.name, `loads its groups for ${String(durationMs)} ms`);
    this.#running?.loadGroups(durationMs);
  }

  /** Closes the broker in good order; the host stays up. */
  async close(): Promise<void> {
    const broker = this.#running;
    this.#running = null;
    await broker?.close();
  }

  /** Ends the process, as SIGKILL does: files keep what was written. */
  kill(): void {
    this.#history.note(this.host.name, "killed");
    this.#running = null;
    this.host.kill();
  }

  /** Cuts the power: files keep what was synced, and of the rest what chance leaves. */
  crash(options?: CrashOptions): void {
    this.#history.note(this.host.name, "loses its power");
    this.#running = null;
    this.host.crash(options);
  }
}
