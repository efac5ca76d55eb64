import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KafkaCluster } from "../../scripts/kafka.ts";
import { CertificateAuthority, type Identity, selfSigned } from "./certificates.ts";

const host = "127.0.0.1";
const names = ["localhost", host];

/** Listeners beside the plain one, each with what an application may meet. */
export const listenerNames = [
  "SASL",
  "SASL_SSL",
  "SCRAM_ONLY",
  "RENEWED",
  "SSL",
  "MUTUAL",
  "EXPIRED",
  "FOREIGN",
  "SELF_SIGNED",
  "OTHER_NAME",
  "TLS12",
] as const;
export type ListenerName = (typeof listenerNames)[number];

/** How long a session of the listener `RENEWED` lasts. */
export const sessionMs = 1_000;

/** The user that the cluster knows, for SCRAM as well. */
export const alice = { username: "alice", password: "alice-secret" };

/** One broker of Apache Kafka with a listener for each way to be secured, and certificates that exist for this run alone. */
export class SecuredKafka implements AsyncDisposable {
  /** Certificate of the authority that clients are to trust. */
  readonly ca: string;
  /** A certificate of that authority, and one of another. */
  readonly client: Identity;
  readonly foreignClient: Identity;
  /** `host:port` of the plain listener. */
  readonly plain: string;
  readonly #ports: ReadonlyMap<ListenerName, number>;
  readonly #cluster: KafkaCluster;
  readonly #folder: string;

  private constructor(
    cluster: KafkaCluster,
    folder: string,
    ports: ReadonlyMap<ListenerName, number>,
    authorities: { readonly own: CertificateAuthority; readonly foreign: CertificateAuthority },
  ) {
    this.#cluster = cluster;
    this.#folder = folder;
    this.#ports = ports;
    this.plain = cluster.brokers[0]!;
    this.ca = authorities.own.ca;
    this.client = authorities.own.issue({ subject: "client" });
    this.foreignClient = authorities.foreign.issue({ subject: "client" });
  }

  static async start(): Promise<SecuredKafka> {
    const folder = mkdtempSync(join(tmpdir(), "millrace-secured-"));
    const own = new CertificateAuthority("Millrace's test authority");
    const foreign = new CertificateAuthority("Another authority");
    const ports = new Map(await Promise.all(listenerNames.map(async (name) => [name, await freePort()] as const)));
    const stores = {
      good: own.issue({ subject: "broker", names }),
      expired: own.issue({ subject: "broker", names, validFromDays: -9, validToDays: -2 }),
      foreign: foreign.issue({ subject: "broker", names }),
      selfSigned: selfSigned({ subject: "lonely", names }),
      otherName: own.issue({ subject: "elsewhere.example" }),
    };
    for (const [name, { cert, key }] of Object.entries(stores)) writeFileSync(join(folder, `${name}.pem`), key + cert);
    writeFileSync(join(folder, "ca.pem"), own.ca);
    const cluster = await KafkaCluster.start(1, (port) => settings(port, ports, folder));
    return new SecuredKafka(cluster, folder, ports, { own, foreign });
  }

  /** `host:port` of a listener. */
  address(name: ListenerName, as: string = host): string {
    return `${as}:${String(this.#ports.get(name))}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const protocols: Readonly<Record<ListenerName, "SASL_PLAINTEXT" | "SASL_SSL" | "SSL">> = {
  SASL: "SASL_PLAINTEXT",
  SASL_SSL: "SASL_SSL",
  SCRAM_ONLY: "SASL_PLAINTEXT",
  RENEWED: "SASL_PLAINTEXT",
  SSL: "SSL",
  MUTUAL: "SSL",
  EXPIRED: "SSL",
  FOREIGN: "SSL",
  SELF_SIGNED: "SSL",
  OTHER_NAME: "SSL",
  TLS12: "SSL",
};
const stores: Partial<Record<ListenerName, string>> = {
  EXPIRED: "expired",
  FOREIGN: "foreign",
  SELF_SIGNED: "selfSigned",
  OTHER_NAME: "otherName",
};

function settings(port: number, ports: ReadonlyMap<ListenerName, number>, folder: string): Record<string, string> {
  const own = [...ports].map(([name, at]) => `${name}://${host}:${String(at)}`);
  const listeners = [`PLAINTEXT://${host}:${String(port)}`, ...own].join();
  const map = ["PLAINTEXT:PLAINTEXT", "CONTROLLER:PLAINTEXT", ...listenerNames.map((name) => `${name}:${protocols[name]}`)];
  const all: Record<string, string> = {
    listeners: `${listeners},CONTROLLER://${host}:${String(port + 10)}`,
    "advertised.listeners": listeners,
    "listener.security.protocol.map": map.join(),
  };
  for (const name of listenerNames) {
    const prefix = `listener.name.${name.toLowerCase()}.`;
    if (protocols[name] !== "SSL") {
      for (const [key, value] of Object.entries(saslSettings(name))) all[prefix + key] = value;
    }
    if (protocols[name] === "SASL_PLAINTEXT") continue;
    all[`${prefix}ssl.keystore.type`] = "PEM";
    all[`${prefix}ssl.keystore.location`] = join(folder, `${stores[name] ?? "good"}.pem`);
    all[`${prefix}ssl.truststore.type`] = "PEM";
    all[`${prefix}ssl.truststore.location`] = join(folder, "ca.pem");
  }
  all["listener.name.mutual.ssl.client.auth"] = "required";
  all["listener.name.tls12.ssl.enabled.protocols"] = "TLSv1.2";
  return all;
}

function saslSettings(name: ListenerName): Record<string, string> {
  const module = "org.apache.kafka.common.security";
  const { username, password } = alice;
  const scram = `${module}.scram.ScramLoginModule required;`;
  return {
    "sasl.enabled.mechanisms":
      name === "SCRAM_ONLY" ? "SCRAM-SHA-256,SCRAM-SHA-512" : "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
    "plain.sasl.jaas.config": `${module}.plain.PlainLoginModule required user_${username}="${password}";`,
    "scram-sha-256.sasl.jaas.config": scram,
    "scram-sha-512.sasl.jaas.config": scram,
    "oauthbearer.sasl.jaas.config": `${module}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
    ...(name === "RENEWED" ? { "connections.max.reauth.ms": String(sessionMs) } : {}),
  };
}

/** A token that nobody has signed, such as a broker takes that is set up for tests. @param endsInSeconds negative: it has expired */
export function unsecuredToken(endsInSeconds = 3600): string {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const parts = [{ alg: "none" }, { sub: "alice", iat: nowSeconds - 7200, exp: nowSeconds + endsInSeconds }];
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
