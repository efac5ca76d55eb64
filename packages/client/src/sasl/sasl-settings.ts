import type { Platform, Random } from "@millrace/platform";

import { InvalidConfigError, notShown } from "../errors.ts";
import type { SaslMechanism } from "./mechanism.ts";
import { oauthbearer } from "./oauthbearer.ts";
import { plain } from "./plain.ts";
import type { SaslOptions } from "./sasl-options.ts";
import { scram } from "./scram.ts";

const mechanisms = ["plain", "scram-sha-256", "scram-sha-512", "oauthbearer"] as const;
const keys: readonly string[] = ["mechanism", "username", "password", "oauthBearerProvider"];

/** Maker of the chosen mechanism. The client gives it the ports that it needs. */
export type SaslSettings = (platform: Pick<Platform, "clock" | "timers" | "random">, timeoutMs: number) => SaslMechanism;

/** Checks the options of SASL; null: none were given. @throws {InvalidConfigError} without a secret in its text */
export function saslSettings(options: SaslOptions | undefined): SaslSettings | null {
  if (options === undefined) return null;
  if (typeof options !== "object" || options === null) {
    throw new InvalidConfigError("sasl", notShown, 'an object, such as { mechanism: "scram-sha-512", username, password }');
  }
  const unknown = Object.keys(options).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new InvalidConfigError(`sasl.${unknown}`, notShown, `left out; there are ${keys.join(", ")}`);
  const written: unknown = options.mechanism;
  const name = mechanisms.find((each) => typeof written === "string" && each === written.toLowerCase());
  if (name === undefined) throw new InvalidConfigError("sasl.mechanism", written, `one of ${mechanisms.join(", ")}`);
  const { username, password, oauthBearerProvider } = options as unknown as Readonly<Record<string, unknown>>;
  if (name === "oauthbearer") {
    if (typeof oauthBearerProvider !== "function") {
      throw new InvalidConfigError("sasl.oauthBearerProvider", notShown, "a function that returns a promise of { value: token }");
    }
    const provider = oauthBearerProvider as () => Promise<{ value: string }>;
    return ({ clock, timers }, timeoutMs) => oauthbearer(provider, { clock, timers, timeoutMs });
  }
  const user = credential("sasl.username", username, username);
  const secret = credential("sasl.password", password, notShown);
  if (name === "plain") return () => plain(user, secret);
  const digest = name === "scram-sha-256" ? "sha256" : "sha512";
  return ({ random }) => scram({ digest, username: user, password: secret, nonce: () => newNonce(random) });
}

function credential(key: string, value: unknown, shown: unknown): string {
  // A zero byte ends a name in PLAIN.
  if (typeof value === "string" && value !== "" && !value.includes("\0")) return value;
  throw new InvalidConfigError(key, shown, "a text that is not empty");
}

/** Makes a nonce of 192 random bits, in letters and digits. */
function newNonce(random: Random): string {
  return Array.from({ length: 6 }, () => random.uint32().toString(16).padStart(8, "0")).join("");
}
