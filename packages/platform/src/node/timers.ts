import type { Timer, Timers } from "../index.ts";

/** The longest delay Node takes; it turns a longer one into one millisecond. */
const delayMsMax = 2 ** 31 - 1;

class NodeTimer implements Timer {
  readonly #run: () => void;
  #handle: NodeJS.Timeout;

  constructor(delayMs: number, run: () => void) {
    this.#run = run;
    this.#handle = this.#arm(delayMs);
  }

  #arm(delayMs: number): NodeJS.Timeout {
    if (delayMs <= delayMsMax) return setTimeout(this.#run, delayMs);
    return setTimeout(() => {
      this.#handle = this.#arm(delayMs - delayMsMax);
    }, delayMsMax);
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }
}

export const nodeTimers: Timers = {
  after: (delayMs, run) => new NodeTimer(delayMs, run),
  soon: (run) => void setImmediate(run),
};
