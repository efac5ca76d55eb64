import type { HostProcess, Signal } from "../index.ts";

const signals: readonly Signal[] = ["SIGINT", "SIGTERM"];

let isGuarded = false;

/** Writes to stderr. Without a listener Node would end the process once the other side of stderr is closed. */
function writeError(text: string): void {
  if (!isGuarded) process.stderr.on("error", () => undefined);
  isGuarded = true;
  process.stderr.write(text);
}

/** Functions that tell of errors that may be uncaught. */
const announced = new WeakMap<object, () => void>();
let isListening = false;

/**
 * Listens until an error is uncaught. Node asks the listeners in place of what it does itself, so somebody else's error is thrown once
 * more, without a listener: then Node writes it, and ends the process.
 */
function onUncaught(error: Error, tell: () => void): void {
  announced.set(error, tell);
  if (isListening || process.listenerCount("uncaughtException") > 0 || process.hasUncaughtExceptionCaptureCallback()) return;
  isListening = true;
  process.once("uncaughtException", (uncaught: unknown) => {
    isListening = false;
    const own = typeof uncaught === "object" && uncaught !== null ? announced.get(uncaught) : undefined;
    if (own !== undefined) {
      own();
      process.exit(1);
    }
    setImmediate(() => {
      throw uncaught;
    });
  });
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
  onUncaught,
};
