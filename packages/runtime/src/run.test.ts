import { string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import type { HostProcess, Signal } from "@millrace/platform";
import { describe, expect, test } from "vitest";
import { happens, type Scene } from "../../../test/support/scene.ts";
import { KafkaStreams } from "./kafka-streams.ts";
import type { StreamsConfig } from "./settings/streams-config.ts";

/** A process that writes down what it is told. */
class RecordedProcess implements HostProcess {
  readonly showsColors = false;
  readonly exits: number[] = [];
  readonly uncaught: { readonly error: Error; readonly tell: () => void }[] = [];
  readonly listeners = new Set<(signal: Signal) => void>();
  written = "";
  writeError(text: string): void {
    this.written += text;
  }
  onSignal(listener: (signal: Signal) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
  exit(code: number): void {
    this.exits.push(code);
  }
  onUncaught(error: Error, tell: () => void): void {
    this.uncaught.push({ error, tell });
  }
  signal(signal: Signal): void {
    for (const listener of this.listeners) listener(signal);
  }
}

function copy(): Topology {
  const builder = new StreamsBuilder();
  builder.stream("in", { key: string, value: string }).to("out");
  return builder.build();
}

function applicationIn(scene: Scene, host: HostProcess, config: Partial<StreamsConfig> = {}, name = "app"): KafkaStreams {
  const whole = { applicationId: "app", brokers: [scene.cluster.broker.address], lingerMs: 5, ...config };
  return new KafkaStreams(copy(), whole, { platform: scene.cluster.simulation.platform(name), process: host });
}

describe("run()", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("resolves when everything is committed and closed after %s", (signal) =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      const host = new RecordedProcess();
      const streams = applicationIn(scene, host);
      const ended = streams.run();
      await scene.cluster.when(() => streams.state === "running");
      await scene.sendTexts("in", ["a", "b"]);
      await scene.cluster.when(() => streams.metrics().recordsProcessed === 2);
      host.signal(signal);
      await ended;
      expect([streams.state, host.listeners.size, host.exits, host.written]).toEqual(["notRunning", 0, [], ""]);
      expect((await scene.committed("app", "in")).offset).toBe(2);
      // The group has no other member to wait for.
      const beganMs = scene.cluster.simulation.elapsedMs;
      const next = applicationIn(scene, host, {}, "next");
      await next.start();
      expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(3_000);
      await next.close();
    }),
  );

  test("resolves after a close by the program", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      const host = new RecordedProcess();
      const streams = applicationIn(scene, host);
      const ended = streams.run();
      await scene.cluster.when(() => streams.state === "running");
      await streams.close();
      await ended;
      expect(host.listeners.size).toBe(0);
    }));

  test("resolves after a signal during the start", () =>
    happens(async (scene) => {
      const host = new RecordedProcess();
      const streams = applicationIn(scene, host, { brokers: ["nowhere:1"], log: () => undefined });
      const ended = streams.run();
      await scene.sleep(1_000);
      host.signal("SIGINT");
      await ended;
      expect(streams.state).toBe("notRunning");
    }));

  test("ends the process at a second signal", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      const host = new RecordedProcess();
      const streams = applicationIn(scene, host);
      const ended = streams.run();
      await scene.cluster.when(() => streams.state === "running");
      host.signal("SIGINT");
      host.signal("SIGINT");
      expect(host.exits).toEqual([130]);
      expect(host.written).toContain("ending the process at once at a second SIGINT: uncommitted records are processed again");
      await ended;
    }));

  test("rejects with the failure, which was written with topic, partition, offset and node", () =>
    happens(async (scene) => {
      await scene.topics(["in"]);
      const host = new RecordedProcess();
      const streams = applicationIn(scene, host);
      await expect(streams.run()).rejects.toMatchObject({
        code: "STREAMS_THREAD_FAILED",
        cause: { code: "CLIENT_UNKNOWN_TOPIC" },
      });
      expect([streams.state, host.listeners.size]).toEqual(["error", 0]);
      expect(host.written).toContain(' ERROR The stream thread stopped: Topic "out" does not exist');
      // It is not written twice where nobody catches it.
      const { written } = host;
      for (const { tell } of host.uncaught) tell();
      expect([host.uncaught.map(({ error }) => error), host.written]).toEqual([[streams.failure], written]);
    }));

  test("has a failure written that was told to a log function only, where nobody catches it", () =>
    happens(async (scene) => {
      await scene.topics(["in"]);
      const host = new RecordedProcess();
      const streams = applicationIn(scene, host, { log: () => undefined });
      await expect(streams.run()).rejects.toMatchObject({ code: "STREAMS_THREAD_FAILED" });
      expect(host.written).toBe("");
      for (const { tell } of host.uncaught) tell();
      expect(host.written).toContain(' ERROR The stream thread stopped: Topic "out" does not exist');
      expect(host.written).toContain("caused by CLIENT_UNKNOWN_TOPIC");
    }));

  test("rejects when it is called a second time, and the first call goes on", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      const host = new RecordedProcess();
      const streams = applicationIn(scene, host);
      const ended = streams.run();
      await expect(streams.run()).rejects.toMatchObject({ code: "STREAMS_INVALID_STATE" });
      await scene.cluster.when(() => streams.state === "running");
      host.signal("SIGTERM");
      await ended;
    }));
});

describe("a log function that throws", () => {
  const failing = (): never => {
    throw new RangeError("the disk is full");
  };

  test("is told once on stderr, and records go on although brokers come and go", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      const host = new RecordedProcess();
      const streams = applicationIn(scene, host, { log: failing, commitIntervalMs: 500 });
      await streams.start();
      streams.onStateChange(failing);
      for (const value of ["a", "b", "c"]) {
        scene.cluster.simulation.partition("app", "broker");
        await scene.sleep(35_000);
        scene.cluster.simulation.healAll();
        await scene.sendTexts("in", [value]);
        await scene.sleep(60_000);
      }
      expect(await scene.count("out")).toBe(3);
      expect([streams.state, host.written.match(/The log function failed/g)?.length]).toEqual(["running", 1]);
      await streams.close();
      expect(streams.failure).toBe(null);
    }));

  test("and a listener whose promise is rejected is told, and all goes on", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      const app = scene.instance(copy());
      const listener: unknown = () => Promise.reject(new RangeError("listener"));
      app.streams.onStateChange(listener as () => void);
      await app.streams.start();
      await app.streams.close();
      expect(app.logs).toContain('error: a state listener failed on "running"');
      expect(app.streams.failure).toBe(null);
    }));
});

test("without a log nothing is written where a platform is given without a process", () =>
  happens(async (scene) => {
    const config = { applicationId: "app", brokers: [scene.cluster.broker.address] };
    const streams = new KafkaStreams(copy(), config, { platform: scene.cluster.simulation.platform("app") });
    await expect(streams.run()).rejects.toMatchObject({ code: "STREAMS_THREAD_FAILED" });
  }));
