import { covers, type Field, type Struct, type Table, type Versions } from "../table.ts";

/** What the functions that emit code share: names, conditions on the version, defaults. All return TypeScript text. */

const namesTaken = new Set([
  "from",
  "to",
  "version",
  "message",
  "flexible",
  "tag",
  "end",
  "left",
  "at",
  "i",
  "unknown",
  "tags",
  "element",
]);

/** A local variable for a field; a field may be called like one of our own. */
export function local(field: Field): string {
  return namesTaken.has(field.name) ? `${field.name}Field` : field.name;
}

/** `version >= 3 && version <= 5` as far as `context` does not imply it; empty: always. */
export function versionCondition(versions: Versions, context: Versions): string {
  const single = versions.first > context.first && versions.first === versions.last && versions.last < context.last;
  if (single) return `version === ${versions.first}`;
  const conditions: string[] = [];
  if (versions.first > context.first) conditions.push(`version >= ${versions.first}`);
  if (versions.last < context.last) conditions.push(`version <= ${versions.last}`);
  return conditions.join(" && ");
}

/** Whether lengths are compact in these versions: `true`, `false`, or the variable that tells. */
export function compactness(table: Table, versions: Versions): string {
  if (versions.first >= table.flexibleFrom) return "true";
  return versions.last < table.flexibleFrom ? "false" : "flexible";
}

export function compact(table: Table, field: Field): string {
  return field.neverCompact ? "false" : compactness(table, field.versions);
}

const lengthTypes = new Set(["string", "bytes", "records"]);

/** Whether reading or writing the field asks for `compact`. */
export function hasLength(field: Field): boolean {
  return field.isArray || lengthTypes.has(field.type);
}

/** Whether a function over the struct must compute `flexible`. */
export function needsFlexible(table: Table, struct: Struct): boolean {
  return (
    compactness(table, struct.versions) === "flexible" ||
    struct.fields.some((field) => hasLength(field) && field.tag === undefined && compact(table, field) === "flexible")
  );
}

/** Whether a function over the struct needs to know the version. */
export function needsVersion(table: Table, struct: Struct): boolean {
  return (
    needsFlexible(table, struct) ||
    struct.fields.some(
      (field) =>
        versionCondition(field.versions, struct.versions) !== "" ||
        isNullableInSome(field) ||
        (field.struct !== undefined && needsVersion(table, field.struct)),
    )
  );
}

/** Null is allowed in some of the field's versions and in others not. */
export function isNullableInSome(field: Field): boolean {
  return field.nullable !== undefined && !covers(field.nullable, field.versions);
}

/** Whoever writes may leave it out: it has a default, is tagged, or some version of its struct lacks it. */
export function isOptional(field: Field, struct: Struct): boolean {
  return field.defaultText !== undefined || field.tag !== undefined || !covers(field.versions, struct.versions);
}

/** Whether the struct can carry tagged fields in any version. */
export function hasTags(table: Table, struct: Struct): boolean {
  return struct.versions.last >= table.flexibleFrom;
}

/** The default as an expression, fresh where it is an object. */
export function defaultValue(field: Field): string {
  if (field.defaultText === "null") return "null";
  if (field.isArray) return "[]";
  if (field.struct !== undefined) return `default${field.type}()`;
  switch (field.type) {
    case "string":
      return field.defaultText ?? '""';
    case "uuid":
      return "zeroUuid";
    case "records":
      return field.nullable === undefined ? "Buffer.alloc(0)" : "null";
    case "bytes":
      return "Buffer.alloc(0)";
    case "bool":
      return field.defaultText ?? "false";
    case "int64":
      return `${field.defaultText ?? "0"}n`;
    default:
      return field.defaultText ?? "0";
  }
}

/** Structs of which a default object is needed: single ones that are tagged or that some version lacks. */
export function structsWithDefault(table: Table): Struct[] {
  const needed = new Set<Struct>();
  const need = (struct: Struct): void => {
    needed.add(struct);
    for (const field of struct.fields) if (field.struct !== undefined && !field.isArray) need(field.struct);
  };
  for (const struct of table.structs) {
    for (const field of struct.fields) {
      const single = field.struct !== undefined && !field.isArray && field.defaultText !== "null";
      if (single && isOptional(field, struct)) need(field.struct);
    }
  }
  return table.structs.filter((struct) => needed.has(struct));
}

export function methodSuffix(type: string): string {
  return type[0]!.toUpperCase() + type.slice(1);
}
