import { readTables } from "../schema/tables.ts";
import type { Struct, Table } from "../schema/table.ts";
import {
  Reader,
  Writer,
  apiByKey,
  apis,
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  decodeAssignment,
  decodeRequestHeader,
  decodeResponseHeader,
  decodeSubscription,
  encodeAssignment,
  encodeRequest,
  encodeResponse,
  encodeSubscription,
  errorByCode,
  errorCodes,
  type Message,
  requestHeader,
  requestHeaderVersion,
  responseHeader,
  responseHeaderVersion,
} from "../src/index.ts";
import { firstDifference } from "./difference.ts";
import { type JsonObject, messageFromJson, messageToJson } from "./vector-json.ts";

/** A line of `messages/*.jsonl`. */
export interface MessageVector {
  readonly api: string;
  readonly key: number | null;
  readonly kind: "request" | "response" | "header" | "data";
  readonly version: number;
  readonly headerVersion: number;
  readonly flexible?: boolean;
  readonly case?: string;
  readonly json: JsonObject;
  readonly hex: string;
}

/** A line of `messages/frames.jsonl`: a whole frame, with length and header. */
export interface FrameVector extends MessageVector {
  readonly header: JsonObject;
}

const tables: ReadonlyMap<string, Table> = new Map(readTables().map((table) => [table.name, table]));

const standalone: ReadonlyMap<string, Message<any>> = new Map<string, Message<any>>(
  [requestHeader, responseHeader, consumerProtocolSubscription, consumerProtocolAssignment].map((message) => [
    message.name,
    message,
  ]),
);

/** Whether vectors of this name can be verified; else they are pending. */
export function isBuilt(api: string): boolean {
  return tables.has(api);
}

/** Names of the known tagged fields in an API's messages. */
export function taggedFieldNames(api: string): ReadonlySet<string> {
  const structs = tables.get(api)?.structs ?? [];
  return new Set(
    structs.flatMap((struct) => struct.fields.filter((field) => field.tag !== undefined).map((field) => field.name)),
  );
}

/** What the vector's message is called in tables: an API's name and kind, or just the name. */
function structOf(table: Table, kind: MessageVector["kind"]): Struct {
  const struct = table.messages[kind === "response" ? 1 : 0];
  return struct!;
}

function codecOf(vector: MessageVector): Message<any> {
  if (vector.kind === "header" || vector.kind === "data") return standalone.get(vector.api)!;
  const api = apis.find((each) => each.name === vector.api)!;
  return vector.kind === "request" ? api.request : api.response;
}

/** Compares both directions of a message body with the vector; null: they agree. */
export function verifyMessage(vector: MessageVector): string | null {
  const table = tables.get(vector.api)!;
  const struct = structOf(table, vector.kind);
  const codec = codecOf(vector);
  const at = { table, version: vector.version };
  return (
    verifyFacts(vector, table) ??
    attempt("writing", () => {
      const to = new Writer();
      codec.write(to, messageFromJson(at, struct, vector.json), vector.version);
      return differentHex(vector.hex, to.toBuffer());
    }) ??
    attempt("reading", () => {
      const from = new Reader(Buffer.from(vector.hex, "hex"));
      const message = codec.read(from, vector.version);
      from.expectEnd();
      const to = new Writer();
      codec.write(to, message, vector.version);
      const json = messageToJson(at, struct, message);
      return firstDifference(vector.json, json, "json") ?? differentHex(vector.hex, to.toBuffer());
    })
  );
}

/** Key, flexibility and header version of the vector against the registry. */
function verifyFacts(vector: MessageVector, table: Table): string | null {
  if (vector.version < table.versions.first || vector.version > table.versions.last)
    return `there is no version ${vector.version}`;
  const facts: JsonObject = { key: vector.key, headerVersion: vector.headerVersion, flexible: vector.flexible };
  const ours: JsonObject = {
    key: table.key ?? null,
    headerVersion: vector.version,
    flexible: vector.version >= table.flexibleFrom,
  };
  if (table.key !== undefined) {
    const api = apiByKey(table.key)!;
    const headerVersion = vector.kind === "request" ? requestHeaderVersion : responseHeaderVersion;
    ours["headerVersion"] = headerVersion(api, vector.version);
  }
  if (vector.flexible === undefined) delete ours["flexible"];
  return firstDifference(facts, ours, "facts");
}

