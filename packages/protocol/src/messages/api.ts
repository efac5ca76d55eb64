import type { Reader } from "../bytes/reader.ts";
import type { Writer } from "../bytes/writer.ts";

/**
 * One Kafka API: a request, its response, and the versions that we speak. Message objects are plain data; int64 fields
 * are `bigint`, since they are the wire's edge; `records` are views into the received buffer.
 *
 * What is read has every field of every version, a field that the version lacks with the default of Kafka's definition. What is
 * written is the `…Input` type: there a field may be left out that has a default or that some version lacks. Fields that the
 * version lacks are not written, whatever they hold, so one object serves all versions.
 */
export interface Api<Request, Response, RequestInput = Request, ResponseInput = Response> {
  readonly key: number;
  /** Kafka's name, such as `OffsetCommit`. */
  readonly name: string;
  readonly minVersion: number;
  readonly maxVersion: number;
  /** The first version with compact lengths and tagged fields; Infinity: none. */
  readonly flexibleFrom: number;
  readonly request: Message<Request, RequestInput>;
  readonly response: Message<Response, ResponseInput>;
}

/** Reads and writes one message body. */
export interface Message<T, Input = T> {
  /** @throws {MalformedMessageError} when the bytes are cut, or a length or count cannot be */
  read(from: Reader, version: number): T;
  /** @throws {UnwritableValueError} when a field cannot be null in this version, or its text is too long */
  write(to: Writer, message: Input, version: number): void;
}

/** A message that is no API: a header, or what the consumer protocol puts into byte fields of others. */
export interface VersionedMessage<T, Input = T> extends Message<T, Input> {
  readonly name: string;
  readonly minVersion: number;
  readonly maxVersion: number;
  /** The first version with compact lengths and tagged fields; Infinity: none. */
  readonly flexibleFrom: number;
}

export type AnyApi = Api<any, any, any, any>;
