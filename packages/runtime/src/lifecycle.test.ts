import { MemoryEngine, NotReadyError, string, type Engine, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { expect, test } from "vitest";
import { happens } from "../../../test/support/scene.ts";

function copy(): Topology {
  const builder = new StreamsBuilder();
  builder.stream("in", { key: string, value: string }).to("out");
  return builder.build();
}

/** Has a store, so that there is an engine. */
function counting(): Topology {
  const builder = new StreamsBuilder();
  builder.stream("in", { key: string, value: string }).groupByKey().count();
  return builder.build();
}

/** Outcome of a promise, as the codes of its error and of that error's cause. */
async function outcome(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "fulfilled";
  } catch (error) {
    const { code, cause } = error as { code: string; cause?: { code?: string } };
    return cause?.code === undefined ? code : `${code} < ${cause.code}`;
  }
}

test("an application starts, runs and ends", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const app = await scene.start(copy());
    expect(app.streams.state).toBe("running");
    await scene.sendTexts("in", ["a", "b"]);
    await scene.processed(app, 2);
    await app.streams.close();
    expect(await scene.readTexts("out")).toEqual(["k=a", "k=b"]);
    expect(app.states).toEqual(["rebalancing", "running", "pendingShutdown", "notRunning"]);
    expect(app.streams.failure).toBe(null);
  }));

test("an object starts once", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const { streams } = scene.instance(copy());
    const first = streams.start();
    expect(await outcome(streams.start())).toBe("STREAMS_INVALID_STATE");
    await first;
    expect(await outcome(streams.start())).toBe("STREAMS_INVALID_STATE");
    await streams.close();
    expect(await outcome(streams.start())).toBe("STREAMS_INVALID_STATE");
  }));

test("an application that never started ends at once", () =>
  happens(async (scene) => {
    const { streams, states } = scene.instance(copy());
    await streams.close();
    await streams.close();
    expect(states).toEqual(["pendingShutdown", "notRunning"]);
    expect(await outcome(streams.start())).toBe("STREAMS_INVALID_STATE");
  }));

test("a close while the brokers are sought ends the search", () =>
  happens(async (scene) => {
    const { streams, states } = scene.instance(copy(), { brokers: ["broker:1"] });
    const started = outcome(streams.start());
    await scene.sleep(1_000);
    const beganMs = scene.cluster.simulation.elapsedMs;
    await streams.close();
    expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(1_000);
    expect(await started).toBe("STREAMS_INVALID_STATE");
    expect(states).toEqual(["rebalancing", "pendingShutdown", "notRunning"]);
    expect(streams.failure).toBe(null);
  }));

test("a close while the member joins leaves nobody behind whom the group would wait for", () =>
  happens(
    async (scene) => {
      await scene.topics(["in", "out"]);
      const first = scene.instance(copy());
      const started = outcome(first.streams.start());
      await scene.sleep(1_000);
      expect(first.streams.state).toBe("rebalancing");
      await first.streams.close();
      expect(await started).toBe("STREAMS_INVALID_STATE");
      const beganMs = scene.cluster.simulation.elapsedMs;
      await scene.start(copy(), {}, "other");
      expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(10_000);
    },
    { broker: { groupInitialRebalanceDelayMs: 3_000 } },
  ));

test("a member that the group refuses ends in state error, with everything closed", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const { streams, states } = scene.instance(copy(), { sessionTimeoutMs: 100, heartbeatIntervalMs: 10 });
    expect(await outcome(streams.start())).toBe("STREAMS_THREAD_FAILED < CLIENT_GROUP_REFUSED");
    expect(states).toEqual(["rebalancing", "pendingError", "error"]);
    await streams.close();
    expect(streams.state).toBe("error");
  }));

test("a close ends in good order when the broker is gone and nothing is left to commit", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const { streams, states } = await scene.start(copy());
    await scene.cluster.broker.close();
    await streams.close();
    expect(states.at(-1)).toBe("notRunning");
    await scene.cluster.broker.start();
  }));

test("a close whose last commit nobody answers cuts the connections in time and says so", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const app = await scene.start(copy());
    await scene.sendTexts("in", ["a"]);
    await scene.processed(app, 1);
    scene.cluster.simulation.partition("app", "broker");
    const beganMs = scene.cluster.simulation.elapsedMs;
    await app.streams.close(5_000);
    expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(5_500);
    expect(app.states.slice(-3)).toEqual(["pendingShutdown", "pendingError", "error"]);
    expect(app.streams.failure?.cause).toMatchObject({ code: "STREAMS_CLOSE_TIMEOUT" });
    scene.cluster.simulation.healAll();
  }));

