/** How exactly times are known while writes come all the time. */
const momentsEveryMs = 1000;

/**
 * When writes were all there were: what a checkpoint needs to know of its age. Writes are named by their numbers; at a moment
 * there were none from its `end` on. Kept is one moment a second while writes come, and the last one while none do.
 */
export class Moments {
  #times: number[] = [];
  #ends: number[] = [];

  /** How many are kept. */
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

  /** The latest moment at which there were no writes from `end` on. What is earlier is forgotten: `end` never falls. */
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
