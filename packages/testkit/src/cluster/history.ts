/** Lines kept: enough to see what led to a failure. */
const linesMax = 60;

/** Notable events of a simulation: faults, changes of state, warnings. The newest lines are kept. */
export class History {
  readonly #elapsedMs: () => number;
  readonly #lines: string[] = [];

  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs;
  }

  note(host: string, text: string): void {
    this.#lines.push(`${this.#elapsedMs().toFixed(3)} ${host}: ${text}`);
    if (this.#lines.length > linesMax) this.#lines.shift();
  }

  lines(): readonly string[] {
    return [...this.#lines];
  }
}
