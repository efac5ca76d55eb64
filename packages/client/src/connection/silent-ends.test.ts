import { type Simulation, simulationCertificate } from "@millrace/platform/sim";
import { ErrorCode, metadata } from "@millrace/protocol";
import { describe, expect, test } from "vitest";

import { Client } from "../client.ts";
import type { ClientConfig } from "../config.ts";
import { ListenerMismatchError, UnknownTopicError } from "../errors.ts";
import { TestCluster, type TestNode } from "../testing/test-cluster.ts";

const cert = simulationCertificate({ subject: "broker", issuer: "Authority", names: ["broker-1"] });
const ca = simulationCertificate({ subject: "Authority" });

interface World {
  readonly simulation: Simulation;
  readonly broker: TestNode;
  readonly client: Client;
}

/** @param tls of the listener; null: plaintext */
async function world(config: Partial<ClientConfig>, tls: object | null): Promise<World> {
  const { simulation, broker } = await TestCluster.start(5, 1, { tls });
  broker.on(metadata, () => ({
    brokers: [{ nodeId: 1, host: "broker-1", port: 9092 }],
    topics: [{ errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, name: "nothing", partitions: [] }],
  }));
  const platform = simulation.platform("client");
  const client = Client.open({ clientId: "c", brokers: ["broker-1:9092"], ...config }, platform);
  return { simulation, broker, client };
}

function failure({ simulation, client }: Pick<World, "simulation" | "client">): Promise<unknown> {
  return simulation.settle(
    client.metadata.topic("nothing").then(
      () => null,
      (error: unknown) => error,
    ),
  );
}

function wantAuthentication({ broker }: World): void {
  broker.on(metadata, ({ disconnect }) => {
    disconnect();
    return null;
  });
}

describe("a listener that closes without a word, again and again,", () => {
  test.each<[string, Partial<ClientConfig>, object | null, string, number]>([
    [
      "has no TLS",
      { ssl: { ca } },
      null,
      'during the handshake of TLS, without a word: the listener speaks no TLS (leave "ssl" out',
      15_000,
    ],
    ["has TLS", {}, { cert }, 'before the first answer, without a word: the listener speaks TLS (set "ssl"', 15_000],
    ["wants SASL", {}, null, 'at the first request, without a word: the listener wants an authentication (set "sasl"', 3_000],
    ["wants SASL behind TLS", { ssl: { ca } }, { cert }, 'the listener wants an authentication (set "sasl"', 3_000],
  ])("ends the attempts where it %s", async (what, config, tls, text, spanMs) => {
    const at = await world(config, tls);
    if (what.startsWith("wants")) wantAuthentication(at);
    const error = await failure(at);
    expect(error).toBeInstanceOf(ListenerMismatchError);
    expect(error).toMatchObject({ retriable: false, message: expect.stringContaining(text) });
    expect(at.simulation.elapsedMs).toBeGreaterThanOrEqual(spanMs);
    expect(at.simulation.elapsedMs).toBeLessThan(spanMs + 3_000);
  });

  test("is waited for while that is not long, as a proxy whose broker starts", async () => {
    const at = await world({}, null);
    const answer = at.broker.answerOf(metadata);
    wantAuthentication(at);
    const failing = failure(at);
    const { timers } = at.simulation.platform("client");
    timers.after(2_500, () => at.broker.on(metadata, answer));
    expect(await failing).toBeInstanceOf(UnknownTopicError);
  });

  test("is waited for where another address refuses connections, since that one may fit", async () => {
    const at = await world({ brokers: ["broker-1:9092", "broker-1:9093"], apiTimeoutMs: 40_000 }, { cert });
    expect(await failure(at)).toMatchObject({ code: "CLIENT_BROKER_UNREACHABLE" });
  });

  test("is waited for after it has answered once", async () => {
    const at = await world({ apiTimeoutMs: 40_000 }, null);
    expect(await failure(at)).toBeInstanceOf(UnknownTopicError);
    wantAuthentication(at);
    at.broker.disconnectAll();
    expect(await failure(at)).toMatchObject({ code: "CLIENT_BROKER_UNREACHABLE" });
  });
});
