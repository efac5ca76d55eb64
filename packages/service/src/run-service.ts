import { thrownText, type Topology } from "@millrace/core";
import { closeOnSignals, KafkaStreams, type Log } from "@millrace/runtime";
import { answers } from "./answers.ts";
import { HttpListenError } from "./errors.ts";
import type { Host, HttpListener } from "./host.ts";
import { jsonLog } from "./json-log.ts";
import { streamsRegistry } from "./metrics.ts";
import { nodeHost } from "./node/node-host.ts";
import { namingVariable, readSettings, type ServiceConfig, type ServiceSettings, type Settings } from "./settings.ts";

/**
 * Runs an application as what a container runs: settings from the environment before those of the program, health and
 * metrics over HTTP, a JSON line on stdout for whatever happens. At SIGTERM or SIGINT it is not ready any more, commits,
 * leaves the group and ends; a second signal ends the process at once. Never rejects.
 *
 * @param config settings of which each that a text can hold may be replaced by a variable: `commitIntervalMs` by
 * `COMMIT_INTERVAL_MS`; `brokers` may come from there alone, as `host:port,host:port`
 * @param host default: this process
 * @returns the exit code: 0 after a signal, 1 after a failure, which is in the log
 */
export async function runService(topology: Topology, config: ServiceConfig, host: Host = nodeHost()): Promise<number> {
  const logTo = (least: ServiceSettings["logLevel"], applicationId: string): Log =>
    jsonLog((line) => host.write(line), host.platform.clock, least, { applicationId });
  let log = logTo("info", config.applicationId);
  try {
    const settings = readSettings(host.environment, config, host.platform.files);
    log = logTo(settings.service.logLevel, settings.streams.applicationId);
    log("info", "read settings", { variables: settings.taken });
    const { platform, openEngine } = host;
    const environment = openEngine === undefined ? { platform } : { platform, openEngine };
    const streams = new KafkaStreams(topology, { ...settings.streams, log }, environment);
    return await serve(streams, settings, host, log);
  } catch (error) {
    const cause = namingVariable(error, host.environment);
    log("error", thrownText(cause), { cause });
    return 1;
  }
}

/** From the first signal that it takes to the closing of the port. */
async function serve(streams: KafkaStreams, settings: Settings, host: Host, log: Log): Promise<number> {
  const registry = streamsRegistry(settings.streams.applicationId, streams);
  host.observeProcess(registry);
  const ended = Promise.withResolvers<void>();
  streams.onStateChange((state) => {
    log("info", `the application is ${state}`, { state });
    if (state === "notRunning" || state === "error") ended.resolve();
  });
  const ignoreSignals = closeOnSignals(host, log, () => streams.close(settings.service.closeTimeoutMs));
  const ignoreCrash = host.onCrash((error) =>
    log("error", "ending the process after an error that nobody caught", { cause: error }),
  );
  try {
    const http = await listen(host, settings.service, answers(streams, registry));
    log("info", `serving health and metrics on port ${String(http.address.port)}`, { ...http.address });
    // Why it did not start is in the log: the runtime says so, or a signal came.
    streams.start().catch(() => undefined);
    await ended.promise;
    await http.close();
  } finally {
    ignoreCrash();
    ignoreSignals();
  }
  return streams.failure === null ? 0 : 1;
}

async function listen(
  host: Host,
  { httpHost, httpPort }: ServiceSettings,
  handler: ReturnType<typeof answers>,
): Promise<HttpListener> {
  try {
    return await host.listen({ host: httpHost, port: httpPort }, handler);
  } catch (error) {
    throw new HttpListenError(httpHost, httpPort, error);
  }
}
