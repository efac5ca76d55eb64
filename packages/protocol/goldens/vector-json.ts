import { zeroUuid } from "../src/index.ts";
import type { Field, Struct, Table } from "../schema/table.ts";

/**
 * Message objects from and to the JSON of the vectors: int64 as text, bytes as base64, only the fields of the version, tagged
 * fields only where they differ from their default, unknown tagged fields as `_unknownTaggedFields`. It goes by the field tables,
 * at run time, and shares no code with what is generated from them.
 */
export type JsonObject = Record<string, unknown>;

type Version = { readonly table: Table; readonly version: number };

/** The message that a vector describes. Fields that the version lacks are left out. */
export function messageFromJson(at: Version, struct: Struct, json: JsonObject): JsonObject {
  const message: JsonObject = {};
  for (const field of struct.fields) {
    const value = json[field.name];
    if (value !== undefined)
      message[field.name] = field.isArray ? arrayFromJson(at, field, value) : valueFromJson(at, field, value);
  }
  const unknown = json["_unknownTaggedFields"] as { tag: number; hex: string }[] | undefined;
  if (unknown !== undefined) {
    message["unknownTaggedFields"] = unknown.map(({ tag, hex }) => ({ tag, bytes: Buffer.from(hex, "hex") }));
  }
  return message;
}

function arrayFromJson(at: Version, field: Field, value: unknown): unknown {
  return value === null ? null : (value as unknown[]).map((element) => valueFromJson(at, field, element));
}

function valueFromJson(at: Version, field: Field, value: unknown): unknown {
  if (value === null) return null;
  if (field.struct !== undefined) return messageFromJson(at, field.struct, value as JsonObject);
  if (field.type === "int64") return BigInt(value as string);
  return isBytes(field) ? Buffer.from(value as string, "base64") : value;
}

/**
 * The JSON that a vector would have for this message.
 *
 * @throws {FieldOutsideVersionError} when a field that the version lacks is not at its default
 */
export function messageToJson(at: Version, struct: Struct, message: JsonObject): JsonObject {
  const json: JsonObject = {};
  for (const field of struct.fields) {
    const value = message[field.name];
    const inVersion = at.version >= field.versions.first && at.version <= field.versions.last;
    const isTagged = field.tag !== undefined;
    const isDefault = (!inVersion || isTagged) && equalsDefault(field, value);
    if (!inVersion && !isDefault) throw new FieldOutsideVersionError(`${struct.name}.${field.name}`, at.version);
    if (!inVersion || (isTagged && isDefault)) continue;
    json[field.name] =
      field.isArray && value !== null ? (value as unknown[]).map((each) => toJson(at, field, each)) : toJson(at, field, value);
  }
  const unknown = message["unknownTaggedFields"] as { tag: number; bytes: Buffer }[] | undefined;
  if (unknown !== undefined)
    json["_unknownTaggedFields"] = unknown.map(({ tag, bytes }) => ({ tag, hex: bytes.toString("hex") }));
  return json;
}

function toJson(at: Version, field: Field, value: unknown): unknown {
  if (value === null) return null;
  if (field.struct !== undefined) return messageToJson(at, field.struct, value as JsonObject);
  if (typeof value === "bigint") return value.toString();
  return isBytes(field) ? (value as Buffer).toString("base64") : value;
}

function isBytes(field: Field): boolean {
  return field.type === "bytes" || field.type === "records";
}

function equalsDefault(field: Field, value: unknown): boolean {
  if (value === undefined) return false;
  if (field.defaultText === "null") return value === null;
  if (field.isArray) return Array.isArray(value) && value.length === 0;
  if (field.struct !== undefined) {
    const message = value as JsonObject;
    return (
      message["unknownTaggedFields"] === undefined &&
      field.struct.fields.every((inner) => equalsDefault(inner, message[inner.name]))
    );
  }
  return isBytes(field) ? value === null || (value as Buffer).length === 0 : value === primitiveDefault(field);
}

function primitiveDefault(field: Field): unknown {
  const text = field.defaultText;
  switch (field.type) {
    case "string":
      return text === undefined ? "" : JSON.parse(text);
    case "uuid":
      return zeroUuid;
    case "bool":
      return text === "true";
    case "int64":
      return BigInt(text ?? "0");
    default:
      return Number(text ?? "0");
  }
}

/** Reading set a field that the version does not have to something else than its default. */
class FieldOutsideVersionError extends Error {
  readonly code = "GOLDENS_FIELD_OUTSIDE_VERSION";

  constructor(field: string, version: number) {
    super(`${field} is not in version ${version}, but reading does not give its default`);
    this.name = new.target.name;
  }
}
