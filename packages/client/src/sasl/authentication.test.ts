import type { Platform } from "@millrace/platform";
import { Simulation, simulationCertificate } from "@millrace/platform/sim";
import { ErrorCode, heartbeat, type SaslAuthenticateRequest, saslAuthenticate, saslHandshake } from "@millrace/protocol";
import { describe, expect, test } from "vitest";

import type { ClientConfig } from "../config.ts";
import { type ClientContext, clientContext } from "../context.ts";
import { BrokerConnection } from "../connection/connection.ts";
import { Lifetime } from "../lifetime.ts";
import { TestCluster, type TestNode } from "../testing/test-cluster.ts";
import { hash, hmac, saltedPassword } from "./digests.ts";
import type { SaslOptions } from "./sasl-options.ts";

const address = { host: "broker-1", port: 9092 };
const password = "pencil";

/** The broker's side of a SASL exchange: an answer to each token; null: refused. */
type Server = (token: Buffer, tokenIndex: number) => Buffer | null;

interface World {
  readonly simulation: Simulation;
  readonly broker: TestNode;
  readonly context: ClientContext;
  readonly lifetime: Lifetime;
}

async function world(config: Partial<ClientConfig>, server: Server | null, sessionMs = 0): Promise<World> {
  const { simulation, broker } = await TestCluster.start(3);
  broker.on(heartbeat, () => ({ errorCode: 0 }));
  let tokens = 0;
  if (server !== null) {
    broker.on(saslHandshake, ({ body: { mechanism } }) => {
      tokens = 0;
      const mechanisms = ["PLAIN", "SCRAM-SHA-512", "OAUTHBEARER"];
      return { errorCode: mechanisms.includes(mechanism) ? ErrorCode.NONE : ErrorCode.UNSUPPORTED_SASL_MECHANISM, mechanisms };
    });
    broker.on(saslAuthenticate, ({ body }: { body: SaslAuthenticateRequest }) => {
      const authBytes = server(body.authBytes, tokens);
      tokens += 1;
      if (authBytes !== null) return { errorCode: 0, errorMessage: null, authBytes, sessionLifetimeMs: BigInt(sessionMs) };
      const errorMessage = "Authentication failed: Invalid username or password";
      return { errorCode: ErrorCode.SASL_AUTHENTICATION_FAILED, errorMessage, authBytes: Buffer.alloc(0) };
    });
  }
  const platform: Platform = simulation.platform("client");
  const context = clientContext({ clientId: "c", brokers: ["broker-1:9092"], requestTimeoutMs: 1_000, ...config }, platform);
  return { simulation, broker, context, lifetime: new Lifetime("test", platform.timers) };
}

function open({ simulation, context, lifetime }: World): Promise<BrokerConnection> {
  return simulation.settle(BrokerConnection.open(address, context, lifetime, 500));
}

const plain: SaslOptions = { mechanism: "plain", username: "alice", password };
const plainServer: Server = (token) => (token.toString() === `\0alice\0${password}` ? Buffer.alloc(0) : null);

const scramServer: Server = (() => {
  let clientFirst = "";
  let serverFirst = "";
  return (token, index) => {
    if (index === 0) {
      clientFirst = token.toString().slice(3);
      serverFirst = `r=${/r=(.*)$/.exec(clientFirst)![1]!}server,s=c2FsdA==,i=4096`;
      return Buffer.from(serverFirst);
    }
    const [, withoutProof = "", proof = ""] = /^(.*),p=(.*)$/.exec(token.toString()) ?? [];
    const signed = `${clientFirst},${serverFirst},${withoutProof}`;
    const salted = saltedPassword("sha512", password, Buffer.from("salt"), 4096);
    const clientKey = hmac("sha512", salted, "Client Key");
    const signature = hmac("sha512", hash("sha512", clientKey), signed);
    if (!Buffer.from(Buffer.from(proof, "base64").map((byte, i) => byte ^ signature[i]!)).equals(clientKey)) return null;
    return Buffer.from(`v=${hmac("sha512", hmac("sha512", salted, "Server Key"), signed).toString("base64")}`);
  };
})();

