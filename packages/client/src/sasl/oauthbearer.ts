import type { Clock, Timers } from "@millrace/platform";

import { AuthenticationError, reason } from "../errors.ts";
import type { SaslExchange, SaslMechanism } from "./mechanism.ts";
import type { OauthBearerToken, SaslTokenOptions } from "./sasl-options.ts";

const name = "OAUTHBEARER";

/** Byte that ends each part of a message (RFC 7628). */
const separator = "\u0001";

export interface TokenContext {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Time that the token function may take. */
  readonly timeoutMs: number;
}

/** Mechanism of bearer tokens: the broker gets a token that an identity provider has issued (RFC 7628, KIP-255). */
export function oauthbearer(provider: SaslTokenOptions["oauthBearerProvider"], context: TokenContext): SaslMechanism {
  let asking: Promise<unknown> | null = null;
  /** Asks for a token. Connections that open at the same time share it. */
  const ask = (broker: string): Promise<unknown> => {
    asking ??= withinTime(provider, context, broker).finally(() => {
      asking = null;
    });
    return asking;
  };
  return { name, begin: (broker) => new TokenExchange(broker, ask, context.clock) };
}

class TokenExchange implements SaslExchange {
  readonly #broker: string;
  readonly #ask: (broker: string) => Promise<unknown>;
  readonly #clock: Clock;
  #token = "";
  /** Reason for which the broker refused the token. */
  #complaint = "";

  constructor(broker: string, ask: (broker: string) => Promise<unknown>, clock: Clock) {
    this.#broker = broker;
    this.#ask = ask;
    this.#clock = clock;
  }

  async first(): Promise<Buffer> {
    const { value, extensions = {} } = checked(await this.#ask(this.#broker), this.#broker);
    this.#token = value;
    const parts = [`auth=Bearer ${value}`, ...Object.entries(extensions).map(([key, text]) => `${key}=${text}`)];
    return Buffer.from(`n,,${separator}${parts.map((part) => part + separator).join("")}${separator}`);
  }

  /** Keeps a refusal, which comes as JSON. The answer makes the broker send the final error. */
  next(challenge: Buffer): Buffer | null {
    if (challenge.length === 0) return null;
    this.#complaint = complaintOf(challenge.toString());
    return Buffer.from(separator);
  }

  explain(said: string): string {
    const endMs = expiryMs(this.#token);
    // Kafka repeats the reason that it gave in JSON.
    const complaint = `the broker says "${this.#complaint === "" ? said : this.#complaint}"; `;
    if (endMs <= this.#clock.nowMs()) {
      return `${complaint}the token expired at ${new Date(endMs).toISOString()}; let "sasl.oauthBearerProvider" return a fresh one each time`;
    }
    return `${complaint}look at issuer, audience and scope of the token that "sasl.oauthBearerProvider" returns`;
  }
}

async function withinTime(
  provider: SaslTokenOptions["oauthBearerProvider"],
  { timers, timeoutMs }: TokenContext,
  broker: string,
): Promise<unknown> {
  const late = Promise.withResolvers<never>();
  const timer = timers.after(timeoutMs, () => {
    late.reject(failed(broker, `"sasl.oauthBearerProvider" gave no token within ${timeoutMs} ms`, true));
  });
  try {
    return await Promise.race([provider(), late.promise]);
  } catch (error) {
    // The identity provider may be away for a moment, as a broker may; so this is retriable.
    throw error instanceof AuthenticationError
      ? error
      : failed(broker, `"sasl.oauthBearerProvider" failed: ${reason(error)}`, true, error);
  } finally {
    timer.cancel();
  }
}

/** Checks the value that the token function returned. @throws {AuthenticationError} */
function checked(token: unknown, broker: string): OauthBearerToken {
  const { value, extensions } = (typeof token === "object" && token !== null ? token : {}) as Partial<OauthBearerToken>;
  if (typeof value !== "string" || !/^[\x21-\x7e]+$/.test(value)) {
    const got = typeof value === "string" ? "a text with blanks, or none" : `a value of type ${typeof value}`;
    throw failed(broker, `"sasl.oauthBearerProvider" must return { value: "the token" }, but "value" is ${got}`);
  }
  for (const [key, text] of Object.entries(extensions ?? {})) {
    if (/^[A-Za-z]+$/.test(key) && key !== "auth" && typeof text === "string" && /^[\x20-\x7e\t\r\n]+$/.test(text)) continue;
    throw failed(
      broker,
      `"sasl.oauthBearerProvider" returned the extension "${key}", but names are letters, not "auth", and values printable texts`,
    );
  }
  return extensions === undefined ? { value } : { value, extensions };
}

function failed(broker: string, detail: string, retriable = false, cause?: unknown): AuthenticationError {
  return new AuthenticationError(broker, name, detail, retriable, cause);
}

function complaintOf(text: string): string {
  try {
    const { status, scope } = JSON.parse(text) as { readonly status?: unknown; readonly scope?: unknown };
    const wanted = typeof scope === "string" && scope !== "" ? `, wanted scope ${scope}` : "";
    return typeof status === "string" ? `${status}${wanted}` : text;
  } catch {
    return text;
  }
}

/** Time at which a JWT expires, in milliseconds since 1970; Infinity: it has none, or is no JWT. */
function expiryMs(token: string): number {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { readonly exp?: unknown };
    return typeof claims.exp === "number" && Number.isFinite(claims.exp) ? claims.exp * 1000 : Infinity;
  } catch {
    return Infinity;
  }
}
