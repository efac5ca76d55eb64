import { spawn, type ChildProcess } from "node:child_process";

/** How long a program is waited for before the newcomer gives up: far above what anything here takes. */
const patienceMs = 45_000;

/** What a program did not do in time, with all that it said. */
export class NewcomerError extends Error {
  override readonly name: string = "NewcomerError";
}

/** A program that a newcomer starts: in a folder, without the options of this process. */
export class Program {
  readonly #child: ChildProcess;
  readonly #title: string;
  readonly #ended: Promise<number>;
  #stdout = "";
  #stderr = "";
  #code: number | null = null;
  readonly #waiting = new Set<() => void>();

  constructor(command: readonly string[], folder: string, environment: Readonly<Record<string, string>> = {}) {
    const [program = "", ...programArguments] = command;
    const { NODE_OPTIONS: _options, FORCE_COLOR: _color, ...inherited } = process.env;
    this.#title = programArguments.join(" ");
    this.#child = spawn(program, programArguments, {
      cwd: folder,
      env: { ...inherited, NO_COLOR: "1", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.on("data", (piece: Buffer) => {
      this.#stdout += piece.toString();
      this.#wake();
    });
    this.#child.stderr?.on("data", (piece: Buffer) => {
      this.#stderr += piece.toString();
      this.#wake();
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on("error", (error) => (this.#stderr += String(error)));
      this.#child.on("close", (code, signal) => {
        this.#code = code ?? (signal === null ? 1 : 128);
        resolve(this.#code);
        this.#wake();
      });
    });
  }

  get stdout(): string {
    return this.#stdout;
  }
  get stderr(): string {
    return this.#stderr;
  }
  /** Null: it runs. */
  get code(): number | null {
    return this.#code;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The exit code. A program that does not end in time is killed, and an error. */
  async ended(): Promise<number> {
    return this.#within(this.#ended, "its end");
  }

  /** Waits for a text on stdout or stderr. A program that ends without it is an error. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const found = async (): Promise<RegExpExecArray> => {
      for (;;) {
        const match = pattern.exec(this.#stderr) ?? pattern.exec(this.#stdout);
        if (match !== null) return match;
        if (this.#code !== null)
          throw new NewcomerError(`${this.#title} ended with ${String(this.#code)} without ${String(pattern)}${this.#told()}`);
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    };
    return this.#within(found(), String(pattern));
  }

  /** Ends it, if it runs, at once. */
  async kill(): Promise<void> {
    if (this.#code === null) this.#child.kill("SIGKILL");
    await this.#ended;
  }

  #told(): string {
    return `\n--- stdout\n${this.#stdout.trimEnd()}\n--- stderr\n${this.#stderr.trimEnd()}`;
  }

  async #within<T>(promise: Promise<T>, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.#child.kill("SIGKILL");
        reject(new NewcomerError(`${this.#title}: waited ${String(patienceMs / 1000)} s for ${what}${this.#told()}`));
      }, patienceMs);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
