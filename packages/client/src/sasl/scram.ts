import { AuthenticationError } from "../errors.ts";
import { type DigestName, hash, hmac, isSame, saltedPassword } from "./digests.ts";
import { passwordAdvice, type SaslExchange, type SaslMechanism } from "./mechanism.ts";

/**
 * Bounds of the iterations that a broker may ask for; Kafka's ask for 4,096 to 16,384. Fewer would let a false broker guess the
 * password quickly. The upper bound keeps a false broker from stopping the program: so many iterations take 60 ms.
 */
const iterationsMin = 4096;
const iterationsMax = 100_000;

/** Header that stands for "no channel binding". */
const gs2Header = "n,,";

export interface ScramOptions {
  readonly digest: DigestName;
  readonly username: string;
  readonly password: string;
  /** Makes a fresh text without commas. */
  nonce(): string;
}

/** Mechanism by which both sides prove that they know the password, and neither sends it (RFC 5802 and 7677, KIP-84). */
export function scram({ digest, username, password, nonce }: ScramOptions): SaslMechanism {
  const name = digest === "sha256" ? "SCRAM-SHA-256" : "SCRAM-SHA-512";
  // A user has the same salt and iterations at all brokers. So the salted password is computed once, not for each connection.
  let known: { readonly salt: string; readonly iterations: number; readonly salted: Buffer } | null = null;
  const salt = (text: string, iterations: number): Buffer => {
    if (known?.salt !== text || known.iterations !== iterations) {
      known = { salt: text, iterations, salted: saltedPassword(digest, password, Buffer.from(text, "base64"), iterations) };
    }
    return known.salted;
  };
  return { name, begin: (broker) => new ScramExchange(name, broker, digest, username, nonce(), salt) };
}

class ScramExchange implements SaslExchange {
  readonly #mechanism: string;
  readonly #broker: string;
  readonly #digest: DigestName;
  readonly #username: string;
  readonly #nonce: string;
  readonly #salt: (salt: string, iterations: number) => Buffer;
  /** Signature that the broker must send at the end; null before its first token. */
  #serverSignature: Buffer | null = null;

  constructor(
    mechanism: string,
    broker: string,
    digest: DigestName,
    username: string,
    nonce: string,
    salt: (salt: string, iterations: number) => Buffer,
  ) {
    this.#mechanism = mechanism;
    this.#broker = broker;
    this.#digest = digest;
    this.#username = username;
    this.#nonce = nonce;
    this.#salt = salt;
  }

  first(): Buffer {
    return Buffer.from(gs2Header + this.#clientFirst());
  }

  next(challenge: Buffer): Buffer | null {
    const attributes = attributesOf(challenge.toString());
    const refusal = attributes.get("e");
    if (refusal !== undefined) throw this.#failed(this.explain(refusal));
    if (this.#serverSignature === null) return this.#prove(challenge.toString(), attributes);
    const signature = Buffer.from(attributes.get("v") ?? "", "base64");
    if (isSame(signature, this.#serverSignature)) return null;
    throw this.#failed("the broker could not prove that it knows the password; look at who listens at this address");
  }

  explain(said: string): string {
    return passwordAdvice(this.#username, said);
  }

  #clientFirst(): string {
    return `n=${this.#username.replaceAll("=", "=3D").replaceAll(",", "=2C")},r=${this.#nonce}`;
  }

  #prove(serverFirst: string, attributes: ReadonlyMap<string, string>): Buffer {
    const nonce = attributes.get("r") ?? "";
    const salt = attributes.get("s") ?? "";
    const iterations = Number(attributes.get("i"));
    if (!nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length || salt === "") {
      throw this.#failed("the broker's first message is not one of SCRAM; look at who listens at this address");
    }
    if (!(iterations >= iterationsMin && iterations <= iterationsMax)) {
      throw this.#failed(
        `the broker wants ${attributes.get("i") ?? "no"} iterations, but ${iterationsMin} to ${iterationsMax} are safe; ` +
          `create the user's SCRAM credentials anew with such a number`,
      );
    }
    const salted = this.#salt(salt, iterations);
    const clientKey = hmac(this.#digest, salted, "Client Key");
    const withoutProof = `c=${Buffer.from(gs2Header).toString("base64")},r=${nonce}`;
    const signed = `${this.#clientFirst()},${serverFirst},${withoutProof}`;
    const proof = hmac(this.#digest, hash(this.#digest, clientKey), signed);
    for (let i = 0; i < proof.length; i += 1) proof[i]! ^= clientKey[i]!;
    this.#serverSignature = hmac(this.#digest, hmac(this.#digest, salted, "Server Key"), signed);
    return Buffer.from(`${withoutProof},p=${proof.toString("base64")}`);
  }

  #failed(detail: string): AuthenticationError {
    return new AuthenticationError(this.#broker, this.#mechanism, detail);
  }
}

/** Parses `a=…,b=…`; a value may contain `=`. */
function attributesOf(message: string): ReadonlyMap<string, string> {
  return new Map(message.split(",").map((part) => [part.slice(0, 1), part.charAt(1) === "=" ? part.slice(2) : ""]));
}
