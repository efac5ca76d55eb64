/**
 * Reads the field tables of this folder, one file per API. A table looks like this:
 *
 *     # What the API is for, and what its versions brought.
 *     Heartbeat: key 12, versions 0-4, flexible 4+
 *
 *     request
 *       groupId          string
 *       generationId     int32            # follows the field's meaning in its documentation
 *       groupInstanceId  string?  3+  = null
 *     response
 *       …
 *
 * A field is a name, a type, and where they apply: versions, `= default`, `tag n`, `never compact`, `# note`.
 * `meanings.ts` tells the meaning of each field's name.
 *
 * - Types: bool, int8, int16, uint16, int32, uint32, int64, float64, string, uuid, bytes, records, or a struct's name, whose fields
 *   follow, indented; a struct named before needs no fields again. `[]` behind it: an array. `?` behind that: null in every
 *   version that has the field; `?2-7`: in these only.
 * - Versions: `3+`, `3-5`, `3`; none: all of the struct that the field is in.
 * - Default: what reading gives where the version lacks the field, and what writing takes when it is left out. Without one it is
 *   0, false, the empty text, the zero UUID, an empty array, or a struct of defaults, and whoever writes must give the field
 *   in case that every version has it.
 * - `tag n`: a tagged field (KIP-482), written only if it differs from its default.
 * - `flexible 4+`: from then on lengths are compact and structs end with tagged fields; `never compact` exempts a field.
 * - Messages that are not an API (headers, the consumer protocol) have no key and one section, `fields`.
 */

/** Inclusive on both ends; Infinity: open. */
export interface Versions {
  readonly first: number;
  readonly last: number;
}

export interface Field {
  readonly name: string;
  /** A primitive type or a struct's name, without `[]` and `?`. */
  readonly type: string;
  readonly struct: Struct | undefined;
  readonly isArray: boolean;
  /** The versions of the message that have this field. */
  versions: Versions;
  /** Those in which it may be null; undefined: none. */
  nullable: Versions | undefined;
  /** As written in the table; undefined: the type's. */
  readonly defaultText: string | undefined;
  readonly tag: number | undefined;
  readonly neverCompact: boolean;
  readonly note: string | undefined;
}

export interface Struct {
  readonly name: string;
  readonly fields: Field[];
  /** The versions of the message in which it occurs at all. */
  versions: Versions;
}

export interface Table {
  readonly name: string;
  /** Lines of comment above the head line. */
  readonly about: readonly string[];
  /** Undefined: not an API. */
  readonly key: number | undefined;
  readonly versions: Versions;
  readonly flexibleFrom: number;
  /** `request` and `response`, or the message itself. */
  readonly messages: readonly Struct[];
  /** All structs, messages included; inner ones before those that hold them. */
  readonly structs: readonly Struct[];
}

const primitiveTypes: ReadonlySet<string> = new Set([
  "bool",
  "int8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "float64",
  "string",
  "uuid",
  "bytes",
  "records",
]);

/** A line of a table cannot be understood. Correct it as the message says; the grammar stands at the top of `table.ts`. */
export class TableSyntaxError extends Error {
  readonly code = "PROTOCOL_TABLE_SYNTAX";

  constructor(file: string, line: number, fact: string) {
    super(`${file}:${line}: ${fact}`);
    this.name = new.target.name;
  }
}