const tokenServer: Server = (token, index) => {
  if (index === 1) return null;
  if (token.toString() === "n,,\u0001auth=Bearer good\u0001tenant=blue\u0001\u0001") return Buffer.alloc(0);
  return Buffer.from('{"status":"invalid_token"}');
};

function names(world: World): string[] {
  return world.broker.received.map(({ api }) => api);
}

describe("an authentication", () => {
  test.each<[string, SaslOptions, Server]>([
    ["PLAIN", plain, plainServer],
    ["SCRAM", { mechanism: "scram-sha-512", username: "alice", password }, scramServer],
    [
      "OAUTHBEARER",
      { mechanism: "oauthbearer", oauthBearerProvider: () => Promise.resolve({ value: "good", extensions: { tenant: "blue" } }) },
      tokenServer,
    ],
  ])("by %s comes between the versions and the first request", async (_name, sasl, server) => {
    const at = await world({ sasl }, server);
    const connection = await open(at);
    await at.simulation.settle(connection.request(heartbeat, 3, { groupId: "g", generationId: 1, memberId: "m" }, 1_000));
    expect(names(at).slice(0, 3)).toEqual(["ApiVersions", "SaslHandshake", "SaslAuthenticate"]);
    expect(names(at).at(-1)).toBe("Heartbeat");
    connection.close();
  });

  test.each<[string, SaslOptions, Server, string]>([
    ["a wrong password", { ...plain, password: "wrong" }, plainServer, "Invalid username or password"],
    [
      "a wrong password by SCRAM",
      { mechanism: "scram-sha-512", username: "alice", password: "wrong" },
      scramServer,
      'Invalid username or password"; look at "sasl.username" (it is "alice") and "sasl.password"',
    ],
    [
      "a mechanism that is not enabled",
      { mechanism: "scram-sha-256", username: "alice", password },
      scramServer,
      'the listener offers PLAIN, SCRAM-SHA-512, OAUTHBEARER; set "sasl.mechanism" to one of these',
    ],
    [
      "a token that the broker refuses",
      { mechanism: "oauthbearer", oauthBearerProvider: () => Promise.resolve({ value: "bad" }) },
      tokenServer,
      'the broker says "invalid_token"; look at issuer, audience and scope',
    ],
    [
      "a token that has expired",
      {
        mechanism: "oauthbearer",
        oauthBearerProvider: () => Promise.resolve({ value: `x.${Buffer.from('{"exp":1}').toString("base64url")}.x` }),
      },
      tokenServer,
      "the token expired at 1970-01-01T00:00:01.000Z",
    ],
    [
      "a token function that returns nonsense",
      { mechanism: "oauthbearer", oauthBearerProvider: (() => Promise.resolve("token")) as never },
      tokenServer,
      'must return { value: "the token" }, but "value" is a value of type undefined',
    ],
  ])("ends with %s, and is not tried again", async (_what, sasl, server, text) => {
    const at = await world({ sasl }, server);
    const failure = open(at);
    await expect(failure).rejects.toMatchObject({ code: "CLIENT_AUTHENTICATION_FAILED", retriable: false });
    await expect(failure).rejects.toThrow(text);
    await expect(failure).rejects.not.toThrow("wrong");
  });

  test.each<[string, () => Promise<{ value: string }>, string]>([
    ["throws", () => Promise.reject(new TypeError("no route to the issuer")), "failed: no route to the issuer"],
    [
      "throws at once",
      () => {
        throw new TypeError("no key");
      },
      "failed: no key",
    ],
    ["never answers", () => new Promise(() => {}), "gave no token within 1000 ms"],
  ])("may be tried again when the token function %s", async (_what, oauthBearerProvider, text) => {
    const at = await world({ sasl: { mechanism: "oauthbearer", oauthBearerProvider } }, tokenServer);
    const failure = open(at);
    await expect(failure).rejects.toThrow(`"sasl.oauthBearerProvider" ${text}`);
    await expect(failure).rejects.toMatchObject({ retriable: true });
  });

  test("at a listener without SASL says so", async () => {
    const at = await world({ sasl: plain }, null);
    await expect(open(at)).rejects.toThrow('the listener does not authenticate by SASL; leave "sasl" out');
  });

  test("is renewed before the session ends, behind what is under way and ahead of what comes", async () => {
    const at = await world({ sasl: plain }, plainServer, 10_000);
    const connection = await open(at);
    const beat = () => connection.request(heartbeat, 3, { groupId: "g", generationId: 1, memberId: "m" }, 1_000);
    await at.simulation.settle(new Promise((resolve) => void at.simulation.timers.after(8_000, () => resolve(undefined))));
    await at.simulation.settle(beat());
    expect(names(at).filter((name) => name === "SaslAuthenticate")).toHaveLength(1);
    await at.simulation.settle(new Promise((resolve) => void at.simulation.timers.after(1_800, () => resolve(undefined))));
    await at.simulation.settle(Promise.all([beat(), beat()]));
    expect(names(at).slice(3)).toEqual(["Heartbeat", "SaslHandshake", "SaslAuthenticate", "Heartbeat", "Heartbeat"]);
    expect(at.broker.received.every(({ connectionIndex }) => connectionIndex === 0)).toBe(true);
    connection.close();
  });

  test("that cannot be renewed ends the connection and all that waits", async () => {
    let valid = true;
    const at = await world({ sasl: plain }, (token, index) => (valid ? plainServer(token, index) : null), 10_000);
    const connection = await open(at);
    valid = false;
    await at.simulation.settle(new Promise((resolve) => void at.simulation.timers.after(9_800, () => resolve(undefined))));
    const beat = connection.request(heartbeat, 3, { groupId: "g", generationId: 1, memberId: "m" }, 1_000);
    await expect(at.simulation.settle(beat)).rejects.toMatchObject({ code: "CLIENT_AUTHENTICATION_FAILED" });
    expect(connection.closed).toBe(true);
  });

  test("shares one token among connections that open together", async () => {
    let calls = 0;
    const oauthBearerProvider = () => {
      calls += 1;
      return Promise.resolve({ value: "good", extensions: { tenant: "blue" } });
    };
    const { context } = await world({ sasl: { mechanism: "oauthbearer", oauthBearerProvider } }, tokenServer);
    await Promise.all([1, 2, 3].map(async () => context.sasl!.begin("b:1").first()));
    expect(calls).toBe(1);
    await context.sasl!.begin("b:1").first();
    expect(calls).toBe(2);
  });
});

