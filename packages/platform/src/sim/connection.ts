import type { Address, Connection, ConnectionEvents } from "../index.ts";
import { SimulationNetworkError } from "./errors.ts";
import { Flow, type Segment, type Wire, windowBytes } from "./flow.ts";
import type { Program } from "./program.ts";

/**
 * Maximum position of delivered bytes in a reused buffer. The position varies, so that no program relies on the buffer's
 * start.
 */
const offsetMax = 64;
const delivered: Buffer = Buffer.alloc(windowBytes + offsetMax);
/** Value that overwrites delivered bytes after the call. */
const stale = 0xdb;

/** The addresses of both sides, as one of them sees them. */
interface Ends {
  readonly local: Address;
  readonly remote: Address;
}

/** Program that has connections. */
interface Owner extends Program {
  readonly connections: Set<SimulationConnection>;
}

/** One end of a connection. It speaks TCP's rules as Node applies them: the end of one side makes the other end too. */
export class SimulationConnection implements Connection {
  readonly remote: string;
  readonly local: Address;
  readonly on: Owner;
  /** Tells connections apart in traces. */
  readonly label: string;
  paused = false;
  /** Tells the connecting side that the handshake is done; null on the accepting side, or when it is done. */
  onOpen: (() => void) | null = null;
  readonly #network: Wire;
  #events: ConnectionEvents | null;
  #peer!: SimulationConnection;
  #outgoing!: Flow;
  #incoming!: Flow;
  #queue: Uint8Array[] = [];
  /** Bytes of the first chunk in the queue that have left. */
  #queueStart = 0;
  #bytesQueued = 0;
  #owesDrain = false;
  #ending = false;
  #endSent = false;
  #endReceived = false;
  #closed = false;

  constructor(network: Wire, on: Owner, { local, remote }: Ends, label: string, events: ConnectionEvents | null) {
    this.#network = network;
    this.on = on;
    this.local = local;
    this.remote = `${remote.host}:${String(remote.port)}`;
    this.label = label;
    this.#events = events;
    on.connections.add(this);
  }

  /** Joins two ends. */
  static join(network: Wire, a: SimulationConnection, b: SimulationConnection): void {
    const forth = new Flow(network, a, b);
    const back = new Flow(network, b, a);
    a.#outgoing = forth;
    a.#incoming = back;
    b.#outgoing = back;
    b.#incoming = forth;
    a.#peer = b;
    b.#peer = a;
  }

