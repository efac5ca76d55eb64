// Generated from schema/ResponseHeader.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { VersionedMessage } from "../api.ts";

/** ResponseHeader, versions 0-1. */
export interface ResponseHeader {
  /** Number that the client gave to the request; the response repeats it. */
  correlationId: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** Form of {@link ResponseHeader} for writing. */
export type ResponseHeaderInput = Readonly<ResponseHeader>;

/**
 * Header of a response.
 * 1: flexible.
 */
export const responseHeader: VersionedMessage<ResponseHeader, ResponseHeaderInput> = {
  name: "ResponseHeader",
  minVersion: 0,
  maxVersion: 1,
  flexibleFrom: 1,
  read: readResponseHeader,
  write: writeResponseHeader,
};

function readResponseHeader(from: Reader, version: number): ResponseHeader {
  const flexible = version >= 1;
  const correlationId = from.int32();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { correlationId, unknownTaggedFields };
}

function writeResponseHeader(to: Writer, message: ResponseHeaderInput, version: number): void {
  const flexible = version >= 1;
  to.int32(message.correlationId);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
