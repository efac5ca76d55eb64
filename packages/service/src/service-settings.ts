import { settingsIn, type Setting } from "@millrace/runtime/settings";

/** Settings of the service around the application, all of them variables. */
export const serviceSettings: readonly Setting[] = settingsIn(null, [
  {
    name: "httpHost",
    kafka: null,
    kind: "text",
    default: "0.0.0.0",
    text: "Address on which health and metrics are served; `0.0.0.0` is all of IPv4.",
  },
  {
    name: "httpPort",
    kafka: null,
    kind: "integer",
    default: 8080,
    min: 0,
    max: 65_535,
    text: "Its port; 0 takes a free one, which the log names.",
  },
  {
    name: "logLevel",
    kafka: null,
    kind: "choice",
    choices: ["error", "warn", "info", "debug"],
    default: "info",
    text: "Lowest level that is logged.",
  },
  {
    name: "closeTimeoutMs",
    kafka: null,
    kind: "integer",
    unit: "ms",
    default: 25_000,
    min: 1,
    max: 2 ** 31 - 1,
    text: "Time that the last commit and the farewell may take after a signal. Kubernetes, for one, kills a process after 30 seconds.",
  },
]);
