import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root: string = dirname(dirname(fileURLToPath(import.meta.url)));

export interface Finished {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

export interface RunOptions {
  /** Whether its output goes to ours instead of into the result. Default false. */
  readonly show?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** After this it is stopped. Default: never. */
  readonly timeoutMs?: number;
  /** When it is aborted, the program is stopped. */
  readonly signal?: AbortSignal;
}

/** Runs a program of the repository (its entry, relative to the root) in this Node and waits for its end. */
export function run(entry: string, programArguments: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const { show = false, environment = {}, timeoutMs = 0, signal } = options;
  const began = performance.now();
  const child = spawn(process.execPath, [join(root, entry), ...programArguments], {
    cwd: root,
    stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
    env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0", ...environment },
    timeout: timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
  // That it was stopped is what its exit says.
  child.on("error", () => undefined);
  let output = "";
  child.stdout?.on("data", (piece: Buffer) => (output += piece.toString()));
  child.stderr?.on("data", (piece: Buffer) => (output += piece.toString()));
  return new Promise((resolve) => {
    child.on("exit", (code) => {
      resolve({ code: code ?? 1, output, seconds: (performance.now() - began) / 1000 });
    });
  });
}
