import { covers, type Field, type Struct, type Table } from "../table.ts";
import { defaultValue, hasTags, isOptional, structsWithDefault } from "./expressions.ts";

/** The interfaces of a struct: what reading gives, and what writing takes. */
export function structTypes(table: Table, struct: Struct): string {
  const message = table.messages.includes(struct);
  const versions = `${struct.versions.first}-${struct.versions.last}`;
  const about = message
    ? `/** ${struct.name}${table.key === undefined ? "" : ` (key ${table.key})`}, versions ${versions}. */\n`
    : "";
  const tags = hasTags(table, struct) ? "  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;\n" : "";
  const read = struct.fields.map((field) => `${documentation(field, struct)}  ${field.name}: ${type(field, "")};\n`);
  return `${about}export interface ${struct.name} {\n${read.join("")}${tags}}\n\n${inputType(struct, tags)}`;
}

function inputType(struct: Struct, tags: string): string {
  const differs = (field: Field): boolean =>
    isOptional(field, struct) || field.struct !== undefined || field.isArray || isBytes(field);
  if (!struct.fields.some(differs)) return `export type ${struct.name}Input = Readonly<${struct.name}>;\n`;
  const written = struct.fields.map((field) => {
    const name = isOptional(field, struct) ? `${field.name}?` : field.name;
    const undefinable = isOptional(field, struct) ? " | undefined" : "";
    return `  readonly ${name}: ${type(field, "Input")}${undefinable};\n`;
  });
  const readonlyTags = tags === "" ? "" : `  readonly ${tags.trim()}\n`;
  return `export interface ${struct.name}Input {\n${written.join("")}${readonlyTags}}\n`;
}

function documentation(field: Field, struct: Struct): string {
  const facts: string[] = [];
  if (!covers(field.versions, struct.versions)) {
    const { first, last } = field.versions;
    facts.push(
      last === struct.versions.last
        ? `version ${first} on`
        : first === last
          ? `version ${first}`
          : `versions ${first} to ${last}`,
    );
  }
  if (field.tag !== undefined) facts.push(`tag ${field.tag}`);
  const explained = field.note?.startsWith(`${field.defaultText}: `) === true;
  if (field.defaultText !== undefined && field.defaultText !== '""' && !explained) facts.push(`default ${field.defaultText}`);
  const sentence = facts.length === 0 ? "" : `${sentenceCase(facts.join(", "))}. `;
  const text = `${sentence}${field.note === undefined ? "" : `${sentenceCase(field.note)}.`}`.trim();
  return text === "" ? "" : `  /** ${text} */\n`;
}

function sentenceCase(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

function isBytes(field: Field): boolean {
  return field.type === "bytes" || field.type === "records";
}

function type(field: Field, suffix: "" | "Input"): string {
  const element = elementType(field, suffix);
  const whole = field.isArray ? `${suffix === "" ? "" : "readonly "}${element}[]` : element;
  const nullable = field.nullable !== undefined || field.defaultText === "null";
  return nullable && !(field.type === "records" && suffix === "Input") ? `${whole} | null` : whole;
}

function elementType(field: Field, suffix: "" | "Input"): string {
  if (field.struct !== undefined) return field.type + suffix;
  switch (field.type) {
    case "bool":
      return "boolean";
    case "int64":
      return "bigint";
    case "string":
    case "uuid":
      return "string";
    case "bytes":
      return suffix === "" ? "Buffer" : "Uint8Array";
    case "records":
      if (suffix === "") return "Buffer";
      return field.nullable === undefined ? "Exclude<RecordsInput, null>" : "RecordsInput";
    default:
      return "number";
  }
}

/** Functions that make the default of a struct and recognise it, for tagged structs. */
export function structDefaults(table: Table): string {
  return structsWithDefault(table)
    .map((struct) => {
      const names = struct.fields.map((field) => `${field.name}: ${defaultValue(field)}`);
      const tests = struct.fields.map((field) => isDefault(field, struct));
      if (hasTags(table, struct)) {
        names.push("unknownTaggedFields: undefined");
        tests.push("message.unknownTaggedFields === undefined");
      }
      return `function default${struct.name}(): ${struct.name} { return { ${names.join(", ")} }; }

function isDefault${struct.name}(message: ${struct.name}Input): boolean { return ${tests.join(" && ")}; }
`;
    })
    .join("\n");
}

function isDefault(field: Field, struct: Struct): string {
  const value = `message.${field.name}`;
  const absent = isOptional(field, struct) ? `${value} === undefined || ` : "";
  if (field.defaultText === "null") return `(${absent}${value} === null)`;
  if (field.isArray || field.type === "bytes") {
    return `(${absent}${field.nullable === undefined ? "" : `${value} !== null && `}${value}.length === 0)`;
  }
  if (field.struct !== undefined) return `(${absent}isDefault${field.type}(${value}))`;
  return `(${absent}${value} === ${defaultValue(field)})`;
}
