import type { SimulationEvent } from "./event-queue.ts";
import type { Machine, Program } from "./program.ts";
import type { Scheduler } from "./scheduler.ts";

/** Network, as far as connections know it. */
export interface Wire {
  readonly scheduler: Scheduler;
  /** Flows whose next segment cannot arrive. */
  readonly held: Set<Flow>;
  /** Tells whether nothing gets from one machine to the other. */
  blocked(a: Machine, b: Machine): boolean;
}

/** End of a flow. */
interface End {
  readonly on: Program;
  readonly paused: boolean;
  readonly closed: boolean;
  /** Takes a segment that arrived. */
  receive(segment: Segment): void;
}

/** Item that travels: the handshake's answer, bytes, and the two ways to end. */
export type Segment =
  | { readonly kind: "open" | "end" | "reset"; readonly arriveUs: number }
  | { readonly kind: "bytes"; readonly arriveUs: number; readonly parts: Buffer[]; length: number };

/** Bytes on the way, or arrived but not read; what exceeds them stays in the sender's queue. */
export const windowBytes: number = 256 * 1024;

/** One piece in so many is cut in two; one in so many joins the piece before. */
const splitOneIn = 8;
const mergeOneIn = 4;

/** One direction of a connection: segments arrive in the order they were sent, each after a delay of its own. */
export class Flow {
  readonly #network: Wire;
  readonly #from: End;
  readonly #to: End;
  readonly #transit: Segment[] = [];
  /** The arrival of the first segment; null while none is under way, or the first one is held up. */
  #arrival: SimulationEvent | null = null;
  #held = false;
  /** Sent, but not yet read by the receiving program. */
  #bytesUnread = 0;

  constructor(network: Wire, from: End, to: End) {
    this.#network = network;
    this.#from = from;
    this.#to = to;
  }

  /** Bytes that the operating system would take now. */
  get room(): number {
    return windowBytes - this.#bytesUnread;
  }

  /** True if bytes wait at a receiver that does not read. */
  get unread(): boolean {
    return this.#held && this.#transit[0]?.kind === "bytes";
  }

  sendBytes(bytes: Buffer): void {
    const random = this.#from.on.host.delays;
    this.#bytesUnread += bytes.length;
    let rest = bytes;
    while (rest.length > 0) {
      const cut = rest.length > 1 && random.below(splitOneIn) === 0 ? 1 + random.below(rest.length - 1) : rest.length;
      const piece = rest.subarray(0, cut);
      rest = rest.subarray(cut);
      const last = this.#transit.at(-1);
      if (last?.kind === "bytes" && random.below(mergeOneIn) === 0) {
        last.parts.push(piece);
        last.length += piece.length;
      } else {
        this.#enqueue({ kind: "bytes", arriveUs: this.#drawArriveUs(), parts: [piece], length: piece.length });
      }
    }
  }

  send(kind: "open" | "end" | "reset"): void {
    this.#enqueue({ kind, arriveUs: this.#drawArriveUs() });
  }

  /** Loses everything that has not arrived. */
  drop(): void {
    if (this.#arrival !== null) this.#network.scheduler.cancel(this.#arrival);
    this.#arrival = null;
    this.#held = false;
    this.#network.held.delete(this);
    this.#transit.length = 0;
  }

  /** The receiver is gone: what was about to reach it is held up, until its host can answer. */
  receiverCrashed(): void {
    if (this.#arrival !== null) this.#network.scheduler.cancel(this.#arrival);
    this.#arrival = null;
    if (this.#transit.length > 0) this.#hold();
  }

  /** The network or the receiver may let the held segment through now. */
  retry(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#scheduleArrival(Math.max(this.#transit[0]!.arriveUs, this.#to.on.nowUs()));
  }

  /** The receiving program has read so many bytes. */
  read(bytes: number): void {
    this.#bytesUnread -= bytes;
  }

  /** May be before that of the segment in front, which then is waited for. */
  #drawArriveUs(): number {
    const { on } = this.#from;
    return on.nowUs() + on.host.drawLatencyUs(this.#to.on.host);
  }

  #enqueue(segment: Segment): void {
    this.#transit.push(segment);
    if (this.#arrival === null && !this.#held) this.#scheduleArrival(segment.arriveUs);
  }

  #scheduleArrival(timeUs: number): void {
    const { on } = this.#to;
    this.#arrival = this.#network.scheduler.schedule("arrive", on.alive ? on : null, timeUs, () => {
      this.#arrive();
    });
  }

  #hold(): void {
    this.#held = true;
    this.#network.held.add(this);
  }

  #arrive(): void {
    this.#arrival = null;
    const to = this.#to;
    const { host } = to.on;
    if (this.#network.blocked(this.#from.on.host, host) || !host.up) {
      this.#hold();
      return;
    }
    const segment = this.#transit[0]!;
    if (to.paused && !to.closed && segment.kind !== "open") {
      // Not the network's business: the receiver calls `retry` when it reads again.
      this.#held = true;
      return;
    }
    this.#transit.shift();
    const next = this.#transit[0];
    if (next !== undefined) this.#scheduleArrival(Math.max(next.arriveUs, this.#network.scheduler.nowUs));
    to.receive(segment);
  }
}
