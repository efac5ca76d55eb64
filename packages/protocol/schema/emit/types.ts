import { meaningOf } from "../meanings.ts";
import { covers, type Field, type Struct, type Table } from "../table.ts";
import { defaultValue, hasTags, isOptional, structsWithDefault } from "./expressions.ts";

/** The interfaces of a struct: what reading gives, and what writing takes. */
export function structTypes(table: Table, struct: Struct): string {
  const message = table.messages.includes(struct);
  const versions = `${struct.versions.first}-${struct.versions.last}`;
  const about = message
    ? `${struct.name}${table.key === undefined ? "" : ` (key ${table.key})`}, versions ${versions}.`
    : `Part of ${holdersOf(table, struct).join(" and ")}, versions ${versions}.`;
  const tags = hasTags(table, struct)
    ? `  ${aboutTags}\n  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;\n`
    : "";
  const read = struct.fields.map((field) => `${documentation(field, struct)}  ${field.name}: ${type(field, "")};\n`);
  return `${docstring(about, "")}\nexport interface ${struct.name} {\n${read.join("")}${tags}}\n\n${inputType(struct, tags)}`;
}

const aboutTags = "/** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */";

/** Places at which a struct is used, as `Struct.field`. */
function holdersOf(table: Table, struct: Struct): string[] {
  return table.structs.flatMap((holder) =>
    holder.fields.filter((field) => field.struct === struct).map((field) => `\`${holder.name}.${field.name}\``),
  );
}

function inputType(struct: Struct, tags: string): string {
  const about = `Form of {@link ${struct.name}} for writing. Fields that have a default, or that some version lacks, may be left out.`;
  const differs = (field: Field): boolean =>
    isOptional(field, struct) || field.struct !== undefined || field.isArray || isBytes(field);
  if (!struct.fields.some(differs))
    return `/** Form of {@link ${struct.name}} for writing. */\nexport type ${struct.name}Input = Readonly<${struct.name}>;\n`;
  const written = struct.fields.map((field) => {
    const name = isOptional(field, struct) ? `${field.name}?` : field.name;
    const undefinable = isOptional(field, struct) ? " | undefined" : "";
    return `${documentation(field, struct)}  readonly ${name}: ${type(field, "Input")}${undefinable};\n`;
  });
  const readonlyTags = tags.replace("unknownTaggedFields?", "readonly unknownTaggedFields?");
  return `${docstring(about, "")}\nexport interface ${struct.name}Input {\n${written.join("")}${readonlyTags}}\n`;
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
  const sentences = [meaningOf(struct.name, field.name), field.note, facts.length === 0 ? undefined : facts.join(", ")];
  const text = sentences.flatMap((sentence) => (sentence === undefined ? [] : [`${sentenceCase(sentence)}.`])).join(" ");
  return `${docstring(text, "  ")}\n`;
}

/** Comment in front of a declaration, broken where one line would be too long. */
function docstring(text: string, indent: string): string {
  if (text.length <= commentWidthMax) return `${indent}/** ${text} */`;
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line.length + word.length >= commentWidthMax) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join("")}${indent} */`;
}

const commentWidthMax = 120;

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