test.each([20, 250])("an application waits for a broker that is away for %d s, and goes on when it is back", (seconds) =>
  happens(
    async (scene) => {
      await scene.topics(["in", "out"]);
      const app = await scene.start(copy(), { commitIntervalMs: 500 });
      await scene.sendTexts("in", ["a"]);
      await scene.processed(app, 1);
      // Its results are neither acknowledged nor committed.
      await scene.cluster.broker.close();
      await scene.sleep(seconds * 1_000);
      expect(app.streams.state).toBe("running");
      await scene.cluster.broker.start();
      await scene.sendTexts("in", ["b"]);
      await scene.processed(app, 2);
      await app.streams.close();
      expect(app.streams.failure).toBe(null);
      // If the broker has forgotten the group, what was not committed comes again.
      expect(new Set(await scene.readTexts("out"))).toEqual(new Set(["k=a", "k=b"]));
    },
    { dataDirectory: "data" },
  ),
);

test("an application fails when a broker is away for longer than the task timeout", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const app = await scene.start(copy(), { commitIntervalMs: 500, taskTimeoutMs: 150_000 });
    await scene.sendTexts("in", ["a"]);
    await scene.processed(app, 1);
    await scene.cluster.broker.close();
    const beganMs = scene.cluster.simulation.elapsedMs;
    await scene.cluster.when(() => app.streams.state === "error");
    expect(scene.cluster.simulation.elapsedMs - beganMs).toBeGreaterThan(150_000);
    expect(app.streams.failure?.cause).toMatchObject({ retriable: true });
    await scene.cluster.broker.start();
  }));

/** Brokers go away at such a moment, and come back after longer than one look-up takes. */
const awayMs = 200_000;

test("a start waits for brokers that are away", () =>
  happens(
    async (scene) => {
      await scene.topics(["in", "out"]);
      await scene.cluster.broker.close();
      const app = scene.instance(counting());
      const started = app.streams.start();
      await scene.sleep(awayMs);
      expect(app.streams.state).toBe("rebalancing");
      await scene.cluster.broker.start();
      await started;
      // After 2.5 s, and after pauses that double up to a minute.
      const told = app.logs.filter((line) => line.startsWith("warn: looking up source topics takes long"));
      expect(told.slice(0, 2)).toEqual(
        [2_500, 7_500].map((ms) =>
          expect.stringMatching(
            new RegExp(`^warn: looking up source topics takes long, for ${String(ms)} ms now: broker:9092: \\S+`),
          ),
        ),
      );
      expect(told.length).toBe(7);
      await app.streams.close();
    },
    { dataDirectory: "data" },
  ));

test("tasks that begin wait for brokers that are away", () =>
  happens(
    async (scene) => {
      await scene.topics(["in", "out"]);
      const app = scene.instance(counting());
      const started = app.streams.start();
      await scene.cluster.when(() => app.streams.metrics().tasks === 1);
      await scene.cluster.broker.close();
      await scene.sleep(awayMs);
      expect(app.streams.metrics()).toMatchObject({ tasks: 1, tasksRestoring: 1 });
      await scene.cluster.broker.start();
      await started;
      expect(app.logs.filter((line) => line.startsWith("warn: looking up where new tasks begin takes long")).length).toBe(7);
      await scene.sendTexts("in", ["a"]);
      await scene.processed(app, 1);
      await app.streams.close();
      expect(app.streams.failure).toBe(null);
    },
    { dataDirectory: "data" },
  ));

test("a task whose position is gone waits for brokers that are away", () =>
  happens(
    async (scene) => {
      await scene.topics(["in", "out"]);
      const first = await scene.start(copy());
      await scene.sendTexts("in", ["a"]);
      await scene.processed(first, 1);
      await first.streams.close();
      await scene.sendTexts("in", ["b", "c"]);
      await scene.cluster.user.client.admin.deleteRecords([{ topic: "in", partition: 0, beforeOffset: 2 }]);
      const app = await scene.start(copy());
      await scene.cluster.when(() => app.logs.some((line) => line.includes("is gone from the log")));
      await scene.cluster.broker.close();
      await scene.sleep(awayMs);
      expect(app.streams.state).toBe("running");
      await scene.cluster.broker.start();
      await scene.processed(app, 1);
      await app.streams.close();
      expect(await scene.readTexts("out")).toEqual(["k=a", "k=c"]);
    },
    { dataDirectory: "data" },
  ));

test("a thread goes on while a lost position is looked up", () =>
  happens(
    async (scene) => {
      await scene.topics(["in", "out"]);
      const config = { maxPollIntervalMs: 5_000, sessionTimeoutMs: 60_000 };
      const first = await scene.start(copy(), config);
      await scene.sendTexts("in", ["a"]);
      await scene.processed(first, 1);
      await first.streams.close();
      await scene.sendTexts("in", ["b", "c"]);
      await scene.cluster.user.client.admin.deleteRecords([{ topic: "in", partition: 0, beforeOffset: 2 }]);
      const app = await scene.start(copy(), config);
      await scene.cluster.when(() => app.logs.some((line) => line.includes("is gone from the log")));
      await scene.cluster.broker.close();
      await scene.sleep(20_000);
      await scene.cluster.broker.start();
      await scene.processed(app, 1);
      // A thread that stands still leaves the group after the poll interval.
      expect(app.logs.filter((line) => line.includes("until the member is polled again"))).toEqual([]);
      expect(app.streams.metrics().membershipsLost).toBe(0);
    },
    { dataDirectory: "data" },
  ));

