import { spawn } from "node:child_process";

export interface ProcessRun {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  /** User and system time of the process with its threads and its children, as the shell that waited for it counted. */
  readonly cpuSeconds: number;
}

/** Runs a command to its end under a shell whose `times` tells what it used. */
export function runProcess(command: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<ProcessRun> {
  const child = spawn("bash", ["-c", '"$@"; code=$?; times >&3; exit $code', "bash", ...command], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let output = "";
  let errors = "";
  let times = "";
  child.stdout?.on("data", (piece: Buffer) => (output += piece.toString()));
  child.stderr?.on("data", (piece: Buffer) => (errors += piece.toString()));
  child.stdio[3]?.on("data", (piece: Buffer) => (times += piece.toString()));
  return new Promise((resolve) => {
    child.on("close", (code) => {
      // Two lines, the shell's own and its children's: "0m0.003s 0m0.001s".
      const [, children = ""] = times.trim().split("\n");
      const cpuSeconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
        (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
        0,
      );
      resolve({ code: code ?? 1, output, errors, cpuSeconds });
    });
  });
}