/** Compares both directions of a whole frame with the vector; null: they agree. */
export function verifyFrame(vector: FrameVector): string | null {
  const table = tables.get(vector.api)!;
  const api = apis.find((each) => each.name === vector.api)!;
  const struct = structOf(table, vector.kind);
  const at = { table, version: vector.version };
  const isRequest = vector.kind === "request";
  return (
    verifyFacts(vector, table) ??
    attempt("writing", () => {
      const body = messageFromJson(at, struct, vector.json);
      const { correlationId, clientId } = vector.header as { correlationId: number; clientId: string | null };
      const frame = isRequest
        ? encodeRequest(api, vector.version, { correlationId, clientId }, body)
        : encodeResponse(api, vector.version, correlationId, body);
      return differentHex(vector.hex, Buffer.concat(frame));
    }) ??
    attempt("reading", () => {
      const from = new Reader(Buffer.from(vector.hex, "hex"));
      const length = from.int32();
      if (length !== from.remaining) return `the frame's length is ${length}, not ${from.remaining}`;
      const { unknownTaggedFields: _, ...header } = isRequest
        ? decodeRequestHeader(from)
        : { correlationId: decodeResponseHeader(from, api, vector.version), unknownTaggedFields: undefined };
      const codec = isRequest ? api.request : api.response;
      const body = messageToJson(at, struct, codec.read(from, vector.version));
      from.expectEnd();
      return firstDifference(vector.header, header, "header") ?? firstDifference(vector.json, body, "json");
    })
  );
}

/** A case of `consumerSubscription` or `consumerAssignment` of `embedded.json`: input as given, JSON as written, hex with version. */
export interface ConsumerProtocolVector {
  readonly version: number;
  readonly readOnly?: boolean;
  readonly topics?: readonly string[];
  readonly userData: string | null;
  readonly ownedPartitions?: readonly (readonly [string, number])[];
  readonly partitions?: readonly (readonly [string, number])[];
  readonly generationId?: number;
  readonly rackId?: string | null;
  readonly json?: JsonObject;
  readonly hex: string;
}

export function verifySubscription(vector: ConsumerProtocolVector): string | null {
  const userData = vector.userData === null ? null : Buffer.from(vector.userData, "hex");
  const ownedPartitions = byTopic(vector.ownedPartitions!);
  const input = { topics: vector.topics!, userData, ownedPartitions, generationId: vector.generationId!, rackId: vector.rackId! };
  const table = tables.get("ConsumerProtocolSubscription")!;
  return (
    attempt("reading", () => {
      const read = decodeSubscription(Buffer.from(vector.hex, "hex"));
      if (vector.json === undefined)
        return differentFields(
          { ...input, userData: vector.userData },
          { ...read, userData: read.userData?.toString("hex") ?? null },
        );
      return firstDifference(
        vector.json,
        messageToJson({ table, version: vector.version }, table.messages[0]!, { ...read }),
        "json",
      );
    }) ??
    (vector.readOnly === true
      ? null
      : attempt("writing", () => differentHex(vector.hex, encodeSubscription(input, vector.version))))
  );
}

export function verifyAssignment(vector: ConsumerProtocolVector): string | null {
  const userData = vector.userData === null ? null : Buffer.from(vector.userData, "hex");
  const table = tables.get("ConsumerProtocolAssignment")!;
  return (
    attempt("reading", () => {
      const read = decodeAssignment(Buffer.from(vector.hex, "hex"));
      return firstDifference(
        vector.json,
        messageToJson({ table, version: vector.version }, table.messages[0]!, { ...read }),
        "json",
      );
    }) ??
    attempt("writing", () => {
      const assignedPartitions = byTopic(vector.partitions!);
      return differentHex(vector.hex, encodeAssignment({ assignedPartitions, userData }, vector.version));
    })
  );
}

function differentFields(expected: JsonObject, actual: JsonObject): string | null {
  return firstDifference(expected, actual, "fields");
}

function byTopic(partitions: readonly (readonly [string, number])[]): { topic: string; partitions: number[] }[] {
  const topics = new Map<string, number[]>();
  for (const [topic, partition] of partitions) {
    const known = topics.get(topic);
    if (known === undefined) topics.set(topic, [partition]);
    else known.push(partition);
  }
  return [...topics].map(([topic, each]) => ({ topic, partitions: each }));
}

/** An entry of `errors.json`. */
export interface ErrorVector {
  readonly code: number;
  readonly name: string;
  readonly retriable: boolean;
  readonly refreshesMetadata: boolean;
}

export function verifyError({ code, name, retriable, refreshesMetadata }: ErrorVector): string | null {
  const known = errorCodes.find((error) => error.code === code);
  return firstDifference(
    { code, name, retriable, refreshesMetadata },
    known === undefined ? undefined : errorByCode(code),
    "error",
  );
}

function differentHex(expected: string, actual: Buffer): string | null {
  const bytes = Buffer.from(expected, "hex");
  if (bytes.equals(actual)) return null;
  let at = 0;
  while (at < bytes.length && bytes[at] === actual[at]) at += 1;
  const part = (buffer: Buffer): string => buffer.subarray(at, at + 8).toString("hex") || "the end";
  return `byte ${at} of ${bytes.length}: ${part(actual)} instead of ${part(bytes)}`;
}

function attempt(action: string, verify: () => string | null): string | null {
  try {
    const difference = verify();
    return difference === null ? null : `${action}: ${difference}`;
  } catch (error) {
    return `${action}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  }
}