describe("options of SASL", () => {
  test.each<[string, unknown, string]>([
    [
      "sasl.mechanism",
      { mechanism: "gssapi" },
      'is "gssapi", but must be one of plain, scram-sha-256, scram-sha-512, oauthbearer',
    ],
    ["sasl.username", { mechanism: "plain", password: "secret" }, "must be a text that is not empty"],
    ["sasl.password", { mechanism: "plain", username: "a", password: 7 }, "not shown"],
    ["sasl.oauthBearerProvider", { mechanism: "oauthbearer" }, "a function that returns a promise"],
    ["sasl.passwort", { mechanism: "plain", username: "a", passwort: "secret" }, "there are mechanism, username, password"],
    ["sasl", "plain:alice:secret", "not shown"],
  ])("with a wrong %s are refused without a secret: %j", (key, sasl, text) => {
    const simulation = new Simulation(1);
    const attempt = (): unknown =>
      clientContext({ clientId: "c", brokers: ["b:1"], sasl: sasl as SaslOptions }, simulation.platform("x"));
    expect(attempt).toThrow(text);
    expect(attempt).toThrow(expect.objectContaining({ code: "CLIENT_INVALID_CONFIG", key }));
    expect(attempt).not.toThrow(/secret\b(?!s)/);
  });

  test("may be written as Kafka writes them, and are in no text that settings make", () => {
    const simulation = new Simulation(1);
    const sasl = { mechanism: "SCRAM-SHA-512", username: "alice", password: "very-secret" } as unknown as SaslOptions;
    const context = clientContext({ clientId: "c", brokers: ["b:1"], sasl }, simulation.platform("x"));
    expect(context.sasl?.name).toBe("SCRAM-SHA-512");
    expect(JSON.stringify([context.settings, context.sasl])).not.toContain("very-secret");
  });
});

