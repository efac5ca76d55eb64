import { string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import type { Address, Platform, Signal } from "@millrace/platform";
import { expect, test } from "vitest";
import { happens, type Scene } from "../../../test/support/scene.ts";
import type { Host, HttpAnswer, HttpHandler, HttpListener } from "./host.ts";
import { runService } from "./run-service.ts";
import type { Environment, ServiceConfig } from "./settings.ts";

function copy(): Topology {
  const builder = new StreamsBuilder();
  builder.stream("in", { key: string, value: string }).to("out");
  return builder.build();
}

interface Line {
  readonly level: string;
  readonly message: string;
  readonly cause?: { readonly code?: string; readonly message: string };
}

/** A process in virtual time whose HTTP pages are asked by calls. */
class SimulatedHost implements Host {
  readonly platform: Platform;
  readonly environment: Environment;
  readonly lines: Line[] = [];
  readonly exits: number[] = [];
  readonly signalListeners = new Set<(signal: Signal) => void>();
  readonly crashListeners = new Set<(error: unknown) => void>();
  /** Refuses to listen, if set. */
  listenError: Error | null = null;
  listening: Address | null = null;
  /** Resolves when the port is free again. */
  whenFree: Promise<void> = Promise.resolve();
  #handler: HttpHandler | null = null;

  constructor(scene: Scene, environment: Environment = {}) {
    this.platform = scene.cluster.simulation.platform("service");
    this.environment = { BROKERS: scene.cluster.broker.address, LINGER_MS: "5", ...environment };
  }

  write(line: string): void {
    this.lines.push(JSON.parse(line) as Line);
  }
  onSignal(listener: (signal: Signal) => void): () => void {
    this.signalListeners.add(listener);
    return () => void this.signalListeners.delete(listener);
  }
  onCrash(listener: (error: unknown) => void): () => void {
    this.crashListeners.add(listener);
    return () => void this.crashListeners.delete(listener);
  }
  exit(code: number): void {
    this.exits.push(code);
  }
  async listen(address: Address, handler: HttpHandler): Promise<HttpListener> {
    await this.whenFree;
    if (this.listenError !== null) throw this.listenError;
    this.listening = address;
    this.#handler = handler;
    const close = (): Promise<void> => {
      this.listening = null;
      return Promise.resolve();
    };
    return { address, close };
  }
  observeProcess(): void {}

  signal(signal: Signal): void {
    for (const listener of this.signalListeners) listener(signal);
  }
  ask(path: string): Promise<HttpAnswer> {
    return this.#handler!("GET", path);
  }
  messages(): string[] {
    return this.lines.map(({ message }) => message);
  }
  errors(): (string | undefined)[] {
    return this.lines.filter(({ level }) => level === "error").map(({ cause }) => cause?.code ?? cause?.message);
  }
}

function run(host: Host, config: Partial<ServiceConfig> = {}): Promise<number> {
  return runService(copy(), { applicationId: "app", ...config }, host);
}

function ready(scene: Scene, host: SimulatedHost): Promise<void> {
  return scene.cluster.when(() => host.messages().includes("the application is running"));
}

test("a service gets ready, processes, and at SIGTERM commits, leaves and ends with 0", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const host = new SimulatedHost(scene);
    const ended = run(host);
    await scene.cluster.when(() => host.listening !== null);
    expect(host.listening).toEqual({ host: "0.0.0.0", port: 8080 });
    expect(await host.ask("/readyz")).toMatchObject({ status: 503 });
    expect(await host.ask("/healthz")).toMatchObject({ status: 200 });
    await ready(scene, host);
    expect(await host.ask("/readyz")).toMatchObject({ status: 200 });

    await scene.sendTexts("in", ["a", "b", "c"]);
    await scene.sleep(1_000);
    expect((await host.ask("/metrics")).body).toContain('millrace_records_processed_total{application_id="app"} 3\n');
    host.signal("SIGTERM");
    expect(await host.ask("/readyz")).toMatchObject({ status: 503 });
    expect(await host.ask("/healthz")).toMatchObject({ status: 200 });
    expect(await ended).toBe(0);

    expect(await scene.committed("app", "in")).toMatchObject({ offset: 3 });
    expect(await scene.readTexts("out")).toEqual(["k=a", "k=b", "k=c"]);
    expect(host.messages()).toEqual([
      "read settings",
      "serving health and metrics on port 8080",
      "the application is rebalancing",
      "the application is running",
      "committing and ending at SIGTERM",
      "the application is pendingShutdown",
      "the application is notRunning",
    ]);
    expect([host.listening, host.signalListeners.size, host.crashListeners.size, host.exits]).toEqual([null, 0, 0, []]);
  }));

test("the next service goes on where the last one committed", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    for (const value of ["a", "b"]) {
      const host = new SimulatedHost(scene);
      const ended = run(host);
      await ready(scene, host);
      await scene.sendTexts("in", [value]);
      await scene.sleep(1_000);
      host.signal("SIGINT");
      expect(await ended).toBe(0);
    }
    expect(await scene.readTexts("out")).toEqual(["k=a", "k=b"]);
  }));

