import type { Address, Connection, ConnectionEvents, Listener } from "../index.ts";

/** Program that listens. */
interface Owner {
  readonly alive: boolean;
  readonly listeners: { delete(port: number): boolean };
}

export class SimulationListener implements Listener {
  readonly address: Address;
  readonly accept: (connection: Connection) => ConnectionEvents;
  /** True if only this host itself may connect. */
  readonly loopbackOnly: boolean;
  open = true;
  readonly #owner: Owner;

  constructor(owner: Owner, address: Address, loopbackOnly: boolean, accept: (connection: Connection) => ConnectionEvents) {
    this.#owner = owner;
    this.address = address;
    this.loopbackOnly = loopbackOnly;
    this.accept = accept;
  }

  close(): Promise<void> {
    if (this.open && this.#owner.alive) {
      this.open = false;
      this.#owner.listeners.delete(this.address.port);
    }
    return this.#owner.alive ? Promise.resolve() : new Promise(() => undefined);
  }
}
