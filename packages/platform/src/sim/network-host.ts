import type { SimulationConnection } from "./connection.ts";
import type { SimulationListener } from "./listener.ts";
import type { Machine, Program } from "./program.ts";

/** Machine that the network joins to others. */
export interface NetworkHost extends Machine {
  /** The program that runs on it, or ran last. */
  readonly current: NetworkProgram;
  /** Gives a port that nobody listens on. */
  freePort(): number;
}

/** Program that listens and connects. */
export interface NetworkProgram extends Program {
  readonly host: NetworkHost;
  alive: boolean;
  /** By port. */
  readonly listeners: Map<number, SimulationListener>;
  readonly connections: Set<SimulationConnection>;
}
