import { Client } from "@millrace/client";
import {
  checkTopology,
  InvalidArgumentError,
  plan,
  resolvePartitions,
  shown,
  TopologyError,
  type Engine,
  type Topology,
} from "@millrace/core";
import { safeLog, safely, silent, type HostProcess, type Log, type Platform } from "@millrace/platform";
import { nodePlatform, nodeProcess } from "@millrace/platform/node";
import { recordFields } from "./cause-lines.ts";
import { closeOnSignals } from "./close-on-signals.ts";
import { resolveConfig, type ResolvedConfig } from "./config.ts";
import { DropNotices } from "./drop-notices.ts";
import { CloseTimeoutError, InvalidStateError, StreamThreadError } from "./errors.ts";
import { type Ask, internalTopics, makeReady, sourcePartitions } from "./internal-topics.ts";
import { limits } from "./limits.ts";
import { patiently } from "./patiently.ts";
import { readableLog } from "./readable-log.ts";
import type { RestoreEvent, RestoreListener } from "./state/replay.ts";
import { clientConfig } from "./settings/client-options.ts";
import type { StreamsConfig } from "./settings/streams-config.ts";
import { openStateEngine, type OpenEngine } from "./state/state-directory.ts";
import { StateMachine } from "./state-machine.ts";
import { streamsMoves, type StateListener, type StreamsState } from "./states.ts";
import { StreamThread } from "./thread/stream-thread.ts";
import { metricsOf, type StreamsMetrics } from "./streams-metrics.ts";

/** Environment of the application. Default: Node's platform and this process, and stores in memory. */
export interface StreamsEnvironment {
  /** Clock, timers, randomness, network and files. Default: Node's. */
  readonly platform?: Platform;
  /**
   * Gets the log's lines where the config has no `log`, and gives `run` its signals. Default: this process; none with a
   * `platform`.
   */
  readonly process?: HostProcess;
  /** Opens what keeps the stores on disk, at the start, in the state directory; the application closes it at the end. */
  readonly openEngine?: OpenEngine;
}

/** Options of `close`. */
export interface CloseOptions {
  /**
   * Time to wait for the brokers, in milliseconds; then the connections are cut, and the state becomes `error`. Default
   * 30,000.
   */
  readonly timeoutMs?: number;
  /**
   * Leaves the group, so that other instances take over at once; false: the group notices the absence after the session
   * timeout. Default: true, but false with a `groupInstanceId`, since the tasks then wait for the restart. KIP-1153.
   */
  readonly leaveGroup?: boolean;
}

/**
 * A stream application: runs a topology as a member of the group that its application id names.
 *
 * An object starts once: by `run`, which is all that a program needs, or by `start`, which leaves the rest to it. `close`
 * commits, leaves the group and resolves when everything is written; `await using` does it at the end of a block. A failure of
 * the thread, or of the last commit, ends in state `error`; `failure` then says why.
 *
 * @see org.apache.kafka.streams.KafkaStreams
 */
export class KafkaStreams implements AsyncDisposable {
  readonly #topology: Topology;
  readonly #config: ResolvedConfig;
  readonly #environment: StreamsEnvironment;
  readonly #platform: Platform;
  readonly #process: HostProcess | null;
  readonly #log: Log;
  /** True if the log's lines go to stderr, readable for people. */
  readonly #isLogReadable: boolean;
  readonly #drops: DropNotices;
  readonly #states = new StateMachine("created", streamsMoves);
  readonly #restoreListeners = new Set<RestoreListener>();
  #client: Client | null = null;
  #thread: StreamThread | null = null;
  #ended: Promise<void> = Promise.resolve();
  #failure: StreamThreadError | null = null;
  /** Milliseconds after which `close` gave up waiting; null if it did not. */
  #closeTimeoutMs: number | null = null;

