import type { HostProcess, Log, Signal } from "@millrace/platform";

const signalNumbers: Readonly<Record<Signal, number>> = { SIGINT: 2, SIGTERM: 15 };

/**
 * Closes an application at the first SIGINT or SIGTERM; a second one ends the process at once, with 128 and the signal's number as code.
 * `KafkaStreams.run` does this.
 *
 * @param close is called once, and must not reject
 * @returns a function that ends the listening
 */
export function closeOnSignals(
  host: Pick<HostProcess, "onSignal" | "exit">,
  log: Log,
  close: (signal: Signal) => Promise<void>,
): () => void {
  let isClosing = false;
  return host.onSignal((signal) => {
    if (isClosing) {
      log("warn", `ending the process at once at a second ${signal}: uncommitted records are processed again`, { signal });
      host.exit(128 + signalNumbers[signal]);
      return;
    }
    isClosing = true;
    log("info", `committing and ending at ${signal}`, { signal });
    void close(signal);
  });
}
