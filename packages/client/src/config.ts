import { type Address, type Log, safeLog, silent, type TlsOptions, type Transport } from "@millrace/platform";

import { InvalidConfigError, notShown } from "./errors.ts";
import type { SaslOptions } from "./sasl/sasl-options.ts";
import { type SaslSettings, saslSettings } from "./sasl/sasl-settings.ts";

/** Options of TLS: those of Node's `tls.connect` that concern trust and identity. */
export type SslOptions = TlsOptions;

/** Addresses, security and timeouts of a client. Kafka's names in camel case; times in milliseconds. */
export interface ClientConfig {
  /** Name of the client in the broker's logs and quotas. `client.id`. */
  readonly clientId: string;
  /** Addresses of some brokers as `host:port`; the client learns the others from them. At least one. `bootstrap.servers`. */
  readonly brokers: readonly string[];
  /**
   * TLS: true trusts the authorities that Node trusts, an object says more. Default false, plaintext. `security.protocol`,
   * `ssl.*`.
   */
  readonly ssl?: boolean | SslOptions;
  /** Credentials of the client. Default: none, for listeners that do not authenticate. `security.protocol`, `sasl.*`. */
  readonly sasl?: SaslOptions | undefined;
  /** Time that a first attempt to connect may take. Default 10 000. `socket.connection.setup.timeout.ms`. */
  readonly connectionTimeoutMs?: number;
  /**
   * Upper bound of that time, which doubles while attempts fail, with a jitter of 20 %. Default 30 000.
   * `socket.connection.setup.timeout.max.ms`, KIP-601.
   */
  readonly connectionTimeoutMaxMs?: number;
  /** First pause before another attempt to connect; it doubles, with a jitter of 20 %. Default 50. `reconnect.backoff.ms`. */
  readonly reconnectBackoffMs?: number;
  /** Longest pause between attempts to connect. Default 1 000. `reconnect.backoff.max.ms`. */
  readonly reconnectBackoffMaxMs?: number;
  /** Time without use after which a connection is closed; -1: never. Default 540 000. `connections.max.idle.ms`. */
  readonly connectionsMaxIdleMs?: number;
  /** Time that an answer may take; long polls come on top. Default 30 000. `request.timeout.ms`. */
  readonly requestTimeoutMs?: number;
  /** Time that one call may take with all its retries. Default 60 000. `default.api.timeout.ms`. */
  readonly apiTimeoutMs?: number;
  /** First pause before a retry; it doubles, with a jitter of 20 %. Default 100. `retry.backoff.ms`. */
  readonly retryBackoffMs?: number;
  /** Longest pause before a retry. Default 1 000. `retry.backoff.max.ms`. */
  readonly retryBackoffMaxMs?: number;
  /** Age at which metadata is fetched again though nothing failed. Default 300 000. `metadata.max.age.ms`. */
  readonly metadataMaxAgeMs?: number;
  /** Largest response in bytes; a longer frame ends the connection. Default 128 MiB. */
  readonly responseBytesMax?: number;
  /** Receiver of log lines. The first error that it throws is reported on stderr. Default: silent. */
  readonly log?: Log;
}

/** A checked config with its defaults filled in. */
export interface ClientSettings {
  readonly clientId: string;
  readonly brokers: readonly Address[];
  readonly tls: TlsOptions | null;
  readonly sasl: SaslSettings | null;
  readonly connectionTimeoutMs: number;
  readonly connectionTimeoutMaxMs: number;
  readonly reconnectBackoffMs: number;
  readonly reconnectBackoffMaxMs: number;
  readonly connectionsMaxIdleMs: number;
  readonly requestTimeoutMs: number;
  readonly apiTimeoutMs: number;
  readonly retryBackoffMs: number;
  readonly retryBackoffMaxMs: number;
  readonly metadataMaxAgeMs: number;
  readonly responseBytesMax: number;
  readonly log: Log;
}