test.each([1_000, 100_000])("a task that begins while brokers are away gives up after %d ms", (taskTimeoutMs) =>
  happens(
    async (scene) => {
      await scene.topics(["in", "out"]);
      const app = scene.instance(counting(), { taskTimeoutMs });
      const started = outcome(app.streams.start());
      await scene.cluster.when(() => app.streams.metrics().tasks === 1);
      await scene.cluster.broker.close();
      const beganMs = scene.cluster.simulation.elapsedMs;
      expect(await started).toBe("STREAMS_THREAD_FAILED < STREAMS_TASK_TIMEOUT");
      const tookMs = scene.cluster.simulation.elapsedMs - beganMs;
      expect(tookMs).toBeGreaterThan(taskTimeoutMs - 100);
      // The farewell of the group is tried for as long as a connection may take.
      expect(tookMs).toBeLessThan(taskTimeoutMs + 1_000);
      await scene.cluster.broker.start();
    },
    { dataDirectory: "data" },
  ),
);

test.each(["at the start", "while tasks begin"])("a close %s does not wait for brokers that are away", (moment) =>
  happens(
    async (scene) => {
      await scene.topics(["in", "out"]);
      const app = scene.instance(counting());
      if (moment === "at the start") await scene.cluster.broker.close();
      const started = outcome(app.streams.start());
      if (moment === "while tasks begin") {
        await scene.cluster.when(() => app.streams.metrics().tasks === 1);
        await scene.cluster.broker.close();
      }
      await scene.sleep(100_000);
      const beganMs = scene.cluster.simulation.elapsedMs;
      await app.streams.close();
      expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(2_000);
      expect(await started).toBe("STREAMS_INVALID_STATE");
      expect(app.states).toEqual(["rebalancing", "pendingShutdown", "notRunning"]);
      await scene.cluster.broker.start();
    },
    { dataDirectory: "data" },
  ),
);

test("a close does not wait for a serde's look-up that nobody answers", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    let asked = 0;
    const answer = Promise.withResolvers<void>();
    const slow = {
      ...string,
      read: (): string => {
        asked += 1;
        throw new NotReadyError("slow", "an answer", answer.promise);
      },
    };
    const builder = new StreamsBuilder();
    builder.stream("in", { key: string, value: slow }).to("out");
    const app = await scene.start(builder.build());
    await scene.sendTexts("in", ["a"]);
    await scene.cluster.when(() => asked === 1);
    const beganMs = scene.cluster.simulation.elapsedMs;
    await app.streams.close();
    expect(scene.cluster.simulation.elapsedMs - beganMs).toBeLessThan(2_000);
    expect([app.streams.state, app.streams.failure]).toEqual(["notRunning", null]);
    answer.resolve();
    await scene.sleep(100);
    expect(asked).toBe(1);
    expect((await scene.committed("app", "in")).offset).toBe(null);
  }));

test("a state listener that throws is logged, and disturbs nobody", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const { streams, states, logs } = scene.instance(copy());
    streams.onStateChange((state) => {
      if (state === "running") throw new RangeError("no");
    });
    await streams.start();
    await streams.close();
    expect(states.at(-1)).toBe("notRunning");
    expect(logs).toContain('error: a state listener failed on "running"');
  }));

test("the engine is opened at the start and closed at the end, also of a failed start", () =>
  happens(async (scene) => {
    const events: string[] = [];
    const openEngine = (): Engine => {
      events.push("open");
      const engine = new MemoryEngine();
      return Object.assign(engine, { close: () => Promise.resolve(void events.push("close")) });
    };
    const { streams } = scene.instance(counting(), {}, "app", { platform: scene.cluster.simulation.platform("app"), openEngine });
    expect(events).toEqual([]);
    expect(await outcome(streams.start())).toBe("STREAMS_THREAD_FAILED < STREAMS_MISSING_SOURCE_TOPIC");
    expect(events).toEqual(["open", "close"]);
  }));

test("an engine that cannot be opened or closed is a failure like any other", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const platform = scene.cluster.simulation.platform("app");
    const refused = scene.instance(counting(), {}, "app", {
      platform,
      openEngine: () => Promise.reject(new RangeError("disk full")),
    });
    await expect(refused.streams.start()).rejects.toMatchObject({
      code: "STREAMS_THREAD_FAILED",
      cause: new RangeError("disk full"),
    });
    const stuck = Object.assign(new MemoryEngine(), { close: () => Promise.reject(new RangeError("busy")) });
    const app = scene.instance(counting(), {}, "app", { platform, openEngine: () => stuck });
    await app.streams.start();
    await app.streams.close();
    expect([app.streams.state, app.streams.failure?.cause]).toEqual(["error", new RangeError("busy")]);
  }));