test("a signal during the start ends the service with 0", () =>
  happens(async (scene) => {
    const host = new SimulatedHost(scene, { BROKERS: "broker:1" });
    const ended = run(host);
    await scene.sleep(1_000);
    host.signal("SIGTERM");
    expect(await ended).toBe(0);
  }));

test("a signal before the port is open ends the service with 0, and nothing is started", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const host = new SimulatedHost(scene);
    const free = Promise.withResolvers<void>();
    host.whenFree = free.promise;
    const ended = run(host);
    expect(host.signalListeners.size).toBe(1);
    host.signal("SIGTERM");
    free.resolve();
    expect(await ended).toBe(0);
    expect(host.messages()).not.toContain("the application is rebalancing");
    expect([host.listening, host.signalListeners.size, host.crashListeners.size]).toEqual([null, 0, 0]);
  }));

test("a second signal ends the process at once", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const host = new SimulatedHost(scene);
    const ended = run(host);
    await ready(scene, host);
    host.signal("SIGTERM");
    host.signal("SIGINT");
    expect(host.exits).toEqual([130]);
    expect(await ended).toBe(0);
  }));

test("an application that fails ends the service with 1, and the log says why", () =>
  happens(async (scene) => {
    const host = new SimulatedHost(scene);
    expect(await run(host)).toBe(1);
    expect(host.errors()).toEqual(["STREAMS_MISSING_SOURCE_TOPIC"]);
    expect(host.messages().at(-1)).toBe("the application is error");
    expect(host.listening).toBeNull();
  }));

test("an application that has failed is not ready, however long its farewell takes", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const host = new SimulatedHost(scene, { LINGER_MS: "60000" });
    const ended = run(host);
    await ready(scene, host);
    await scene.sendTexts("in", ["a"]);
    await scene.sleep(1_000);
    scene.cluster.simulation.partition("service", "broker");
    await scene.cluster.when(() => host.messages().some((text) => text.startsWith("The stream thread stopped: ")));
    await scene.sleep(100);
    expect(await host.ask("/readyz")).toMatchObject({ status: 503, body: '{"state":"pendingError"}\n' });
    expect(await host.ask("/healthz")).toMatchObject({ status: 200 });
    expect(await ended).toBe(1);
    scene.cluster.simulation.healAll();
  }));

test("a last commit that nobody answers in time ends the service with 1", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const host = new SimulatedHost(scene, { CLOSE_TIMEOUT_MS: "5000" });
    const ended = run(host);
    await ready(scene, host);
    await scene.sendTexts("in", ["a"]);
    await scene.sleep(1_000);
    scene.cluster.simulation.partition("service", "broker");
    host.signal("SIGTERM");
    const beganMs = scene.cluster.simulation.elapsedMs;
    expect(await ended).toBe(1);
    expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(5_500);
    scene.cluster.simulation.healAll();
  }));

test.each([
  [{ HTTP_PORT: "none" }, "STREAMS_INVALID_VARIABLE", "HTTP_PORT"],
  [{ COMMIT_INTERVAL_MS: "-5" }, "STREAMS_INVALID_VARIABLE", "COMMIT_INTERVAL_MS"],
  [{ BROKERS: "localhost" }, "STREAMS_INVALID_VARIABLE", "BROKERS"],
  [{ BROKERS: "" }, "STREAMS_MISSING_VARIABLE", "BROKERS"],
] as const)("with %j the service ends with 1 and names the variable", (environment, code, name) =>
  happens(async (scene) => {
    const host = new SimulatedHost(scene, environment);
    expect(await run(host)).toBe(1);
    expect(host.errors()).toEqual([code]);
    expect(host.messages().at(-1)).toContain(`Environment variable ${name} `);
  }),
);

test("a wrong setting of the program is the program's fault", () =>
  happens(async (scene) => {
    const host = new SimulatedHost(scene);
    expect(await run(host, { commitIntervalMs: -5 })).toBe(1);
    expect(host.errors()).toEqual(["STREAMS_INVALID_CONFIG"]);
  }));

test("a port that is taken ends the service with 1 before anything is started", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const host = new SimulatedHost(scene);
    host.listenError = new RangeError("address in use");
    expect(await run(host)).toBe(1);
    expect(host.errors()).toEqual(["STREAMS_HTTP_LISTEN_FAILED"]);
    expect(host.messages().at(-1)).toContain("on 0.0.0.0:8080: address in use");
    expect([host.signalListeners.size, host.crashListeners.size]).toEqual([0, 0]);
  }));

test("an error that nobody caught is in the log before the process ends", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const host = new SimulatedHost(scene);
    const ended = run(host);
    await ready(scene, host);
    for (const listener of host.crashListeners) listener(new RangeError("uncaught"));
    expect(host.errors()).toEqual(["uncaught"]);
    host.signal("SIGTERM");
    expect(await ended).toBe(0);
  }));

test("lines less important than LOG_LEVEL are not written", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const host = new SimulatedHost(scene, { LOG_LEVEL: "warn" });
    const ended = run(host);
    await scene.sleep(1_000);
    host.signal("SIGTERM");
    expect([await ended, host.lines]).toEqual([0, []]);
  }));