  /**
   * @throws {InvalidConfigError} `STREAMS_INVALID_CONFIG`
   * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` for what is no topology
   */
  constructor(topology: Topology, config: StreamsConfig, environment: StreamsEnvironment = {}) {
    checkTopology("KafkaStreams needs a topology as its first argument", topology);
    const { platform, process = platform === undefined ? nodeProcess : null } = environment;
    this.#topology = topology;
    this.#environment = environment;
    this.#process = process;
    this.#platform = platform ?? nodePlatform();
    const log = process === null ? silent : readableLog(process, this.#platform.clock);
    const resolved = resolveConfig(config, log, this.#platform.transport);
    this.#log = safeLog(resolved.log, (text) => (process ?? nodeProcess).writeError(text));
    this.#config = { ...resolved, log: this.#log };
    this.#isLogReadable = config.log === undefined && process !== null;
    this.#drops = new DropNotices(this.#log, this.#platform);
  }

  /** State of the application: see `StreamsState`. */
  get state(): StreamsState {
    return this.#states.state;
  }

  /** Why the state is `error`; null otherwise. */
  get failure(): StreamThreadError | null {
    return this.#failure;
  }

  /**
   * Calls `listener` after every change of state, until the returned function is called.
   *
   * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` for what is no function
   */
  onStateChange(listener: StateListener): () => void {
    checkListener("onStateChange()", listener);
    return this.#states.listen((newState, oldState) => {
      const failed = (error: unknown): void => this.#log("error", `a state listener failed on "${newState}"`, { cause: error });
      safely(() => listener(newState, oldState), failed);
    });
  }

  /**
   * Calls `listener` with the progress of the restoration of stores, until the returned function is called.
   *
   * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` for what is no function
   */
  onRestore(listener: RestoreListener): () => void {
    checkListener("onRestore()", listener);
    this.#restoreListeners.add(listener);
    return () => void this.#restoreListeners.delete(listener);
  }

  /**
   * Resolves when the state is `running`: topics exist, stores are restored, records flow. It waits for unreachable brokers, for
   * at most `taskTimeoutMs`.
   *
   * @throws {InvalidStateError} `STREAMS_INVALID_STATE` unless the state is `created`
   * @throws {TopologyError} `STREAMS_INVALID_TOPOLOGY` for a topology that reads no topic
   * @throws {StreamThreadError} `STREAMS_THREAD_FAILED` whose cause is, for one, a missing source topic or an unreachable broker
   */
  async start(): Promise<void> {
    if (this.state !== "created") throw new InvalidStateError("start()", this.state, '"created"');
    checkReads(this.#topology);
    this.#states.moveTo("rebalancing");
    const running = Promise.withResolvers<void>();
    const forget = this.#states.listen((state) => {
      if (state === "running") running.resolve();
      else if (state === "error") running.reject(this.#failure ?? new StreamThreadError("unknown"));
      else if (state === "notRunning")
        running.reject(new InvalidStateError("start()", state, '"created", without a close() meanwhile'));
    });
    this.#ended = this.#run();
    try {
      await running.promise;
    } finally {
      forget();
    }
  }

