type Outcome = "passed" | "FAILED" | "pending";

interface Row {
  readonly name: string;
  readonly outcome: Outcome;
  readonly detail: string;
  readonly seconds: number;
}

/** What was tried and how it went: a line as it happens, and a table at the end. */
export class Report {
  readonly #rows: Row[] = [];

  get hasFailed(): boolean {
    return this.#rows.some(({ outcome }) => outcome === "FAILED");
  }

  /** A step without which nothing goes on: what it makes, and a detail for the table. Its failure is thrown on. */
  async step<T>(name: string, work: () => Promise<readonly [made: T, detail: string]>): Promise<T> {
    const began = performance.now();
    try {
      const [made, detail] = await work();
      this.add(name, "passed", detail, began);
      return made;
    } catch (error) {
      this.add(name, "FAILED", textOf(error), began);
      throw error;
    }
  }

  /** A step whose failure stops nothing. */
  async check(name: string, work: () => Promise<string | void>): Promise<void> {
    const began = performance.now();
    try {
      this.add(name, "passed", (await work()) ?? "", began);
    } catch (error) {
      this.add(name, "FAILED", textOf(error), began);
    }
  }

  add(name: string, outcome: Outcome, detail: string, beganMs: number): void {
    const seconds = (performance.now() - beganMs) / 1000;
    this.#rows.push({ name, outcome, detail, seconds });
    process.stdout.write(`${outcome}  ${name} (${seconds.toFixed(1)} s)${detail === "" ? "" : `: ${detail}`}\n`);
  }

  print(): void {
    const count = (wanted: Outcome): number => this.#rows.filter(({ outcome }) => outcome === wanted).length;
    const pending = count("pending");
    process.stdout.write("\n");
    for (const { name, outcome, detail } of this.#rows)
      if (outcome !== "passed") process.stdout.write(`${outcome}  ${name}: ${detail.split("\n")[0] ?? ""}\n`);
    const told = pending === 0 ? "" : `, ${String(pending)} pending`;
    process.stdout.write(`newcomer: ${String(count("passed"))} passed, ${String(count("FAILED"))} failed${told}\n`);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
