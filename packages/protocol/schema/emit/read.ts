import type { Field, Struct, Table } from "../table.ts";
import {
  compact,
  compactness,
  defaultValue,
  hasLength,
  hasTags,
  isNullableInSome,
  local,
  methodSuffix,
  needsFlexible,
  needsVersion,
  versionCondition,
} from "./expressions.ts";

/** The function that reads a struct: a statement per field, then one object literal, so that all objects have one shape. */
export function readFunction(table: Table, struct: Struct): string {
  const statements: string[] = [];
  if (needsFlexible(table, struct)) statements.push(`const flexible = version >= ${table.flexibleFrom};`);
  for (const field of struct.fields) if (field.tag === undefined) statements.push(...readField(table, struct, field));
  if (hasTags(table, struct)) statements.push(...readTags(table, struct));
  const names = struct.fields.map((field) => (local(field) === field.name ? field.name : `${field.name}: ${local(field)}`));
  if (hasTags(table, struct)) names.push("unknownTaggedFields");
  const reader = struct.fields.length === 0 && !hasTags(table, struct) ? "_from" : "from";
  const parameters = `${reader}: Reader${needsVersion(table, struct) ? ", version: number" : ""}`;
  return `function read${struct.name}(${parameters}): ${struct.name} {
${statements.join("\n")}
return { ${names.join(", ")} };
}
`;
}

function readField(table: Table, struct: Struct, field: Field): string[] {
  const name = local(field);
  const condition = versionCondition(field.versions, struct.versions);
  const absent = (otherwise: string, value: string): string =>
    condition === "" ? value : `${condition} ? ${value} : ${otherwise}`;
  if (!field.isArray) {
    const value = isNullableInSome(field)
      ? choice(field, readValue(table, field, true), readValue(table, field, false))
      : undefined;
    return [`const ${name} = ${absent(defaultValue(field), value ?? readValue(table, field, field.nullable !== undefined))};`];
  }
  if (isPlainArray(field)) {
    return [`const ${name} = ${absent("[]", `from.${field.type}Array(${compact(table, field)})`)};`];
  }
  const { declarations, count, loop } = readArray(table, field);
  return [`const ${name}Count = ${absent(field.defaultText === "null" ? "-1" : "0", count)};`, ...declarations, loop];
}

function readArray(table: Table, field: Field): { declarations: string[]; count: string; loop: string } {
  const name = local(field);
  const flag = compact(table, field);
  const count = isNullableInSome(field)
    ? choice(field, `from.nullableArrayLength(${flag})`, `from.arrayLength(${flag})`)
    : `from.${field.nullable === undefined ? "arrayLength" : "nullableArrayLength"}(${flag})`;
  const element = elementTypeText(field);
  const declaration =
    field.nullable === undefined
      ? `const ${name}: ${element}[] = [];`
      : `const ${name}: ${element}[] | null = ${name}Count < 0 ? null : [];`;
  const loop = `for (let i = 0; i < ${name}Count; i += 1) ${name}${field.nullable === undefined ? "" : "!"}.push(${readElement(table, field)});`;
  return { declarations: [declaration], count, loop };
}

function readTags(table: Table, struct: Struct): string[] {
  const tagged = struct.fields.filter((field) => field.tag !== undefined);
  const flexible = compactness(table, struct.versions);
  if (tagged.length === 0) {
    const read = "from.unknownTaggedFields()";
    return [`const unknownTaggedFields = ${flexible === "true" ? read : `${flexible} ? ${read} : undefined`};`];
  }
  const declarations = tagged.map((field) => `let ${local(field)}: ${struct.name}["${field.name}"] = ${defaultValue(field)};`);
  const cases = tagged.map((field) => {
    const condition = versionCondition(field.versions, {
      first: Math.max(struct.versions.first, table.flexibleFrom),
      last: struct.versions.last,
    });
    const invalid =
      condition === ""
        ? ""
        : `if (!(${condition})) throw from.malformed("tag ${field.tag} is not valid in version " + version);\n`;
    return `case ${field.tag}: {
${invalid}const end = from.taggedFieldEnd();
${readTaggedValue(table, field)}
from.expectPosition(end);
break;
}`;
  });
  const loop = `for (let left = from.unsignedVarint(); left > 0; left -= 1) {
const tag = from.unsignedVarint();
switch (tag) {
${cases.join("\n")}
default: unknownTaggedFields = from.unknownTaggedField(unknownTaggedFields, tag);
}
}`;
  return [
    ...declarations,
    "let unknownTaggedFields: UnknownTaggedField[] | undefined;",
    flexible === "true" ? loop : `if (${flexible}) {\n${loop}\n}`,
  ];
}

function readTaggedValue(table: Table, field: Field): string {
  const name = local(field);
  if (!field.isArray) return `${name} = ${readValue(table, field, field.nullable !== undefined)};`;
  if (isPlainArray(field)) return `${name} = from.${field.type}Array(true);`;
  const { count } = readArray(table, field);
  const list = `const list: ${elementTypeText(field)}[] = [];`;
  const loop = `for (let i = 0; i < count; i += 1) list.push(${readElement(table, field)});`;
  return `const count = ${count};\n${list}\n${loop}\n${name} = ${field.nullable === undefined ? "list" : "count < 0 ? null : list"};`;
}

/** Arrays for which the reader has a method. */
function isPlainArray(field: Field): boolean {
  return field.nullable === undefined && (field.type === "int32" || field.type === "string");
}

function choice(field: Field, nullable: string, other: string): string {
  return `(${versionCondition(field.nullable!, field.versions)} ? ${nullable} : ${other})`;
}

function elementTypeText(field: Field): string {
  if (field.struct !== undefined) return field.type;
  const types: Record<string, string> = { bool: "boolean", int64: "bigint", string: "string", uuid: "string", bytes: "Buffer" };
  return types[field.type] ?? "number";
}

/** A single value; of an array field, an element. */
function readValue(table: Table, field: Field, nullable: boolean): string {
  if (field.struct !== undefined) {
    const read = `read${field.type}(from${needsVersion(table, field.struct) ? ", version" : ""})`;
    return nullable && !field.isArray ? `(from.isPresent() ? ${read} : null)` : read;
  }
  const type = field.type === "records" ? "bytes" : field.type;
  const method = nullable && !field.isArray ? `nullable${methodSuffix(type)}` : type;
  const lengthed = hasLength({ ...field, isArray: false });
  return `from.${method}(${lengthed ? compact(table, field) : ""})`;
}

function readElement(table: Table, field: Field): string {
  return readValue(table, field, false);
}