  /**
   * Runs the application: starts it, closes it at SIGINT or SIGTERM, and resolves at its end; a second signal ends the process at
   * once. `await streams.run()` at the end of a program makes it exit with 0 after Ctrl-C, and with 1 after a failure. If no
   * caller catches a failure, the log's lines are its only output: Node does not add its dump.
   *
   * @param options of the close at a signal; a number is `timeoutMs`
   * @throws {InvalidStateError} `STREAMS_INVALID_STATE` unless the state is `created`
   * @throws {TopologyError} `STREAMS_INVALID_TOPOLOGY` for a topology that reads no topic
   * @throws {StreamThreadError} `STREAMS_THREAD_FAILED`, the failure, when everything is closed
   * @example
   * const streams = new KafkaStreams(topology, { applicationId: "shop", brokers: ["localhost:9092"] });
   * await streams.run();
   */
  async run(options: CloseOptions | number = {}): Promise<void> {
    if (this.state !== "created") throw new InvalidStateError("run()", this.state, '"created"');
    checkReads(this.#topology);
    const ended = Promise.withResolvers<void>();
    let closing: Promise<void> = Promise.resolve();
    const forget = this.#states.listen((state) => {
      if (state === "notRunning" || state === "error") ended.resolve();
    });
    const host = this.#process;
    const ignoreSignals = host === null ? null : closeOnSignals(host, this.#log, () => (closing = this.close(options)));
    try {
      // Errors are reported at the end, and a close meanwhile is no failure.
      await this.start().catch(() => undefined);
      await ended.promise;
      await closing;
    } finally {
      ignoreSignals?.();
      forget();
    }
    if (this.#failure === null) return;
    host?.onUncaught(this.#failure, () => this.#tellUncaught(host, this.#failure!));
    throw this.#failure;
  }

  /**
   * Commits, leaves the group and closes everything; a start under way is given up. Idempotent; on a failed application it waits
   * until all is closed. Never rejects: see `failure`.
   *
   * @param options a number is `timeoutMs`
   */
  async close(options: CloseOptions | number = {}): Promise<void> {
    const { timeoutMs = limits.closeTimeoutMs, leaveGroup } = typeof options === "number" ? { timeoutMs: options } : options;
    this.#states.request("pendingShutdown");
    // Before there is a thread there is nothing to commit, and no group to leave.
    if (this.#thread === null) void this.#client?.abort();
    else this.#thread.stop(leaveGroup === undefined ? "default" : leaveGroup ? "leaveGroup" : "remainInGroup");
    const timer = this.#platform.timers.after(timeoutMs, () => {
      this.#closeTimeoutMs = timeoutMs;
      void this.#client?.abort();
    });
    await this.#ended;
    timer.cancel();
    this.#states.request("notRunning");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Counts since the start. */
  metrics(): StreamsMetrics {
    return metricsOf(this.#thread);
  }

  /** The whole life of the thread; never rejects. */
  async #run(): Promise<void> {
    let engine: Engine | null = null;
    try {
      this.#client = Client.open(clientConfig(this.#config), this.#platform);
      engine = await openStateEngine(this.#topology, this.#config, this.#environment.openEngine);
      if (this.#closing) return;
      this.#thread = await this.#prepare(this.#client, engine);
      if (!this.#closing) await this.#thread.run();
    } catch (error) {
      // A close during the preparation made it fail.
      if (!this.#closing || this.#thread !== null) this.#fail(error);
    } finally {
      // Close each on its own: a failure of one must not keep the other open.
      await this.#client?.close().catch((error: unknown) => this.#fail(error));
      await engine?.close().catch((error: unknown) => this.#fail(error));
      this.#drops.close();
      if (this.#failure !== null) this.#states.moveTo("error");
    }
  }

  #tellOfRestore(event: RestoreEvent): void {
    if (event.kind === "batch") {
      const { topic, partition, batchEndOffset, endingOffset } = event;
      const progress = `${String(batchEndOffset)} of ${String(endingOffset)}`;
      this.#log("debug", `restoring ${topic} ${String(partition)}: ${progress}`, { ...event });
    }
    const failed = (error: unknown): void => this.#log("error", `a restore listener failed on "${event.kind}"`, { cause: error });
    for (const listener of this.#restoreListeners) safely(() => listener(event), failed);
  }

  /** A program's own log function may not have shown the failure. */
  #tellUncaught(host: HostProcess, failure: StreamThreadError): void {
    if (this.#isLogReadable) return;
    readableLog(host, this.#platform.clock)("error", failure.message, { ...recordFields(failure), cause: failure.cause });
  }

  get #closing(): boolean {
    return this.state === "pendingShutdown";
  }

  #fail(error: unknown): void {
    if (this.#failure !== null) return;
    this.#failure = new StreamThreadError(
      this.#closeTimeoutMs === null ? error : new CloseTimeoutError(this.#closeTimeoutMs, error),
    );
    this.#log("error", this.#failure.message, { ...recordFields(error), cause: error });
    this.#states.moveTo("pendingError");
  }

  async #prepare(client: Client, engine: Engine): Promise<StreamThread> {
    const config = this.#config;
    const platform = this.#platform;
    const planned = plan(this.#topology, config.applicationId, {
      topicConfig: config.topic,
      changelogAdditionalRetentionMs: config.windowstoreChangelogAdditionalRetentionMs,
    });
    const parts = { platform, config, client };
    const asking =
      (what: string): Ask =>
      (attempt) =>
        patiently(parts, what, attempt, () => this.#closing);
    const external = await sourcePartitions(client, platform.timers, planned.externalTopics, asking("looking up source topics"));
    const resolved = resolvePartitions(planned, external);
    const internal = internalTopics(planned, resolved);
    await makeReady(client, platform.timers, internal, config.replicationFactor, asking("looking up internal topics"));
    return new StreamThread({
      plan: planned,
      config,
      platform,
      client,
      engine,
      resolved,
      events: {
        onRebalancing: () => void this.#states.request("rebalancing"),
        onRunning: () => void this.#states.request("running"),
        onDropped: (drop) => this.#drops.note(drop),
        onRestore: (event) => this.#tellOfRestore(event),
        onFailed: (error) => this.#fail(error),
      },
    });
  }
}

function checkListener(call: string, listener: unknown): void {
  if (typeof listener !== "function")
    throw new InvalidArgumentError(`${call} needs a function as its listener, but got ${shown(listener)}.`);
}

/** Java's constructor throws this; here `start()` does, so that a program can check settings before it has a topology. */
function checkReads(topology: Topology): void {
  if (topology.nodes.length === 0)
    throw new TopologyError("The topology reads no topic, so nothing would run. Call stream() or table() before build().");
}
