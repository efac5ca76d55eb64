import { spawn, type ChildProcess } from "node:child_process";

/** A program that runs as a container would run it: a command without a shell, in a folder, with an environment of its own. */
export class Program {
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiting = new Set<() => void>();

  /** `node` is this Node, without the options of this process. */
  constructor(command: readonly string[], folder: string, environment: Readonly<Record<string, string>>) {
    const [program = "", ...programArguments] = command;
    this.#child = spawn(program === "node" ? process.execPath : program, programArguments, {
      cwd: folder,
      env: { ...environment },
    });
    let rest = "";
    const take = (piece: Buffer): void => {
      const lines = (rest + piece.toString()).split("\n");
      rest = lines.pop() ?? "";
      this.#lines.push(...lines);
      this.#wake();
    };
    this.#child.stdout?.on("data", take);
    this.#child.stderr?.on("data", take);
    this.ended = new Promise((resolve) => {
      this.#child.on("close", (code) => {
        resolve(code);
        this.#wake();
      });
    });
  }

  /** What it wrote so far. */
  get output(): string {
    return this.#lines.join("\n");
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The first line that matches, now or later. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (const line of this.#lines) {
        const match = pattern.exec(line);
        if (match !== null) return match;
      }
      if (this.#child.exitCode !== null) throw new RangeError(`ended without a line ${String(pattern)}:\n${this.output}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
