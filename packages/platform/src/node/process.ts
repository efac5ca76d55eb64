import type { HostProcess, Signal } from "../index.ts";

const signals: readonly Signal[] = ["SIGINT", "SIGTERM"];

let isGuarded = false;

/** Writes to stderr. Without a listener Node would end the process once the other side of stderr is closed. */
function writeError(text: string): void {
  if (!isGuarded) process.stderr.on("error", () => undefined);
  isGuarded = true;
  process.stderr.write(text);
}

/** The process that this runs in. */
export const nodeProcess: HostProcess = {
  writeError,
  get showsColors() {
    // Looks at the terminal, and at NO_COLOR, FORCE_COLOR and their like.
    return process.stderr.isTTY && process.stderr.hasColors();
  },
  onSignal(listener) {
    for (const signal of signals) process.on(signal, listener);
    return () => {
      for (const signal of signals) process.off(signal, listener);
    };
  },
  exit: (code) => process.exit(code),
};
