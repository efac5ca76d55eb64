/** A way to authenticate, with its secrets: those are in closures, so that nothing that prints settings can show them. */
export interface SaslMechanism {
  /** Kafka's name, such as `SCRAM-SHA-512`. */
  readonly name: string;
  /** Begins one authentication. @param broker `host:port`, for errors */
  begin(broker: string): SaslExchange;
}

/** One authentication, from the client's first token to the broker's last. */
export interface SaslExchange {
  /** The first token. @throws {AuthenticationError} */
  first(): Buffer | Promise<Buffer>;
  /** The answer to the broker's token; null: nothing is to be said any more. @throws {AuthenticationError} */
  next(challenge: Buffer): Buffer | null;
  /** Why it failed, and what to look at. @param said the broker's words */
  explain(said: string): string;
}

/** What to look at when a broker refuses a user; brokers do not tell which of the two is wrong. */
export function passwordAdvice(username: string, said: string): string {
  return (
    `the broker says "${said}"; look at "sasl.username" (it is "${username}") and "sasl.password"; ` +
    `the broker may not know the user, or may hold no credentials of that user for this mechanism`
  );
}
