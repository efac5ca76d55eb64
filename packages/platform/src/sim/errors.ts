/** Nothing is left that could happen, and what the run waited for has not. */
export class SimulationStalledError extends Error {
  readonly code = "SIMULATION_STALLED";
  /** State of each host at that time, one line for each pending timer, listener or connection. */
  readonly pending: readonly string[];

  constructor(virtualMs: number, pending: readonly string[]) {
    super(
      `The simulation stalled after ${String(virtualMs)} virtual ms: no event is left, and the condition does not hold. ` +
        `Look for a promise that nothing resolves.${listed(pending)}`,
    );
    this.name = new.target.name;
    this.pending = pending;
  }
}

/** A run took longer, or more events, than it may. */
export class SimulationLimitError extends Error {
  readonly code = "SIMULATION_LIMIT";
  /** Name of the limit that was reached; `Simulation.run` takes it as an option. */
  readonly limit: "virtualMsMax" | "eventsMax";
  /** State of each host at that time, one line for each pending timer, listener or connection. */
  readonly pending: readonly string[];

  constructor(limit: "virtualMsMax" | "eventsMax", value: number, pending: readonly string[]) {
    super(
      `The condition did not hold within ${limit} = ${String(value)}. ` +
        `Raise the limit if the work is that long; otherwise look for a loop that waits for what never comes.${listed(pending)}`,
    );
    this.name = new.target.name;
    this.limit = limit;
    this.pending = pending;
  }
}

function listed(lines: readonly string[]): string {
  return lines.length === 0 ? "" : `\nPending:\n  ${lines.join("\n  ")}`;
}

/** `run` was called while another `run` of the same simulation was under way. */
export class SimulationReentryError extends Error {
  readonly code = "SIMULATION_REENTRY";

  constructor() {
    super("The simulation is running already. Await one run() before the next; within it, wait with the ports' timers.");
    this.name = new.target.name;
  }
}

/** Code of a crashed host read a file: it was still on the stack when its host went down. */
export class HostCrashedError extends Error {
  readonly code = "SIMULATION_HOST_CRASHED";

  constructor(host: string) {
    super(`Host "${host}" crashed; this code belongs to its past. Start the program again on what restart() returns.`);
    this.name = new.target.name;
  }
}

/** A host was asked for what it cannot do in its state. */
export class HostStateError extends Error {
  readonly code = "SIMULATION_HOST_STATE";

  constructor(host: string, up: boolean) {
    super(
      up ? `Host "${host}" is up. Crash or kill it before restart().` : `Host "${host}" is down. Call restart() on it first.`,
    );
    this.name = new.target.name;
  }
}

const networkTexts = {
  EADDRINUSE: "address already in use",
  EADDRNOTAVAIL: "the address belongs to another host",
  ECONNREFUSED: "nobody listens there",
  ECONNRESET: "the connection was reset by the peer",
  ENOTFOUND: "no such host",
  ETIMEDOUT: "the host did not answer in time",
} as const;

/** Error that an operating system would report about a connection, with its `code`. */
export class SimulationNetworkError extends Error {
  readonly code: keyof typeof networkTexts;
  /** Address that the program named, as `host:port`. */
  readonly address: string;

  constructor(code: keyof typeof networkTexts, address: string) {
    super(`${code}: ${networkTexts[code]} (${address})`);
    this.name = new.target.name;
    this.code = code;
    this.address = address;
  }
}

const fileTexts = {
  EIO: "the disk failed",
  ENOSPC: "no space left on device",
  EINVAL: "a directory cannot move into itself",
  EISDIR: "is a directory",
  ENAMETOOLONG: "a name is longer than 255 bytes",
  ENOENT: "no such file or directory",
  ENOTDIR: "is not a directory",
  ENOTEMPTY: "the directory is not empty",
} as const;

/** Error that an operating system would report about a file, with its `code`. */
export class SimulationFileError extends Error {
  readonly code: keyof typeof fileTexts;
  /** Path that the program named. */
  readonly path: string;

  constructor(code: keyof typeof fileTexts, path: string) {
    super(`${code}: ${fileTexts[code]} ("${path}")`);
    this.name = new.target.name;
    this.code = code;
    this.path = path;
  }
}
