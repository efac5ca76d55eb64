import { spawn, type ChildProcessByStdio } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { StreamsConfig, StreamsState } from "millrace";

/** What the application says of itself. */
export interface Report {
  readonly state: StreamsState;
  /** Its share of the application. */
  readonly tasks: number;
  readonly recordsProcessed: number;
  readonly recordsRestored: number;
  readonly commits: number;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it logged as a warning or an error. */
  readonly complaints: string;
}

/** The examples that `application.ts` runs. */
export type ExampleName = "card-auth-window" | "wordcount";

/** `application.ts` as a process that can be stopped, or killed at any instruction. */
export class ApplicationProcess {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #waiting = new Set<() => void>();
  #report: Report = { state: "created", tasks: 0, recordsProcessed: 0, recordsRestored: 0, commits: 0 };
  /** Records that it had processed when it told of its last commit. */
  #processedAtCommit = 0;
  #over = false;

  constructor(name: ExampleName, settings: StreamsConfig) {
    const program = join(import.meta.dirname, "application.ts");
    this.#child = spawn(process.execPath, ["--conditions=millrace-source", program, name, JSON.stringify(settings)], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    createInterface(this.#child.stdout).on("line", (line) => {
      const report = JSON.parse(line) as Report;
      if (report.commits > this.#report.commits) this.#processedAtCommit = report.recordsProcessed;
      this.#report = report;
      this.#look();
    });
    let complaints = "";
    this.#child.stderr.on("data", (piece: Buffer) => (complaints += piece.toString()));
    this.ended = new Promise((done) => {
      this.#child.on("close", (code, signal) => {
        done({ code, signal, complaints });
        this.#over = true;
        this.#look();
      });
    });
  }

  get report(): Report {
    return this.#report;
  }

  /** Processed since the last commit, as far as it told. */
  get uncommitted(): number {
    return this.#report.recordsProcessed - this.#processedAtCommit;
  }

  async running(): Promise<this> {
    await this.until(({ state }) => state === "running");
    return this;
  }

  /** Resolves when a report is as wanted. @throws {TypeError} when the process has ended before */
  async until(wanted: (report: Report) => boolean): Promise<void> {
    while (!wanted(this.#report)) {
      if (this.#over) {
        const { code, signal, complaints } = await this.ended;
        throw new TypeError(
          `The application ended with ${String(code ?? signal)} at ${JSON.stringify(this.#report)}: ${complaints}`,
        );
      }
      await new Promise<void>((wake) => this.#waiting.add(wake));
    }
  }

  /** Stops it where it is, until `resume`. */
  pause(): void {
    this.#child.kill("SIGSTOP");
  }

  resume(): void {
    this.#child.kill("SIGCONT");
  }

  kill(): Promise<Ended> {
    this.#child.kill("SIGKILL");
    return this.ended;
  }

  stop(): Promise<Ended> {
    this.#child.kill("SIGTERM");
    return this.ended;
  }

  #look(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
