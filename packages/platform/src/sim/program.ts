import type { EventKind, Processor, SimulationEvent } from "./event-queue.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** Machine, as far as connections know it. */
export interface Machine {
  readonly name: string;
  /** true: a program runs on it. */
  readonly up: boolean;
  /** Randomness of how segments are cut and joined on the way out. */
  readonly delays: SeededRandom;
  /** Draws the delay of one segment to another machine. */
  drawLatencyUs(to: Machine): number;
}

/** Running program, as far as connections know it. */
export interface Program extends Processor {
  readonly host: Machine;
  /** Its own time in microseconds since the epoch. */
  nowUs(): number;
  /** Schedules an event of the program, `delayUs` from its now. */
  schedule(kind: EventKind, delayUs: number, run: () => void): SimulationEvent;
}
