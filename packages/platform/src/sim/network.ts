import type { Address, Connection, ConnectionEvents, Listener } from "../index.ts";
import { ConnectAttempt } from "./connect-attempt.ts";
import { SimulationNetworkError } from "./errors.ts";
import type { Flow } from "./flow.ts";
import { SimulationListener } from "./listener.ts";
import type { NetworkHost, NetworkProgram } from "./network-host.ts";
import type { Machine } from "./program.ts";
import type { Scheduler } from "./scheduler.ts";

const loopbackNames: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "::1"]);
const anyNames: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** Network that joins the hosts, with the faults between them. */
export class Network {
  readonly scheduler: Scheduler;
  readonly hosts: Map<string, NetworkHost> = new Map();
  /** Flows whose next segment cannot arrive, for a partition or a host that is down. */
  readonly held: Set<Flow> = new Set();
  readonly #partitions: Set<string> = new Set();
  #labels = 0;

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  connect(on: NetworkProgram, address: Address, events: ConnectionEvents, signal?: AbortSignal): Promise<Connection> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (!on.alive) return;
      const attempt = new ConnectAttempt(this, on, address, events, resolve, reject);
      attempt.start();
      signal?.addEventListener("abort", () => attempt.giveUp(signal.reason as Error), { once: true });
    });
  }

  listen(on: NetworkProgram, address: Address, accept: (connection: Connection) => ConnectionEvents): Promise<Listener> {
    if (!on.alive) return new Promise(() => undefined);
    const loopbackOnly = loopbackNames.has(address.host);
    const name = `${address.host}:${String(address.port)}`;
    if (!loopbackOnly && !anyNames.has(address.host) && address.host !== on.host.name) {
      return Promise.reject(new SimulationNetworkError("EADDRNOTAVAIL", name));
    }
    if (on.listeners.has(address.port)) return Promise.reject(new SimulationNetworkError("EADDRINUSE", name));
    const port = address.port === 0 ? on.host.freePort() : address.port;
    const listener = new SimulationListener(on, { host: address.host, port }, loopbackOnly, accept);
    on.listeners.set(port, listener);
    return Promise.resolve(listener);
  }

  /** Returns the host that a name means on `from`; null if there is none. */
  resolve(from: NetworkHost, name: string): NetworkHost | null {
    return loopbackNames.has(name) ? from : (this.hosts.get(name) ?? null);
  }

  blocked(a: Machine, b: Machine): boolean {
    return this.#partitions.has(link(a.name, b.name));
  }

  partition(a: string, b: string): void {
    if (a !== b) this.#partitions.add(link(a, b));
  }

  heal(a: string, b: string): void {
    this.#partitions.delete(link(a, b));
    this.#retryHeld();
  }

  healAll(): void {
    this.#partitions.clear();
    this.#retryHeld();
  }

  /** Breaks the established connections between two hosts, on both sides at once. */
  reset(a: string, b: string): void {
    for (const [name, peer] of [
      [a, b],
      [b, a],
    ] as const) {
      const connections = this.hosts.get(name)?.current.connections ?? [];
      for (const connection of connections) {
        if (connection.peerHost === peer && connection.established) connection.fail();
      }
    }
  }

  crashed(program: NetworkProgram, peersSeeReset: boolean): void {
    program.alive = false;
    program.listeners.clear();
    for (const connection of program.connections) connection.crashed(peersSeeReset);
    program.connections.clear();
  }

  /** A host is up again, and answers for its past. */
  restarted(): void {
    this.#retryHeld();
  }

  nextLabel(): string {
    this.#labels += 1;
    return String(this.#labels);
  }

  /** One line for each thing that a stalled run may be waiting for. */
  report(): string[] {
    const lines = [...this.#partitions].map((pair) => `partition ${pair}`);
    const events = this.scheduler.waiting();
    for (const { name, up, current } of this.hosts.values()) {
      const kinds = new Map<string, number>();
      for (const event of events) if (event.on === current) kinds.set(event.kind, (kinds.get(event.kind) ?? 0) + 1);
      const counts = [...kinds].map(([kind, count]) => `, ${String(count)} × ${kind}`).join("");
      lines.push(`host "${name}": ${up ? (current.paused ? "paused" : "up") : "down"}${counts}`);
      for (const port of current.listeners.keys()) lines.push(`  listens on ${String(port)}`);
      for (const connection of current.connections) lines.push(`  ${connection.state}`);
    }
    return lines;
  }

  #retryHeld(): void {
    const flows = [...this.held];
    this.held.clear();
    for (const flow of flows) flow.retry();
  }
}

function link(a: string, b: string): string {
  return a < b ? `${a} | ${b}` : `${b} | ${a}`;
}
