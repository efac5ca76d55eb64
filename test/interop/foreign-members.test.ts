/**
 * Consumers of Java's in the group of an application: who comes second is refused, and the first goes on. Of the newer consumer
 * protocol (KIP-848) a broker would take either in, and deal the partitions out by itself.
 */
import { randomUUID } from "node:crypto";
import { Kafka, logLevel } from "kafkajs";
import { KafkaStreams, StreamsBuilder, string, type Topology } from "millrace";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createTopics } from "./create-topics.ts";
import { hasJavaTools, javaToolComplaints } from "./java-tools.ts";

const address = process.env["MILLRACE_KAFKA"] ?? "";
const runs = address !== "" && hasJavaTools();
if (!runs) process.stderr.write("interop: no MILLRACE_KAFKA or no Java, so no consumer of Java's is put into our group\n");

const protocols = ["classic", "consumer"] as const;

describe.runIf(runs).concurrent("with Java's consumers in its group", () => {
  const kafka = new Kafka({ clientId: "foreign", brokers: [address], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  beforeAll(() => admin.connect());
  afterAll(() => admin.disconnect());

  async function scene() {
    const id = `foreign-${randomUUID().slice(0, 8)}`;
    const [input, output] = [`${id}-in`, `${id}-out`];
    await createTopics(admin, [input, output], 2);
    const config = { applicationId: id, brokers: [address], sessionTimeoutMs: 6_000, commitIntervalMs: 100 };
    return { id, input, streams: new KafkaStreams(copy(input, output), config) };
  }

  async function send(topic: string, value: string): Promise<void> {
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ value }] });
    await producer.disconnect();
  }

  /** @returns what it complained of */
  function consume(topic: string, group: string, protocol: string, forMs: number): Promise<string> {
    const properties = ["--command-property", `group.protocol=${protocol}`];
    const from = ["--topic", topic, "--group", group, "--from-beginning", "--timeout-ms", String(forMs)];
    return javaToolComplaints("console-consumer", "--bootstrap-server", address, ...from, ...properties);
  }

  test.each(protocols)("of the %s protocol an application does not start", { timeout: 120_000 }, async (protocol) => {
    const { id, input, streams } = await scene();
    await send(input, "a");
    const consuming = consume(input, id, protocol, 20_000);
    // It commits every five seconds.
    await vi.waitUntil(
      async () => {
        // Until the group's coordinator is known to all there are errors.
        const [topic] = await admin.fetchOffsets({ groupId: id, topics: [input] }).catch(() => []);
        return topic?.partitions.some(({ offset }) => offset === "1") ?? false;
      },
      { timeout: 60_000, interval: 200 },
    );
    await expect(streams.start()).rejects.toThrow(/has members (of another kind|that are no instances of this application)/);
    await consuming;
  });

  test.each(protocols)(
    "of the %s protocol an application goes on, and they are refused",
    { timeout: 120_000 },
    async (protocol) => {
      const { id, input, streams } = await scene();
      await streams.start();
      try {
        await send(input, "a");
        await vi.waitUntil(() => streams.metrics().commits === 1, { timeout: 10_000 });
        expect(await consume(input, id, protocol, 10_000)).toMatch(/InconsistentGroupProtocol|custom assignor/);
        await send(input, "b");
        await vi.waitUntil(() => streams.metrics().commits === 2, { timeout: 10_000 });
        expect(streams.metrics()).toMatchObject({ recordsProcessed: 2, membershipsLost: 0, tasks: 2 });
      } finally {
        await streams.close();
      }
      expect(streams.failure).toBe(null);
    },
  );
});

function copy(input: string, output: string): Topology {
  const builder = new StreamsBuilder();
  builder.stream(input, { key: string, value: string }).to(output);
  return builder.build();
}
