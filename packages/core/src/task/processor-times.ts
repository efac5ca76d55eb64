/**
 * Times that operators keep across restarts, by name. They are committed beside the offsets of every input partition; a task begins with
 * the largest that it finds (Java's ProcessorMetadata).
 */
export class ProcessorTimes {
  readonly #timesMs = new Map<string, number>();
  #changes = 0;
  #offered = 0;
  #committed = 0;

  /** Time of a name; -1: none. */
  get(name: string): number {
    return this.#timesMs.get(name) ?? -1;
  }

  set(name: string, timeMs: number): void {
    if (this.#timesMs.get(name) === timeMs) return;
    this.#timesMs.set(name, timeMs);
    this.#changes += 1;
  }

  /** Takes over what was committed. */
  load(timesMs: ReadonlyMap<string, number>): void {
    for (const [name, timeMs] of timesMs) if (timeMs > this.get(name)) this.#timesMs.set(name, timeMs);
  }

  /** Times have changed since the last commit: all partitions are to be committed. */
  get areDue(): boolean {
    return this.#changes > this.#committed;
  }

  /** Gives all times for a commit. */
  offer(): ReadonlyMap<string, number> {
    this.#offered = this.#changes;
    return this.#timesMs;
  }

  /** Notes that the times offered last are committed. */
  committed(): void {
    this.#committed = this.#offered;
  }
}