const headLine = /^(\w+):(?: key (\d+),)? versions (\S+), flexible (none|\d+\+)$/;
const fieldLine =
  /^( +)(\w+) +(\w+)(\[\])?(?:(\?)(\d\S*)?)?(?: +(\d+(?:\+|-\d+)?))?(?: += +("[^"]*"|\S+))?(?: +tag +(\d+))?(?: +(never compact))?(?: +# +(.+))?$/;

/** @throws {TableSyntaxError} when a line does not fit the grammar above */
export function parseTable(file: string, text: string): Table {
  return new TableParser(file, text).parse();
}

/** Structs in the order in which a reader meets them: each message, below it what it holds. */
export function readingOrder(table: Table): Struct[] {
  const met = new Set<Struct>();
  const meet = (struct: Struct): void => {
    met.add(struct);
    for (const field of struct.fields) if (field.struct !== undefined) meet(field.struct);
  };
  for (const message of table.messages) meet(message);
  return [...met];
}

/** The versions in which both hold. */
function intersect(a: Versions, b: Versions): Versions {
  return { first: Math.max(a.first, b.first), last: Math.min(a.last, b.last) };
}

export function covers(outer: Versions, inner: Versions): boolean {
  return outer.first <= inner.first && outer.last >= inner.last;
}

class TableParser {
  readonly #file: string;
  readonly #lines: readonly string[];
  #lineNumber = 0;
  readonly #structs = new Map<string, Struct>();
  readonly #about: string[] = [];

  constructor(file: string, text: string) {
    this.#file = file;
    this.#lines = text.split("\n").map((line) => line.trimEnd());
  }

  parse(): Table {
    const head = this.#head();
    const messages: Struct[] = [];
    for (; this.#lineNumber < this.#lines.length;) {
      const line = this.#lines[this.#lineNumber]!;
      this.#lineNumber += 1;
      if (line === "") continue;
      if (!/^(request|response|fields)$/.test(line)) this.#fail(`"${line}" begins no section: request, response or fields`);
      const name = head.name + (line === "fields" ? "" : line[0]!.toUpperCase() + line.slice(1));
      const message: Struct = { name, fields: [], versions: head.versions };
      this.#fields(message, 2);
      this.#structs.set(name, message);
      messages.push(message);
    }
    if (messages.length !== (head.key === undefined ? 1 : 2))
      this.#fail("an API has request and response, another message only fields");
    for (const message of messages) spread(message, head.versions);
    this.#narrow();
    return { ...head, about: this.#about, messages, structs: [...this.#structs.values()] };
  }

  #head(): Pick<Table, "name" | "key" | "versions" | "flexibleFrom"> {
    for (; this.#lines[this.#lineNumber]?.startsWith("# "); this.#lineNumber += 1) {
      this.#about.push(this.#lines[this.#lineNumber]!.slice(2));
    }
    const [, name, key, versions, flexible] =
      headLine.exec(this.#lines[this.#lineNumber] ?? "") ?? this.#fail("no line `Name: key n, …`");
    this.#lineNumber += 1;
    return {
      name: name!,
      key: key === undefined ? undefined : Number(key),
      versions: parseVersions(versions!),
      flexibleFrom: flexible === "none" ? Infinity : Number.parseInt(flexible!, 10),
    };
  }

  /** Reads the fields indented by `indent`, and the structs below them. */
  #fields(struct: Struct, indent: number): void {
    for (;;) {
      const line = this.#lines[this.#lineNumber] ?? "";
      const depth = line.length - line.trimStart().length;
      if (depth < indent) return;
      const parts = fieldLine.exec(line);
      if (parts === null || depth !== indent) this.#fail(`"${line.trim()}" is no field, or not indented by ${indent}`);
      this.#lineNumber += 1;
      struct.fields.push(this.#field(parts, indent));
    }
  }

  #field(parts: RegExpExecArray, indent: number): Field {
    const [, , name, type, array, nullable, nullableVersions, versions, defaultText, tag, neverCompact, note] = parts;
    const declared = versions === undefined ? allVersions : parseVersions(versions);
    return {
      name: name!,
      type: type!,
      struct: primitiveTypes.has(type!) ? undefined : this.#struct(type!, indent + 2),
      isArray: array !== undefined,
      versions: declared,
      nullable: nullable === undefined ? undefined : nullableVersions === undefined ? declared : parseVersions(nullableVersions),
      defaultText,
      tag: tag === undefined ? undefined : Number(tag),
      neverCompact: neverCompact !== undefined,
      note,
    };
  }

  #struct(name: string, indent: number): Struct {
    const known = this.#structs.get(name);
    if (known !== undefined) return known;
    const struct: Struct = { name, fields: [], versions: noVersions };
    this.#fields(struct, indent);
    if (struct.fields.length === 0) this.#fail(`struct ${name} has no fields`);
    this.#structs.set(name, struct);
    return struct;
  }

  /** Cuts what fields declare to the versions of their structs. */
  #narrow(): void {
    for (const struct of this.#structs.values()) {
      for (const field of struct.fields) {
        field.versions = intersect(field.versions, struct.versions);
        if (field.nullable !== undefined) field.nullable = intersect(field.nullable, field.versions);
        if (field.versions.first > field.versions.last) this.#fail(`field ${field.name} is in no version of ${struct.name}`);
      }
    }
  }

  #fail(fact: string): never {
    throw new TableSyntaxError(this.#file, this.#lineNumber + 1, fact);
  }
}

const allVersions: Versions = { first: 0, last: Infinity };
const noVersions: Versions = { first: Infinity, last: -1 };

/** Tells a struct and what it holds of versions in which it is used; a struct that is used twice has those of both. */
function spread(struct: Struct, versions: Versions): void {
  struct.versions = {
    first: Math.min(struct.versions.first, versions.first),
    last: Math.max(struct.versions.last, versions.last),
  };
  for (const field of struct.fields) {
    if (field.struct !== undefined) spread(field.struct, intersect(field.versions, versions));
  }
}

function parseVersions(text: string): Versions {
  const [first, last] = text.split("-");
  if (text.endsWith("+")) return { first: Number.parseInt(text, 10), last: Infinity };
  return { first: Number(first), last: Number(last ?? first) };
}
