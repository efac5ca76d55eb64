// Generated from schema/SaslHandshake.api by schema/generate.ts. Change the table, then run it again.
import type { Reader } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** SaslHandshakeRequest (key 17), versions 0-1. */
export interface SaslHandshakeRequest {
  mechanism: string;
}

export type SaslHandshakeRequestInput = Readonly<SaslHandshakeRequest>;

/** SaslHandshakeResponse (key 17), versions 0-1. */
export interface SaslHandshakeResponse {
  errorCode: number;
  mechanisms: string[];
}

export interface SaslHandshakeResponseInput {
  readonly errorCode: number;
  readonly mechanisms: readonly string[];
}

/**
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
