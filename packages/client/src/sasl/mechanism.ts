/** A way to authenticate. Its secrets are in closures, so that code that prints settings cannot show them. */
export interface SaslMechanism {
  /** Kafka's name, such as `SCRAM-SHA-512`. */
  readonly name: string;
  /** Begins one authentication. @param broker `host:port`, for errors */
  begin(broker: string): SaslExchange;
}

/** One authentication, from the client's first token to the broker's last. */
export interface SaslExchange {
  /** Makes the first token. @throws {AuthenticationError} */
  first(): Buffer | Promise<Buffer>;
  /** Makes the answer to the broker's token; null: the exchange is complete. @throws {AuthenticationError} */
  next(challenge: Buffer): Buffer | null;
  /** Explains a failure, with advice. @param said the broker's words */
  explain(said: string): string;
}

/** Advice for a refused user. Brokers do not tell which is wrong, the name or the password. */
export function passwordAdvice(username: string, said: string): string {
  return (
    `the broker says "${said}"; look at "sasl.username" (it is "${username}") and "sasl.password"; ` +
    `the broker may not know the user, or may hold no credentials of that user for this mechanism`
  );
}
