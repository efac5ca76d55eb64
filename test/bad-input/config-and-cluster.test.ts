import { string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { KafkaStreams, type StreamsConfig } from "@millrace/runtime";
import { describe, expect, test } from "vitest";
import { happens } from "../support/scene.ts";
import { codes, failure } from "./failing.ts";

function copy(output = "out"): Topology {
  const builder = new StreamsBuilder();
  builder.stream("in", { key: string, value: string }).to(output);
  return builder.build();
}

describe("a wrong config", () => {
  test.each<[string, object, string]>([
    ["no application id", { applicationId: "" }, '"applicationId" is ""; it must be 1 to 200 letters'],
    ["no port", { brokers: ["localhost"] }, '"brokers" is ["localhost"]; it must be a list with at least one "host:port"'],
    ["a number out of bounds", { commitIntervalMs: -1 }, '"commitIntervalMs" is -1; it must be an integer from 0'],
    ["a misspelt setting", { comitIntervalMs: 5 }, 'There is no setting "comitIntervalMs". Did you mean "commitIntervalMs"?'],
  ])("with %s is refused before anything is opened", (_, config, text) => {
    const whole = { applicationId: "app", brokers: ["localhost:9092"], ...config } as StreamsConfig;
    expect(() => new KafkaStreams(copy(), whole)).toThrow(
      expect.objectContaining({ code: "STREAMS_INVALID_CONFIG", message: expect.stringContaining(text) }),
    );
  });

  test("that only the broker can refuse ends the start, with the broker's word for it", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      const { streams } = scene.instance(copy(), { sessionTimeoutMs: 100, heartbeatIntervalMs: 10 });
      const error = await failure(streams);
      expect(codes(error)).toEqual(["STREAMS_THREAD_FAILED", "CLIENT_GROUP_REFUSED"]);
      expect(error.message).toContain("INVALID_SESSION_TIMEOUT");
    }));
});

describe("an unknown topic", () => {
  test("to read from is named, with what to do, and nothing was created", () =>
    happens(async (scene) => {
      await scene.topics(["out"]);
      const { streams } = scene.instance(copy());
      const error = await failure(streams);
      expect(codes(error)).toEqual(["STREAMS_THREAD_FAILED", "STREAMS_MISSING_SOURCE_TOPIC"]);
      expect(error.message).toContain('Source topic "in" does not exist. Create it before the application starts.');
      expect((await scene.cluster.user.client.admin.listTopics()).map(({ name }) => name)).toEqual(["out"]);
      // Another object, started once the topic is there, runs.
      await scene.topics(["in"]);
      expect((await scene.start(copy())).streams.state).toBe("running");
    }));

  test("to write to is named, with what to do", () =>
    happens(async (scene) => {
      await scene.topics(["in"]);
      const error = await failure(scene.instance(copy()).streams);
      expect(codes(error)).toEqual(["STREAMS_THREAD_FAILED", "CLIENT_UNKNOWN_TOPIC"]);
      expect(error.message).toContain('Topic "out" does not exist. Create it first');
    }));

  test("that a record's data name stops at that record, and with continue loses it alone", () =>
    happens(async (scene) => {
      const builder = new StreamsBuilder();
      builder
        .stream("in", { key: string, value: string })
        .mapValues((value) => value)
        .to((value) => value);
      const topology = builder.build();
      await scene.topics(["in", "out"]);
      await scene.sendTexts("in", ["out", "nowhere", "out"]);
      const strict = await scene.start(topology);
      await scene.cluster.when(() => strict.streams.state === "error");
      expect(codes(strict.streams.failure)).toEqual([
        "STREAMS_THREAD_FAILED",
        "STREAMS_PROCESSING_FAILED",
        "STREAMS_UNKNOWN_SINK_TOPIC",
      ]);
      const before = await scene.count("out");
      const lax = await scene.start(topology, { processingErrors: "continue" });
      await scene.processed(lax, 3);
      await lax.streams.close();
      expect(lax.streams.failure).toBe(null);
      expect(await scene.count("out")).toBe(before + 2);
    }));
});

describe("an unreachable broker", () => {
  test("ends the start after the task timeout, with the addresses, and leaves nothing open", () =>
    happens(async (scene) => {
      const { streams, states } = scene.instance(copy(), { brokers: ["broker:1", "broker:2"], taskTimeoutMs: 0 });
      const error = await failure(streams);
      expect(codes(error).slice(0, 3)).toEqual(["STREAMS_THREAD_FAILED", "STREAMS_TASK_TIMEOUT", "CLIENT_BROKER_UNREACHABLE"]);
      expect(error.message).toMatch(
        /looking up source topics was given up after 1000 ms \("taskTimeoutMs"\): broker:[12]: .*; broker:[12]: .*Check that they run/,
      );
      expect(states).toEqual(["rebalancing", "pendingError", "error"]);
      expect(scene.cluster.simulation.elapsedMs).toBeLessThan(1_500);
    }));

  test("among others is passed over", () =>
    happens(async (scene) => {
      await scene.topics(["in", "out"]);
      const { streams } = scene.instance(copy(), { brokers: ["broker:1", scene.cluster.broker.address] });
      await streams.start();
      expect(streams.state).toBe("running");
    }));
});

test("what answers but is no broker is told from one", () =>
  happens(async (scene) => {
    const platform = scene.cluster.simulation.platform("web");
    const listener = await platform.transport.listen({ host: "web", port: 80 }, (connection) => ({
      onData: () => {
        connection.write([Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")]);
        connection.end();
      },
      onDrain: () => undefined,
      onClose: () => undefined,
    }));
    const error = await failure(scene.instance(copy(), { brokers: ["web:80"] }).streams);
    expect(codes(error)).toContain("CLIENT_NOT_KAFKA");
    expect(error.message).toContain("it speaks HTTP");
    await listener.close();
  }));

// What else may come, and the log lines: packages/broker-lite/src/server/server.test.ts.
test("garbage and oversized frames cost their own connection only", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const app = await scene.start(copy());
    const platform = scene.cluster.simulation.platform("stranger");
    const closed: string[] = [];
    const size = Buffer.alloc(4);
    size.writeInt32BE(2 ** 31 - 1);
    for (const [name, bytes] of [
      ["garbage", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
      ["oversized", size],
    ] as const) {
      const connection = await platform.transport.connect(
        { host: "broker", port: 9092 },
        {
          onData: () => undefined,
          onDrain: () => undefined,
          onClose: () => closed.push(name),
        },
      );
      connection.write([bytes]);
    }
    await scene.cluster.when(() => closed.length === 2);
    await scene.sendTexts("in", ["a"]);
    await scene.processed(app, 1);
    await app.streams.close();
    expect(await scene.readTexts("out")).toEqual(["k=a"]);
  }));

test("a topic that is deleted while it is read stops the application, which names it", () =>
  happens(async (scene) => {
    await scene.topics(["in", "out"]);
    const app = await scene.start(copy());
    await scene.sendTexts("in", ["a"]);
    await scene.processed(app, 1);
    await scene.cluster.user.client.admin.deleteTopics(["in"]);
    await scene.cluster.when(() => app.streams.state === "error");
    expect(codes(app.streams.failure)).toEqual(["STREAMS_THREAD_FAILED", "STREAMS_TOPIC_DELETED", "CLIENT_FETCH_FAILED"]);
    expect(app.streams.failure?.message).toContain('Topic "in", which the application reads, was deleted while it ran');
  }));
