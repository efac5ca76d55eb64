export type EventKind = "timer" | "soon" | "connect" | "accept" | "arrive" | "acknowledge" | "close" | "sync";

/** Processor of a program, which events take for a while. */
export interface Processor {
  readonly host: { readonly name: string };
  /** false: the program crashed, and its events never happen. */
  readonly alive: boolean;
  /** End of the time for which it is busy. */
  readonly timeUs: number;
  /** true: the program stands still, and its events wait until it goes on. */
  readonly paused: boolean;
  /** Takes the processor for an event that happens at `timeUs`. */
  begin(kind: EventKind, timeUs: number): void;
}

/** Something that will happen at a virtual time. */
export class SimulationEvent {
  readonly kind: EventKind;
  /** Incarnation of the host that runs the event; null for the network between hosts and for the test itself. */
  readonly on: Processor | null;
  readonly run: () => void;
  /** Ties are broken by the order of scheduling. */
  sequence: number;
  timeUs: number;
  waiting = true;
  /** Set aside: its program stands still, and the event is not in the queue. */
  parked = false;

  constructor(kind: EventKind, on: Processor | null, timeUs: number, sequence: number, run: () => void) {
    this.kind = kind;
    this.on = on;
    this.timeUs = timeUs;
    this.sequence = sequence;
    this.run = run;
  }
}

/** A binary heap, earliest event first. Cancelled events stay until they surface or outnumber the others. */
export class EventQueue {
  #heap: SimulationEvent[] = [];
  #cancelled = 0;
  /** Events that became due while their program stood still, in the order of their times. */
  readonly #parked = new Map<Processor, SimulationEvent[]>();

  push(event: SimulationEvent): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!precedes(event, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  cancel(event: SimulationEvent): void {
    if (!event.waiting) return;
    event.waiting = false;
    if (event.parked) return;
    this.#cancelled += 1;
    if (this.#cancelled > 1000 && this.#cancelled * 2 > this.#heap.length) this.#rebuild();
  }

  /** The earliest event that was not cancelled and whose program still runs; it stays in the queue. */
  peek(): SimulationEvent | null {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined) return null;
      if (first.waiting && first.on?.alive !== false) return first;
      this.#removeFirst();
      if (first.waiting) first.waiting = false;
      else this.#cancelled -= 1;
    }
  }

  /** Removes what `peek` returned. */
  take(event: SimulationEvent): void {
    event.waiting = false;
    this.#removeFirst();
  }

  /** Puts the event that `peek` returned off to a later time. */
  defer(event: SimulationEvent, timeUs: number): void {
    this.#removeFirst();
    event.timeUs = timeUs;
    this.push(event);
  }

  /** Sets the event that `peek` returned aside, since its program stands still. */
  park(event: SimulationEvent, on: Processor): void {
    this.#removeFirst();
    event.parked = true;
    const parked = this.#parked.get(on);
    if (parked === undefined) this.#parked.set(on, [event]);
    else parked.push(event);
  }

  /** Gives the events that were set aside for a program, in the order in which they became due, and forgets them. */
  unpark(on: Processor): readonly SimulationEvent[] {
    const parked = this.#parked.get(on) ?? [];
    this.#parked.delete(on);
    for (const event of parked) event.parked = false;
    return parked.filter((event) => event.waiting);
  }

  /** Events that may still happen, in no particular order. */
  waiting(): SimulationEvent[] {
    const all = [this.#heap, ...this.#parked.values()].flat();
    return all.filter((event) => event.waiting && event.on?.alive !== false);
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    const length = heap.length;
    if (length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && precedes(heap[child + 1]!, heap[child]!)) child += 1;
      if (!precedes(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }

  #rebuild(): void {
    const kept = this.#heap.filter((event) => event.waiting && event.on?.alive !== false);
    this.#heap = [];
    this.#cancelled = 0;
    for (const event of kept) this.push(event);
  }
}

function precedes(a: SimulationEvent, b: SimulationEvent): boolean {
  return a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.sequence < b.sequence);
}
