// Generated from schema/SaslAuthenticate.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** SaslAuthenticateRequest (key 36), versions 0-2. */
export interface SaslAuthenticateRequest {
  /** Token of the SASL mechanism. */
  authBytes: Buffer;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link SaslAuthenticateRequest} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface SaslAuthenticateRequestInput {
  /** Token of the SASL mechanism. */
  readonly authBytes: Uint8Array;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** SaslAuthenticateResponse (key 36), versions 0-2. */
export interface SaslAuthenticateResponse {
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Text of the broker about the error; null: none. */
  errorMessage: string | null;
  /** Token of the SASL mechanism. */
  authBytes: Buffer;
  /** Time after which the client must authenticate anew, in milliseconds. 0: no end. Version 1 on. */
  sessionLifetimeMs: bigint;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link SaslAuthenticateResponse} for writing. Fields that have a default, or that some version lacks, may be
 * left out.
 */
export interface SaslAuthenticateResponseInput {
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Text of the broker about the error; null: none. */
  readonly errorMessage: string | null;
  /** Token of the SASL mechanism. */
  readonly authBytes: Uint8Array;
  /** Time after which the client must authenticate anew, in milliseconds. 0: no end. Version 1 on. */
  readonly sessionLifetimeMs?: bigint | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * One token of a SASL exchange, and the broker's (KIP-152).
 * 1: how long the session may last (KIP-368). 2: flexible.
 */
export const saslAuthenticate: Api<
  SaslAuthenticateRequest,
  SaslAuthenticateResponse,
  SaslAuthenticateRequestInput,
  SaslAuthenticateResponseInput
> = {
  key: 36,
  name: "SaslAuthenticate",
  minVersion: 0,
  maxVersion: 2,
  flexibleFrom: 2,
  request: { read: readSaslAuthenticateRequest, write: writeSaslAuthenticateRequest },
  response: { read: readSaslAuthenticateResponse, write: writeSaslAuthenticateResponse },
};

function readSaslAuthenticateRequest(from: Reader, version: number): SaslAuthenticateRequest {
  const flexible = version >= 2;
  const authBytes = from.bytes(flexible);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { authBytes, unknownTaggedFields };
}

function writeSaslAuthenticateRequest(to: Writer, message: SaslAuthenticateRequestInput, version: number): void {
  const flexible = version >= 2;
  to.bytes(message.authBytes, flexible);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readSaslAuthenticateResponse(from: Reader, version: number): SaslAuthenticateResponse {
  const flexible = version >= 2;
  const errorCode = from.int16();
  const errorMessage = from.nullableString(flexible);
  const authBytes = from.bytes(flexible);
  const sessionLifetimeMs = version >= 1 ? from.int64() : 0n;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { errorCode, errorMessage, authBytes, sessionLifetimeMs, unknownTaggedFields };
}

function writeSaslAuthenticateResponse(to: Writer, message: SaslAuthenticateResponseInput, version: number): void {
  const flexible = version >= 2;
  to.int16(message.errorCode);
  to.nullableString(message.errorMessage, flexible);
  to.bytes(message.authBytes, flexible);
  if (version >= 1) to.int64(message.sessionLifetimeMs ?? 0n);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