describe("TLS", () => {
  const cert = (options: object) => ({
    cert: simulationCertificate({ subject: "broker", issuer: "Authority", names: ["broker-1"], ...options }),
  });
  const ca = simulationCertificate({ subject: "Authority" });

  async function failure(ssl: ClientConfig["ssl"], tls: object | null): Promise<unknown> {
    const { simulation } = await TestCluster.start(5, 1, { tls });
    const platform = simulation.platform("client");
    const context = clientContext({ clientId: "c", brokers: ["broker-1:9092"], ...(ssl === undefined ? {} : { ssl }) }, platform);
    return simulation
      .settle(BrokerConnection.open(address, context, new Lifetime("test", platform.timers), 500))
      .catch((error: unknown) => error);
  }

  test("carries requests", async () => {
    expect(await failure({ ca }, cert({}))).toBeInstanceOf(BrokerConnection);
  });

  test.each<[string, ClientConfig["ssl"], object | null, string, boolean]>([
    [
      "an expired certificate",
      { ca },
      cert({ validToMs: 1000 }),
      'the broker\'s certificate ("broker") expired at 1970-01-01T00:00:01.000Z; have it renewed',
      false,
    ],
    [
      "a certificate of tomorrow",
      { ca },
      cert({ validFromMs: 4e12 }),
      "is not valid before 2096-10-02T07:06:40.000Z; look at the clocks",
      false,
    ],
    [
      "a foreign authority",
      { ca },
      cert({ issuer: "Foreigners" }),
      'is signed by "Foreigners", who is not trusted here; give the certificate of that authority as "ssl.ca"',
      false,
    ],
    ["a certificate signed by itself", true, cert({ issuer: "broker" }), "is signed by itself", false],
    [
      "another name",
      { ca },
      cert({ names: ["a.example", "b.example"] }),
      'is for a.example, b.example, not for "broker-1"',
      false,
    ],
    [
      "a certificate that is wanted",
      { ca },
      { ...cert({}), ca, requestCert: true },
      'the broker wants a certificate of its clients; give one as "ssl.cert"',
      false,
    ],
    [
      "a certificate that is not taken",
      { ca, ...cert({ issuer: "Foreigners" }) },
      { ...cert({}), ca, requestCert: true },
      'does not take the certificate in "ssl.cert"',
      false,
    ],
    [
      "no version in common",
      { ca, minVersion: "TLSv1.3" },
      { ...cert({}), maxVersion: "TLSv1.2" },
      "no version of TLS in common",
      false,
    ],
    ["plaintext on the client's side", undefined, cert({}), 'as a listener does that speaks TLS; set "ssl"', true],
    ["options that cannot be used", { ca: "ca.pem" }, cert({}), '"ssl" cannot be used', false],
  ])("fails with a sentence on %s", async (_what, ssl, tls, text, retriable) => {
    const error = await failure(ssl, tls);
    expect(error).toMatchObject({ message: expect.stringContaining(text), retriable });
    expect(error).not.toMatchObject({ message: expect.stringContaining("..") });
  });
});
