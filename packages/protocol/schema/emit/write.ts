import type { Field, Struct, Table } from "../table.ts";
import {
  compact,
  compactness,
  defaultValue,
  hasLength,
  hasTags,
  isNullableInSome,
  isOptional,
  local,
  methodSuffix,
  needsFlexible,
  needsVersion,
  versionCondition,
} from "./expressions.ts";

/** The function that writes a struct, field after field. */
export function writeFunction(table: Table, struct: Struct): string {
  const statements: string[] = [];
  if (needsFlexible(table, struct)) statements.push(`const flexible = version >= ${table.flexibleFrom};`);
  for (const field of struct.fields) if (field.tag === undefined) statements.push(writeField(table, struct, field));
  if (hasTags(table, struct)) statements.push(...writeTags(table, struct));
  const empty = struct.fields.length === 0 && !hasTags(table, struct);
  const version = needsVersion(table, struct) ? ", version: number" : "";
  return `function write${struct.name}(${empty ? "_to" : "to"}: Writer, ${empty ? "_message" : "message"}: ${struct.name}Input${version}): void {
${statements.join("\n")}
}
`;
}

function writeField(table: Table, struct: Struct, field: Field): string {
  const condition = versionCondition(field.versions, struct.versions);
  const statements = writeStatements(table, struct, field);
  if (condition === "") return statements.join("\n");
  return `if (${condition}) ${statements.length === 1 ? statements[0]! : `{\n${statements.join("\n")}\n}`}`;
}

/** What the message holds, or the default where the field was left out. */
function given(field: Field, struct: Struct): string {
  const value = `message.${field.name}`;
  if (!isOptional(field, struct)) return value;
  const otherwise = defaultValue(field);
  return field.nullable === undefined || otherwise === "null"
    ? `${value} ?? ${otherwise}`
    : `${value} === undefined ? ${otherwise} : ${value}`;
}

function writeStatements(table: Table, struct: Struct, field: Field): string[] {
  const name = local(field);
  const value = given(field, struct);
  const flag = compact(table, field);
  if (isNullableInSome(field)) {
    const where = versionCondition(field.nullable!, field.versions);
    const checked = `notNull(${name}, "${struct.name}.${field.name}")`;
    if (field.isArray) {
      return [
        `const ${name} = ${value};`,
        `if (${name} === null && ${where}) to.nullArray(${flag});\nelse ${writeList(table, field, checked)}`,
      ];
    }
    return [
      `const ${name} = ${value};`,
      `if (${where}) ${writeSingle(table, field, name, true)}\nelse ${writeSingle(table, field, checked, false)}`,
    ];
  }
  if (!field.isArray && (field.struct === undefined || field.nullable === undefined)) {
    return [writeSingle(table, field, value, field.nullable !== undefined)];
  }
  if (field.struct !== undefined && !field.isArray) {
    return [`const ${name} = ${value};`, writeSingle(table, field, name, true)];
  }
  if (isPlainArray(field)) return [`to.${field.type}Array(${value}, ${flag});`];
  const declaration = `const ${name} = ${value};`;
  if (field.nullable === undefined)
    return [declaration, `to.arrayLength(${name}.length, ${flag});`, writeElements(table, field, name)];
  return [declaration, `if (${name} === null) to.nullArray(${flag});\nelse ${writeList(table, field, name)}`];
}

/** A block that writes count and elements of an array that is not null. */
function writeList(table: Table, field: Field, value: string): string {
  const plain = value === local(field);
  const list = plain ? value : "list";
  const declaration = plain ? "" : `const list = ${value};\n`;
  return `{\n${declaration}to.arrayLength(${list}.length, ${compact(table, field)});\n${writeElements(table, field, list)}\n}`;
}

function writeElements(table: Table, field: Field, list: string): string {
  return `for (const element of ${list}) ${writeSingle(table, field, "element", false)}`;
}

function writeSingle(table: Table, field: Field, value: string, nullable: boolean): string {
  if (field.struct !== undefined) {
    const write = `write${field.type}(to, ${value}${needsVersion(table, field.struct) ? ", version" : ""});`;
    return nullable ? `if (to.isPresent(${value})) ${write}` : write;
  }
  const method = nullable ? `nullable${methodSuffix(field.type)}` : field.type;
  return `to.${method}(${value}${hasLength({ ...field, isArray: false }) ? `, ${compact(table, field)}` : ""});`;
}

function isPlainArray(field: Field): boolean {
  return field.nullable === undefined && (field.type === "int32" || field.type === "string");
}

function writeTags(table: Table, struct: Struct): string[] {
  const tagged = struct.fields.filter((field) => field.tag !== undefined).sort((a, b) => a.tag! - b.tag!);
  const flexible = compactness(table, struct.versions);
  const statements =
    tagged.length === 0 ? ["to.unknownTaggedFields(message.unknownTaggedFields);"] : writeKnownTags(table, struct, tagged);
  if (flexible === "true") return statements;
  return [`if (${flexible}) ${statements.length === 1 ? statements[0]! : `{\n${statements.join("\n")}\n}`}`];
}

function writeKnownTags(table: Table, struct: Struct, tagged: readonly Field[]): string[] {
  const context = { first: Math.max(struct.versions.first, table.flexibleFrom), last: struct.versions.last };
  const declarations: string[] = [];
  const writes: string[] = [];
  let tagMin = 0;
  for (const field of tagged) {
    const name = local(field);
    const has = `has${methodSuffix(field.name)}`;
    const condition = versionCondition(field.versions, context);
    const differs = differsFromDefault(field, name);
    declarations.push(
      `const ${name} = ${field.struct !== undefined && !field.isArray ? `message.${field.name}` : given(field, struct)};`,
    );
    declarations.push(`const ${has} = ${condition === "" ? differs : `${condition} && ${differs}`};`);
    if (field.tag! > tagMin) writes.push(`to.unknownTaggedFieldsBetween(unknown, ${tagMin}, ${field.tag});`);
    writes.push(`if (${has}) {
const at = to.beginTaggedField(${field.tag});
${writeTaggedValue(table, field, name)}
to.endTaggedField(at);
}`);
    tagMin = field.tag! + 1;
  }
  const count = tagged.map((field) => `(has${methodSuffix(field.name)} ? 1 : 0)`).join(" + ");
  return [
    "const unknown = message.unknownTaggedFields;",
    ...declarations,
    `to.unsignedVarint((unknown === undefined ? 0 : unknown.length) + ${count});`,
    ...writes,
    `to.unknownTaggedFieldsBetween(unknown, ${tagMin}, Infinity);`,
  ];
}

function writeTaggedValue(table: Table, field: Field, name: string): string {
  if (!field.isArray) return writeSingle(table, field, name, field.nullable !== undefined);
  if (field.nullable === undefined) return `to.arrayLength(${name}.length, true);\n${writeElements(table, field, name)}`;
  return `if (${name} === null) to.nullArray(true);\nelse ${writeList(table, field, name)}`;
}

/** Kafka leaves out a tagged field that equals its default. */
function differsFromDefault(field: Field, name: string): string {
  if (field.struct !== undefined && !field.isArray) {
    if (field.nullable !== undefined) return `${name} !== undefined && ${name} !== null`;
    return `${name} !== undefined && !isDefault${field.type}(${name})`;
  }
  if (field.defaultText === "null") return `${name} !== null`;
  if (field.isArray || field.type === "bytes")
    return field.nullable === undefined ? `${name}.length > 0` : `(${name} === null || ${name}.length > 0)`;
  return `${name} !== ${defaultValue(field)}`;
}
