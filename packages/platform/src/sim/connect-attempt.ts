import type { Address, Connection, ConnectionEvents } from "../index.ts";
import { SimulationConnection } from "./connection.ts";
import { SimulationNetworkError } from "./errors.ts";
import type { SimulationEvent } from "./event-queue.ts";
import type { Wire } from "./flow.ts";
import type { SimulationListener } from "./listener.ts";
import type { NetworkHost, NetworkProgram } from "./network-host.ts";

/** Network, as far as handshakes know it. */
interface Names extends Wire {
  /** Gives the host that a name means on `from`; null if none. */
  resolve(from: NetworkHost, name: string): NetworkHost | null;
  /** Gives a connection the label that tells it apart in traces. */
  nextLabel(): string;
}

/**
 * Time for which an operating system asks a host that does not answer, and the number of its attempts. Linux's default is 127
 * seconds.
 */
const connectTimeoutUs = 127_000_000;
const retryUs = 1_000_000;

type ConnectErrorCode = "ECONNREFUSED" | "ENOTFOUND" | "ETIMEDOUT";

/** The handshake of one connection, from the first request to its answer. */
export class ConnectAttempt {
  readonly #network: Names;
  readonly #on: NetworkProgram;
  readonly #address: Address;
  readonly #events: ConnectionEvents;
  readonly #resolve: (connection: Connection) => void;
  readonly #reject: (error: Error) => void;
  readonly #port: number;
  #timeout: SimulationEvent | null = null;
  #asking: SimulationEvent | null = null;
  #connection: SimulationConnection | null = null;
  #over = false;

  constructor(
    network: Names,
    on: NetworkProgram,
    address: Address,
    events: ConnectionEvents,
    resolve: (connection: Connection) => void,
    reject: (error: Error) => void,
  ) {
    this.#network = network;
    this.#on = on;
    this.#address = address;
    this.#events = events;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#port = on.host.freePort();
  }

  start(): void {
    const { host } = this.#on;
    const target = this.#network.resolve(host, this.#address.host);
    if (target === null) {
      this.#failAfter("ENOTFOUND", host.drawLatencyUs(host));
      return;
    }
    this.#timeout = this.#failAfter("ETIMEDOUT", connectTimeoutUs);
    this.#request(target, this.#on.nowUs() + host.drawLatencyUs(target));
  }

  /** Nobody waits for the connection any more. */
  giveUp(why: Error): void {
    if (this.#over) return;
    this.#finish();
    this.#connection?.abandon();
    this.#reject(why);
  }

  #request(target: NetworkHost, timeUs: number): void {
    this.#asking = this.#network.scheduler.schedule("connect", null, timeUs, () => {
      this.#asking = null;
      if (!this.#on.alive) return;
      if (!target.up || this.#network.blocked(this.#on.host, target)) {
        this.#request(target, timeUs + retryUs);
        return;
      }
      const listener = target.current.listeners.get(this.#address.port);
      if (listener === undefined || (listener.loopbackOnly && target !== this.#on.host)) {
        // Delay of the answer, counted from its departure: the asking host may be busy for longer.
        this.#failAfter("ECONNREFUSED", target.drawLatencyUs(this.#on.host));
        return;
      }
      this.#answer(target, listener);
    });
  }

  /** The listening host agrees; its program learns of the connection at once, the asking one when the answer arrives. */
  #answer(target: NetworkHost, listener: SimulationListener): void {
    const network = this.#network;
    const label = network.nextLabel();
    const to = this.#address;
    const from = { host: this.#on.host.name, port: this.#port };
    const client = new SimulationConnection(network, this.#on, { local: from, remote: to }, label, this.#events);
    const server = new SimulationConnection(network, target.current, { local: to, remote: from }, label, null);
    SimulationConnection.join(network, client, server);
    this.#connection = client;
    client.onOpen = () => {
      this.#finish();
      this.#resolve(client);
    };
    server.sendOpen();
    network.scheduler.schedule("accept", target.current, network.scheduler.nowUs, () => {
      if (listener.open) server.attach(listener.accept(server));
      else server.abandon();
    });
  }

  #failAfter(code: ConnectErrorCode, delayUs: number): SimulationEvent {
    return this.#on.schedule("connect", delayUs, () => {
      this.giveUp(new SimulationNetworkError(code, `${this.#address.host}:${String(this.#address.port)}`));
    });
  }

  #finish(): void {
    this.#over = true;
    if (this.#timeout !== null) this.#network.scheduler.cancel(this.#timeout);
    if (this.#asking !== null) this.#network.scheduler.cancel(this.#asking);
  }
}
