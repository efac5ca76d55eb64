import type { Reader } from "../bytes/reader.ts";
import type { Writer } from "../bytes/writer.ts";

/**
 * One Kafka API: a request, its response, and the versions that we speak. Message objects are plain data. Fields of type int64
 * are `bigint`; `records` are views into the received buffer.
 *
 * A message that was read has every field of every version; a field that its version lacks has the default of Kafka's definition.
 * A message to be written is of the `…Input` type: fields that have a default, or that some version lacks, may be left out.
 * A field that the version lacks is never written, so one object serves all versions.
 */
export interface Api<Request, Response, RequestInput = Request, ResponseInput = Response> {
  /** Number of the API in request headers (`apiKey`). */
  readonly key: number;
  /** Kafka's name, such as `OffsetCommit`. */
  readonly name: string;
  /** Lowest version that we speak, inclusive. */
  readonly minVersion: number;
  /** Highest version that we speak, inclusive. A connection uses the highest that the broker speaks too. */
  readonly maxVersion: number;
  /** First version with compact lengths and tagged fields (KIP-482). Infinity: none. */
  readonly flexibleFrom: number;
  /** Codec of the request body, without the header. */
  readonly request: Message<Request, RequestInput>;
  /** Codec of the response body, without the header. */
  readonly response: Message<Response, ResponseInput>;
}

/** Reads and writes one message body. */
export interface Message<T, Input = T> {
  /**
   * Reads a message body and leaves `from` behind it.
   *
   * @throws {MalformedMessageError} when the bytes end too early or break the format
   */
  read(from: Reader, version: number): T;
  /**
   * Writes a message body.
   *
   * @throws {UnwritableValueError} when a field cannot be null in this version, or its text is too long
   */
  write(to: Writer, message: Input, version: number): void;
}

/** A message that is no API: a header, or a message of the consumer protocol, which travels in byte fields of other messages. */
export interface VersionedMessage<T, Input = T> extends Message<T, Input> {
  /** Kafka's name, such as `ConsumerProtocolSubscription`. */
  readonly name: string;
  /** Lowest version that we speak, inclusive. */
  readonly minVersion: number;
  /** Highest version that we speak, inclusive. */
  readonly maxVersion: number;
  /** First version with compact lengths and tagged fields (KIP-482). Infinity: none. */
  readonly flexibleFrom: number;
}

/** Any API, for code that looks only at key, name and versions. The types of its messages are lost. */
export type AnyApi = Api<any, any, any, any>;