/** Checks a config and fills in the defaults. @throws {InvalidConfigError} with the key, its value and what is allowed */
export function clientSettings(config: ClientConfig): ClientSettings {
  if (typeof config.clientId !== "string") throw new InvalidConfigError("clientId", config.clientId, "a string");
  if (!Array.isArray(config.brokers) || config.brokers.length === 0) {
    throw new InvalidConfigError("brokers", config.brokers, 'a list of at least one "host:port"');
  }
  const connectionTimeoutMs = wholeNumber("connectionTimeoutMs", config.connectionTimeoutMs ?? 10_000, 1);
  const reconnectBackoffMs = wholeNumber("reconnectBackoffMs", config.reconnectBackoffMs ?? 50, 0);
  const retryBackoffMs = wholeNumber("retryBackoffMs", config.retryBackoffMs ?? 100, 0);
  return {
    clientId: config.clientId,
    brokers: config.brokers.map(parseBroker),
    tls: tlsSettings(config.ssl),
    sasl: saslSettings(config.sasl),
    connectionTimeoutMs,
    connectionTimeoutMaxMs: wholeNumber(
      "connectionTimeoutMaxMs",
      config.connectionTimeoutMaxMs ?? Math.max(30_000, connectionTimeoutMs),
      connectionTimeoutMs,
    ),
    reconnectBackoffMs,
    reconnectBackoffMaxMs: wholeNumber(
      "reconnectBackoffMaxMs",
      config.reconnectBackoffMaxMs ?? Math.max(1_000, reconnectBackoffMs),
      reconnectBackoffMs,
    ),
    connectionsMaxIdleMs: wholeNumber("connectionsMaxIdleMs", config.connectionsMaxIdleMs ?? 540_000, -1),
    requestTimeoutMs: wholeNumber("requestTimeoutMs", config.requestTimeoutMs ?? 30_000, 1),
    apiTimeoutMs: wholeNumber("apiTimeoutMs", config.apiTimeoutMs ?? 60_000, 1),
    retryBackoffMs,
    retryBackoffMaxMs: wholeNumber(
      "retryBackoffMaxMs",
      config.retryBackoffMaxMs ?? Math.max(1_000, retryBackoffMs),
      retryBackoffMs,
    ),
    metadataMaxAgeMs: wholeNumber("metadataMaxAgeMs", config.metadataMaxAgeMs ?? 300_000, 1),
    responseBytesMax: wholeNumber("responseBytesMax", config.responseBytesMax ?? 128 * 1024 * 1024, 1024),
    log: safeLog(config.log ?? silent),
  };
}

/** Checks the options of TLS and SASL before there is a client. @throws {InvalidConfigError} without a secret in its text */
export function checkSecurity({ ssl, sasl }: Pick<ClientConfig, "ssl" | "sasl">, transport: Pick<Transport, "checkTls">): void {
  checkTls(tlsSettings(ssl), transport);
  saslSettings(sasl);
}

/** Checks the material of TLS, such as certificates. @throws {InvalidConfigError} without the material in it */
export function checkTls(tls: TlsOptions | null, transport: Pick<Transport, "checkTls">): void {
  const fault = tls === null ? null : transport.checkTls?.(tls);
  if (fault !== null && fault !== undefined) throw new InvalidConfigError(`ssl.${fault.option}`, notShown, fault.needed);
}

/** Keys that `ssl` may hold. */
const sslKeys: readonly string[] = [
  "ca",
  "cert",
  "key",
  "pfx",
  "passphrase",
  "crl",
  "servername",
  "rejectUnauthorized",
  "checkServerIdentity",
  "minVersion",
  "maxVersion",
  "ciphers",
] satisfies readonly (keyof SslOptions)[];

function tlsSettings(ssl: unknown): TlsOptions | null {
  if (ssl === undefined || ssl === false) return null;
  if (ssl === true) return {};
  if (typeof ssl !== "object" || ssl === null)
    throw new InvalidConfigError("ssl", notShown, "true, false, or an object with options of TLS");
  const unknown = Object.keys(ssl).find((key) => !sslKeys.includes(key));
  if (unknown !== undefined)
    throw new InvalidConfigError(`ssl.${unknown}`, notShown, `left out; there are ${sslKeys.join(", ")}`);
  // The transport finds prepared options by this object, so a client keeps one. Later changes by the caller have no effect.
  return { ...ssl };
}

/** Checks that a config value is a whole number in `[min, max]`. @throws {InvalidConfigError} */
export function wholeNumber(key: string, value: unknown, min: number, max: number = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max) {
    const bound = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new InvalidConfigError(key, value, `a whole number ${bound}`);
  }
  return value;
}

/** Parses `host:port`, or `[address]:port` for IPv6. */
function parseBroker(text: unknown): Address {
  const match = typeof text === "string" ? /^(?:\[([^\]]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(text) : null;
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || !(port >= 1 && port <= 65_535)) {
    throw new InvalidConfigError("brokers", text, 'a list of "host:port" with ports from 1 to 65535, such as "localhost:9092"');
  }
  return { host, port };
}