  get bytesQueued(): number {
    return this.#bytesQueued;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** True if both programs know of the connection, so that a reset must be reported to them. */
  get established(): boolean {
    return this.onOpen === null && this.#events !== null && this.#peer.onOpen === null && this.#peer.#events !== null;
  }

  get peerHost(): string {
    return this.#peer.on.host.name;
  }

  /** For the report on a stalled run. */
  get state(): string {
    const parts = [`connection ${this.label} to ${this.remote}`];
    if (this.paused) parts.push("paused");
    if (this.#bytesQueued > 0) parts.push(`${String(this.#bytesQueued)} bytes queued`);
    if (this.#ending) parts.push("ending");
    return parts.join(", ");
  }

  attach(events: ConnectionEvents): void {
    this.#events = events;
  }

  write(chunks: readonly Uint8Array[]): void {
    if (!this.on.alive || this.#closed || this.#ending) return;
    for (const chunk of chunks) {
      if (chunk.length === 0) continue;
      this.#queue.push(chunk);
      this.#bytesQueued += chunk.length;
    }
    this.#pump();
    if (this.#bytesQueued > 0) this.#owesDrain = true;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    if (this.on.alive && !this.#closed) this.#incoming.retry();
  }

  end(): void {
    if (!this.on.alive || this.#closed || this.#ending) return;
    this.#ending = true;
    this.#pump();
  }

  destroy(): void {
    if (!this.on.alive || this.#closed) return;
    // An operating system answers with a reset when bytes were left unread.
    if (this.#incoming.unread) this.#outgoing.send("reset");
    else if (!this.#endSent) this.#outgoing.send("end");
    this.#close(null);
  }

  reset(): void {
    if (!this.on.alive || this.#closed) return;
    this.#outgoing.drop();
    this.#outgoing.send("reset");
    this.#close(null);
  }

  /** The handshake's answer goes out. */
  sendOpen(): void {
    this.#outgoing.send("open");
  }

  /** Breaks the connection on this side, as a reset from the other does. */
  fail(): void {
    if (this.on.alive && !this.#closed) this.#close(new SimulationNetworkError("ECONNRESET", this.remote));
  }

  /** Ends without a word to an owner, since it has none: the connection was never handed out. The peer sees a reset. */
  abandon(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.on.connections.delete(this);
    this.#outgoing.send("reset");
  }

  /** The host is gone, and the owner with it. */
  crashed(peersSeeReset: boolean): void {
    this.#closed = true;
    this.#incoming.receiverCrashed();
    if (peersSeeReset) this.#outgoing.send("reset");
  }

  receive(segment: Segment): void {
    if (this.#closed || !this.on.alive) {
      // The program is gone. A host answers bytes with a reset, and ignores the rest.
      if (segment.kind === "bytes") this.#outgoing.send("reset");
      return;
    }
    switch (segment.kind) {
      case "open":
        this.onOpen?.();
        this.onOpen = null;
        return;
      case "bytes":
        this.#deliver(segment.parts, segment.length);
        return;
      case "end":
        this.#endReceived = true;
        this.#ending = true;
        this.#pump();
        return;
      case "reset":
        this.fail();
    }
  }

  #deliver(parts: readonly Buffer[], length: number): void {
    const start = this.on.host.delays.below(offsetMax);
    let end = start;
    for (const part of parts) end += part.copy(delivered, end);
    this.#network.scheduler.trace.detail("data", this.label, length, delivered.subarray(start, end));
    this.#incoming.read(length);
    const peer = this.#peer;
    if (peer.#bytesQueued > 0 && peer.on.alive) {
      const timeUs = this.on.nowUs() + this.on.host.drawLatencyUs(peer.on.host);
      this.#network.scheduler.schedule("acknowledge", peer.on, timeUs, () => {
        peer.#pump();
      });
    }
    this.#events?.onData(delivered, start, end);
    delivered.fill(stale, start, end);
  }

  /** Hands the network what it takes, copied: until then the bytes are the writer's own, and a change to them would show. */
  #pump(): void {
    if (this.#closed) return;
    while (this.#bytesQueued > 0) {
      const bytes = Math.min(this.#outgoing.room, this.#bytesQueued);
      if (bytes === 0) return;
      this.#outgoing.sendBytes(this.#take(bytes));
    }
    if (this.#owesDrain) {
      this.#owesDrain = false;
      this.on.schedule("acknowledge", 0, () => {
        if (!this.#closed && this.#bytesQueued === 0) this.#events?.onDrain();
      });
    }
    if (!this.#ending) return;
    if (!this.#endSent) {
      this.#endSent = true;
      this.#outgoing.send("end");
    }
    if (this.#endReceived) this.#close(null);
  }

  #take(bytes: number): Buffer {
    const taken = Buffer.allocUnsafeSlow(bytes);
    let done = 0;
    let chunks = 0;
    while (done < bytes) {
      const chunk = this.#queue[chunks]!;
      const end = Math.min(chunk.length, this.#queueStart + bytes - done);
      taken.set(chunk.subarray(this.#queueStart, end), done);
      done += end - this.#queueStart;
      this.#queueStart = end;
      if (end < chunk.length) break;
      this.#queueStart = 0;
      chunks += 1;
    }
    if (chunks > 0) this.#queue = this.#queue.slice(chunks);
    this.#bytesQueued -= bytes;
    return taken;
  }

  #close(error: Error | null): void {
    this.#closed = true;
    this.#queue = [];
    this.#bytesQueued = 0;
    this.on.connections.delete(this);
    this.on.schedule("close", 0, () => {
      this.#network.scheduler.trace.detail(error === null ? "closed" : "reset", this.label, 0, null);
      this.#events?.onClose(error);
    });
  }
}
