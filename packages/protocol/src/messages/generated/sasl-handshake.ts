// Generated from schema/SaslHandshake.api by schema/generate.ts. Change the table, then run it again.
import type { Reader } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** SaslHandshakeRequest (key 17), versions 0-1. */
export interface SaslHandshakeRequest {
  /** Name of the SASL mechanism, such as `SCRAM-SHA-512`. */
  mechanism: string;
}

/** Form of {@link SaslHandshakeRequest} for writing. */
export type SaslHandshakeRequestInput = Readonly<SaslHandshakeRequest>;

/** SaslHandshakeResponse (key 17), versions 0-1. */
export interface SaslHandshakeResponse {
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** SASL mechanisms of the listener. */
  mechanisms: string[];
}

/**
 * Form of {@link SaslHandshakeResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface SaslHandshakeResponseInput {
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** SASL mechanisms of the listener. */
  readonly mechanisms: readonly string[];
}

/**
 * Chooses the SASL mechanism of a connection.
 * 1: the exchange goes on in SaslAuthenticate (KIP-152).
 */
export const saslHandshake: Api<
  SaslHandshakeRequest,
  SaslHandshakeResponse,
  SaslHandshakeRequestInput,
  SaslHandshakeResponseInput
> = {
  key: 17,
  name: "SaslHandshake",
  minVersion: 0,
  maxVersion: 1,
  flexibleFrom: Infinity,
  request: { read: readSaslHandshakeRequest, write: writeSaslHandshakeRequest },
  response: { read: readSaslHandshakeResponse, write: writeSaslHandshakeResponse },
};

function readSaslHandshakeRequest(from: Reader): SaslHandshakeRequest {
  const mechanism = from.string(false);
  return { mechanism };
}

function writeSaslHandshakeRequest(to: Writer, message: SaslHandshakeRequestInput): void {
  to.string(message.mechanism, false);
}

function readSaslHandshakeResponse(from: Reader): SaslHandshakeResponse {
  const errorCode = from.int16();
  const mechanisms = from.stringArray(false);
  return { errorCode, mechanisms };
}

function writeSaslHandshakeResponse(to: Writer, message: SaslHandshakeResponseInput): void {
  to.int16(message.errorCode);
  to.stringArray(message.mechanisms, false);
}
