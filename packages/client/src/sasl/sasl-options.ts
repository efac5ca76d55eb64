/** Credentials with which the client proves its identity to a broker. The shapes are those of kafkajs. `sasl.mechanism`. */
export type SaslOptions = SaslPasswordOptions | SaslTokenOptions;

/** Credentials of a user with a password. */
export interface SaslPasswordOptions {
  /** Mechanism. `plain` sends the password, so use it with TLS only; the others only prove that they know it (RFC 5802). */
  readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
  /** Name of the user, not empty. Kafka makes the principal `User:name` of it. */
  readonly username: string;
  /** Password, not empty. Used byte for byte as UTF-8, as Java's client and Kafka's tools do; there is no SASLprep (RFC 4013). */
  readonly password: string;
}

/** Token from an identity provider, with which the client authenticates. */
export interface SaslTokenOptions {
  /** Mechanism of OAuth 2 bearer tokens (KIP-255, RFC 7628). */
  readonly mechanism: "oauthbearer";
  /**
   * Returns a fresh token. Called for each connection and each re-authentication; calls at the same time share one token. It may
   * take `requestTimeoutMs`.
   */
  readonly oauthBearerProvider: () => Promise<OauthBearerToken>;
}

/** Token and the facts that the broker gets with it. */
export interface OauthBearerToken {
  /** Token itself, such as a JWT: printable ASCII without blanks. */
  readonly value: string;
  /**
   * Extensions that the broker gets with the token (KIP-342). Names consist of letters, values of printable text. Default none.
   */
  readonly extensions?: Readonly<Record<string, string>>;
}
