/** How the client proves to a broker who it is. The shapes are those of kafkajs. `sasl.mechanism`. */
export type SaslOptions = SaslPasswordOptions | SaslTokenOptions;

export interface SaslPasswordOptions {
  /** `plain` sends the password, so it belongs on connections with TLS; the others only prove that they know it (RFC 5802). */
  readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
  readonly username: string;
  /** Taken byte for byte as UTF-8, as Java's client and Kafka's tools do; there is no SASLprep (RFC 4013). */
  readonly password: string;
}

export interface SaslTokenOptions {
  /** KIP-255, RFC 7628. */
  readonly mechanism: "oauthbearer";
  /** Called for each connection and each re-authentication; calls at the same time share one token. */
  readonly oauthBearerProvider: () => Promise<OauthBearerToken>;
}

export interface OauthBearerToken {
  /** The token itself, such as a JWT. */
  readonly value: string;
  /** Names in letters, and texts, which the broker gets with the token (KIP-342). */
  readonly extensions?: Readonly<Record<string, string>>;
}
