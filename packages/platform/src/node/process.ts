import type { HostProcess, Signal } from "../index.ts";

const signals: readonly Signal[] = ["SIGINT", "SIGTERM"];

/** The process that this runs in. */
export const nodeProcess: HostProcess = {
  writeError: (text) => void process.stderr.write(text),
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
