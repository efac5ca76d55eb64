/** Resolution of the remembered times during continuous writes, in milliseconds. */
const momentsEveryMs = 1000;

/**
 * Remembers at which times a given number of writes existed, so that a checkpoint knows its age. Writes have numbers; at a
 * moment there were no writes from its `end` on. One moment per second is kept while writes come, and only the last one while
 * none come.
 */
export class Moments {
  #times: number[] = [];
  #ends: number[] = [];

  /** Number of moments that are kept. */
  get count(): number {
    return this.#times.length;
  }

  /** Forgets all moments but this one; NaN: its time is not known. */
  reset(timeMs: number, end: number): void {
    this.#times = [timeMs];
    this.#ends = [end];
  }

  note(timeMs: number, end: number): void {
    const last = this.#times.length - 1;
    if (this.#ends[last] === end) this.#times[last] = timeMs;
    else if (!(timeMs - this.#times[last]! < momentsEveryMs)) {
      this.#times.push(timeMs);
      this.#ends.push(end);
    }
  }

  /** The latest moment at which there were no writes from `end` on. Earlier moments are forgotten: `end` never falls. */
  lastBefore(end: number): number {
    let at = 0;
    while (at + 1 < this.#ends.length && this.#ends[at + 1]! <= end) at += 1;
    if (at > 0) {
      this.#times.splice(0, at);
      this.#ends.splice(0, at);
    }
    return this.#times[0]!;
  }
}
