import { type Api, ErrorCode, errorByCode, saslAuthenticate, saslHandshake } from "@millrace/protocol";

import { AuthenticationError } from "../errors.ts";
import type { SaslMechanism } from "./mechanism.ts";

/** Part of a connection that an authentication uses. */
export interface SaslConnection {
  /** `host:port` of the broker. */
  readonly address: string;
  /** Tells if the broker speaks an API at all. */
  speaks(api: Api<any, any, any, any>): boolean;
  /** Sends a request ahead of those that wait for the authentication. */
  ask<Response, Input>(api: Api<any, Response, Input, any>, body: Input): Promise<Response>;
}

/** Upper bound of the tokens in one authentication; every mechanism has fewer. */
const tokensMax = 8;

/**
 * Authenticates a connection, for the first time or anew (KIP-43, KIP-152).
 *
 * @returns length of the session in milliseconds (KIP-368); 0: as long as the connection
 * @throws {AuthenticationError} `CLIENT_AUTHENTICATION_FAILED`
 */
export async function authenticate(connection: SaslConnection, mechanism: SaslMechanism): Promise<number> {
  const { address } = connection;
  const exchange = mechanism.begin(address);
  // Get the token first, so that the broker does not wait for it.
  let token: Buffer | null = await exchange.first();
  await agree(connection, mechanism);
  for (let sent = 0; token !== null && sent < tokensMax; sent += 1) {
    const answer = await connection.ask(saslAuthenticate, { authBytes: token });
    if (answer.errorCode !== ErrorCode.NONE) {
      const said = answer.errorMessage ?? errorByCode(answer.errorCode).name;
      throw new AuthenticationError(address, mechanism.name, exchange.explain(said));
    }
    token = exchange.next(answer.authBytes);
    if (token === null) return Number(answer.sessionLifetimeMs);
  }
  throw new AuthenticationError(
    address,
    mechanism.name,
    "the broker does not come to an end; look at who listens at this address",
  );
}

async function agree(connection: SaslConnection, { name }: SaslMechanism): Promise<void> {
  const { address } = connection;
  const noSasl = 'the listener does not authenticate by SASL; leave "sasl" out, or use the port of a listener that does';
  if (!connection.speaks(saslHandshake)) throw new AuthenticationError(address, name, noSasl);
  const { errorCode, mechanisms } = await connection.ask(saslHandshake, { mechanism: name });
  if (errorCode === ErrorCode.NONE) return;
  if (errorCode === ErrorCode.ILLEGAL_SASL_STATE) throw new AuthenticationError(address, name, noSasl);
  const offered = mechanisms.length === 0 ? "no mechanism" : mechanisms.join(", ");
  throw new AuthenticationError(
    address,
    name,
    errorCode === ErrorCode.UNSUPPORTED_SASL_MECHANISM
      ? `the listener offers ${offered}; set "sasl.mechanism" to one of these, or enable ${name} at the broker`
      : `the broker answers ${errorByCode(errorCode).name}; it offers ${offered}`,
  );
}
