// Generated from schema/RequestHeader.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { VersionedMessage } from "../api.ts";

/** RequestHeader, versions 1-2. */
export interface RequestHeader {
  /** Number of the API. */
  requestApiKey: number;
  /** Version of the API. */
  requestApiVersion: number;
  /** Number that the client gave to the request; the response repeats it. */
  correlationId: number;
  /** Name of the client in logs and quotas (`client.id`). */
  clientId: string | null;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link RequestHeader} for writing. */
export type RequestHeaderInput = Readonly<RequestHeader>;

/**
 * Header of a request.
 * 2: flexible, but for the client id.
 */
export const requestHeader: VersionedMessage<RequestHeader, RequestHeaderInput> = {
  name: "RequestHeader",
  minVersion: 1,
  maxVersion: 2,
  flexibleFrom: 2,
  read: readRequestHeader,
  write: writeRequestHeader,
};

function readRequestHeader(from: Reader, version: number): RequestHeader {
  const flexible = version >= 2;
  const requestApiKey = from.int16();
  const requestApiVersion = from.int16();
  const correlationId = from.int32();
  const clientId = from.nullableString(false);
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { requestApiKey, requestApiVersion, correlationId, clientId, unknownTaggedFields };
}

function writeRequestHeader(to: Writer, message: RequestHeaderInput, version: number): void {
  const flexible = version >= 2;
  to.int16(message.requestApiKey);
  to.int16(message.requestApiVersion);
  to.int32(message.correlationId);
  to.nullableString(message.clientId, false);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
