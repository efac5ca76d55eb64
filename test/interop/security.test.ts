import { AuthenticationError, Client, type ClientConfig, SecureConnectionError } from "@millrace/client";
import { string } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { nodePlatform } from "@millrace/platform/node";
import { bytesWriter } from "@millrace/protocol";
import { KafkaStreams } from "@millrace/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kafkaMissing } from "../../scripts/kafka.ts";
import { alice, type ListenerName, SecuredKafka, sessionMs, unsecuredToken } from "../support/secured-kafka.ts";

const missing = kafkaMissing();
const title = "the client with a secured Apache Kafka";

type Options = Pick<ClientConfig, "ssl" | "sasl">;
type Attempt = (kafka: SecuredKafka) => Options;

/** A wrong address or setting has to be told well before this. */
const apiTimeoutMs = 2_000;

describe.skipIf(missing !== null)(missing === null ? title : `${title} (skipped: ${missing})`, () => {
  let kafka: SecuredKafka;

  beforeAll(async () => {
    kafka = await SecuredKafka.start();
  }, 180_000);

  afterAll(() => kafka?.[Symbol.asyncDispose]());

  function open(address: string, options: Options, timeoutMs = apiTimeoutMs): Client {
    return Client.open({ clientId: "security", brokers: [address], apiTimeoutMs: timeoutMs, ...options }, nodePlatform());
  }

  /** Writes a record to a topic of its own and reads it, over all kinds of connections. */
  async function writesAndReads(address: string, options: Options, topic: string): Promise<void> {
    await using client = open(address, options);
    await client.admin.createTopics([{ name: topic, partitionCount: 1 }], { tolerateExisting: true });
    await using producer = client.producer();
    (await producer.topic(topic)).append(0, Number.NaN, null, bytesWriter, Buffer.from("value"), bytesWriter, []);
    await producer.flush();
    await using fetcher = client.fetcher();
    fetcher.assign(topic, 0, 0);
    await fetcher.whenData();
    expect(fetcher.take()).toMatchObject({ error: null, topic, nextOffset: 1 });
  }

  /** The failure of a client's first request. */
  async function failure(address: string, options: Options, timeoutMs?: number): Promise<unknown> {
    await using client = open(address, options, timeoutMs);
    return await client.metadata.topic("nothing").then(
      () => null,
      (error: unknown) => error,
    );
  }

  const token = (): Promise<{ value: string }> => Promise.resolve({ value: unsecuredToken() });

  test.each<[string, ListenerName, Attempt]>([
    ["SASL PLAIN", "SASL", () => ({ sasl: { mechanism: "plain", ...alice } })],
    ["SCRAM-SHA-256", "SASL", () => ({ sasl: { mechanism: "scram-sha-256", ...alice } })],
    ["SCRAM-SHA-512", "SASL", () => ({ sasl: { mechanism: "scram-sha-512", ...alice } })],
    ["a token", "SASL", () => ({ sasl: { mechanism: "oauthbearer", oauthBearerProvider: token } })],
    ["TLS", "SSL", ({ ca }) => ({ ssl: { ca } })],
    ["TLS and a client's certificate", "MUTUAL", ({ ca, client }) => ({ ssl: { ca, ...client } })],
    ["TLS 1.2", "TLS12", ({ ca }) => ({ ssl: { ca } })],
    [
      "a name that the certificate has in place of the address",
      "OTHER_NAME",
      ({ ca }) => ({ ssl: { ca, servername: "elsewhere.example" } }),
    ],
    ["SCRAM over TLS", "SASL_SSL", ({ ca }) => ({ ssl: { ca }, sasl: { mechanism: "scram-sha-512", ...alice } })],
    [
      "a token over TLS",
      "SASL_SSL",
      ({ ca }) => ({ ssl: { ca }, sasl: { mechanism: "oauthbearer", oauthBearerProvider: token } }),
    ],
  ])("writes and reads by %s", async (name, listener, options) => {
    await writesAndReads(kafka.address(listener), options(kafka), name.replaceAll(" ", "-").replaceAll("'", ""));
  });

  test("connects by name, which is told in the handshake", async () => {
    await writesAndReads(kafka.address("SSL", "localhost"), { ssl: { ca: kafka.ca } }, "by-name");
  });

  test("renews its sessions on the same connection, before they end", async () => {
    const address = kafka.address("RENEWED");
    const lost: string[] = [];
    await using client = Client.open(
      {
        clientId: "security",
        brokers: [address],
        sasl: { mechanism: "scram-sha-512", ...alice },
        log: (level, text, fields) => void lost.push(`${level}: ${text} ${JSON.stringify(fields)}`),
      },
      nodePlatform(),
    );
    await client.admin.createTopics([{ name: "renewed", partitionCount: 1 }], { tolerateExisting: true });
    await using producer = client.producer({ lingerMs: 0 });
    const topic = await producer.topic("renewed");
    // What is said from here on is said of a lost connection.
    lost.length = 0;
    await using fetcher = client.fetcher();
    fetcher.assign("renewed", 0, 0);
    const { clock } = nodePlatform();
    const endMs = clock.nowMs() + 3.5 * sessionMs;
    let written = 0;
    while (clock.nowMs() < endMs) {
      topic.append(0, Number.NaN, null, bytesWriter, Buffer.from("value"), bytesWriter, []);
      written += 1;
      await producer.flush();
    }
    while (fetcher.position("renewed", 0) < written) {
      await fetcher.whenData();
      expect(fetcher.take()).toMatchObject({ error: null });
    }
    expect(lost).toEqual([]);
  });

  function application(password: string): KafkaStreams {
    const builder = new StreamsBuilder();
    builder.stream("application-in", { key: string, value: string }).to("application-out", { key: string, value: string });
    return new KafkaStreams(builder.build(), {
      applicationId: "secured",
      brokers: [kafka.address("SASL_SSL")],
      ssl: { ca: kafka.ca },
      sasl: { mechanism: "scram-sha-256", username: alice.username, password },
      defaultDslStore: "inMemory",
    });
  }

  test("runs an application, and ends its start at once with a wrong password", async () => {
    const topics = ["application-in", "application-out"].map((name) => ({ name, partitionCount: 1 }));
    await using client = open(kafka.plain, {});
    await client.admin.createTopics(topics, { tolerateExisting: true });
    const streams = application(alice.password);
    await streams.start();
    expect(streams.state).toBe("running");
    await streams.close();
    const start = application("wrong").start();
    await expect(start).rejects.toThrow('look at "sasl.username" (it is "alice") and "sasl.password"');
  });

  const plain = { mechanism: "plain", ...alice } as const;
  const expiredToken = {
    mechanism: "oauthbearer",
    oauthBearerProvider: () => Promise.resolve({ value: unsecuredToken(-60) }),
  } as const;

  test.each<[string, ListenerName, Attempt, string]>([
    [
      "a wrong password",
      "SASL",
      () => ({ sasl: { ...plain, password: "wrong" } }),
      'look at "sasl.username" (it is "alice") and "sasl.password"',
    ],
    [
      "a wrong password by SCRAM",
      "SASL",
      () => ({ sasl: { mechanism: "scram-sha-256", ...alice, password: "wrong" } }),
      'look at "sasl.username" (it is "alice")',
    ],
    [
      "an unknown user",
      "SASL",
      () => ({ sasl: { mechanism: "scram-sha-512", username: "nobody", password: "x" } }),
      '(it is "nobody")',
    ],
    [
      "a mechanism that is not enabled",
      "SCRAM_ONLY",
      () => ({ sasl: plain }),
      'set "sasl.mechanism" to one of these, or enable PLAIN at the broker',
    ],
    ["an expired token", "SASL", () => ({ sasl: expiredToken }), "the token expired at 20"],
  ])("says of %s what is wrong, and does not try again", async (_what, listener, options, text) => {
    const error = await failure(kafka.address(listener), options(kafka));
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ retriable: false, message: expect.stringContaining(text) });
  });

  test("says that a listener has no SASL", async () => {
    const error = await failure(kafka.plain, { sasl: plain });
    expect(error).toMatchObject({ code: "CLIENT_AUTHENTICATION_FAILED", message: expect.stringContaining('leave "sasl" out') });
  });

  test.each<[string, ListenerName, Attempt, string]>([
    ["an expired certificate", "EXPIRED", ({ ca }) => ({ ssl: { ca } }), 'the broker\'s certificate ("broker") expired at 20'],
    [
      "a foreign authority",
      "FOREIGN",
      ({ ca }) => ({ ssl: { ca } }),
      'is signed by "Another authority", who is not trusted here',
    ],
    ["an authority that was not given", "SSL", () => ({ ssl: true }), 'give the certificate of that authority as "ssl.ca"'],
    ["a certificate signed by itself", "SELF_SIGNED", ({ ca }) => ({ ssl: { ca } }), '("lonely") is signed by itself'],
    ["another name", "OTHER_NAME", ({ ca }) => ({ ssl: { ca } }), 'is for elsewhere.example, not for "127.0.0.1"'],
    ["a certificate that is wanted", "MUTUAL", ({ ca }) => ({ ssl: { ca } }), 'give one as "ssl.cert" with its "ssl.key"'],
    [
      "a certificate that is not taken",
      "MUTUAL",
      ({ ca, foreignClient }) => ({ ssl: { ca, ...foreignClient } }),
      'does not take the certificate in "ssl.cert"',
    ],
    ["no version in common", "TLS12", ({ ca }) => ({ ssl: { ca, minVersion: "TLSv1.3" } }), "no version of TLS in common"],
    ["plaintext to a listener with TLS", "SSL", () => ({}), 'the listener speaks TLS and the client does not; set "ssl"'],
    ["SASL without the TLS that belongs to it", "SASL_SSL", () => ({ sasl: plain }), 'set "ssl"'],
  ])("says of %s what is wrong, and does not try again", async (_what, listener, options, text) => {
    const error = await failure(kafka.address(listener), options(kafka));
    expect(error).toBeInstanceOf(SecureConnectionError);
    expect(error).toMatchObject({ retriable: false, message: expect.stringContaining(text) });
  });

  test.each<[string, ListenerName | null, Attempt, string]>([
    ["TLS to a plaintext listener", null, ({ ca }) => ({ ssl: { ca } }), 'the listener speaks no TLS (leave "ssl" out'],
    ["TLS to a listener with SASL alone", "SASL", ({ ca }) => ({ ssl: { ca }, sasl: plain }), "the listener speaks no TLS"],
    ["a listener that wants SASL", "SASL", () => ({}), 'the listener wants an authentication (set "sasl"'],
    ["a listener that wants SASL behind TLS", "SASL_SSL", ({ ca }) => ({ ssl: { ca } }), "the listener wants an authentication"],
  ])(
    "says of %s what is most likely wrong, and ends the attempts after some seconds",
    async (_what, listener, options, text) => {
      const error = await failure(listener === null ? kafka.plain : kafka.address(listener), options(kafka), 60_000);
      expect(error).toMatchObject({ code: "CLIENT_LISTENER_MISMATCH", retriable: false, message: expect.stringContaining(text) });
    },
    40_000,
  );
});
