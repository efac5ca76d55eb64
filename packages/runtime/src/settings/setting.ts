/** Groups of settings in `StreamsConfig`; Kafka has prefixes for the same. */
export type SettingGroup = "producer" | "consumer" | "connection";

/** A value that a row of the table can have as its default. */
export type PlainValue = number | string | boolean | readonly string[] | Readonly<Record<string, string>>;

/** One setting as it stands in a table: what may be given, and what it means. */
export interface SettingRow {
  /** Name in `StreamsConfig`, or in its group there. */
  readonly name: string;
  /** Kafka's dotted name; null where Kafka has none. */
  readonly kafka: string | null;
  /** Further names that Kafka has, or had, for it. */
  readonly aliases?: readonly string[];
  /** `map`: names and texts. `object`: what no text can hold, a function or a serde. */
  readonly kind: "integer" | "boolean" | "choice" | "text" | "list" | "map" | "object";
  /** Unit of the value. */
  readonly unit?: "ms" | "bytes";
  /** Absent: the setting may stay without a value, or must have one. */
  readonly default?: PlainValue;
  /** Words for a default that depends on other settings or is an object. */
  readonly defaultText?: string;
  /** Bounds of an integer, both inclusive. */
  readonly min?: number;
  /** Upper bound of an integer, inclusive. */
  readonly max?: number;
  /** The words that a choice takes. */
  readonly choices?: readonly string[];
  /** Type in TypeScript, where the kind does not say it; a choice may be that as well as one of its words. */
  readonly type?: string;
  /** Returns true if a value of this kind is possible for the setting. Absent: every value is. */
  accepts?(value: unknown): boolean;
  /** Description of the possible values that completes "it must be"; needed with `accepts`. */
  readonly needed?: string;
  /** True if a value must be given. Default false. */
  readonly required?: boolean;
  /** True if the value is kept out of every message. Default false. */
  readonly secret?: boolean;
  /** Path of the setting that this one is a shorter way to give. */
  readonly shortFor?: string;
  /** Effect of the setting in one or two sentences, without units, bounds and default. */
  readonly text: string;
}

/** A setting with its place. */
export interface Setting extends SettingRow {
  /** Group of `StreamsConfig` that has it; null: none. */
  readonly group: SettingGroup | null;
  /** `commitIntervalMs`, `producer.maxRequestSize`. */
  readonly path: string;
}

export const int32Max: number = 2 ** 31 - 1;
/** Bounds of memory: a tebibyte is more than a process has. */
export const memoryBytesMax: number = 2 ** 40;

/** Gives rows their place. */
export function settingsIn(group: SettingGroup | null, rows: readonly SettingRow[]): readonly Setting[] {
  return rows.map((row) => ({ ...row, group, path: group === null ? row.name : `${group}.${row.name}` }));
}

/** Describes the possible values; completes "it must be". */
export function neededFor({ kind, min, max, choices, needed, type }: SettingRow): string {
  if (needed !== undefined) return needed;
  switch (kind) {
    case "integer":
      return `an integer from ${String(min)} to ${String(max)}`;
    case "boolean":
      return "true or false";
    case "choice":
      return `one of ${choices!.join(", ")}${type === undefined ? "" : ", or a function"}`;
    case "text":
      return "a string";
    case "list":
      return "a list of strings";
    case "map":
      return 'an object with strings, such as { "max.message.bytes": "20000000" }';
    case "object":
      return `a ${type ?? "value of its type"}`;
  }
}

/** Returns true if a setting can have a value. */
export function isPossible(setting: SettingRow, value: unknown): boolean {
  return isOfKind(setting, value) && (setting.accepts?.(value) ?? true);
}

function isOfKind({ kind, min, max, choices, type }: SettingRow, value: unknown): boolean {
  switch (kind) {
    case "integer":
      return Number.isInteger(value) && (value as number) >= min! && (value as number) <= max!;
    case "boolean":
      return typeof value === "boolean";
    case "choice":
      return choices!.includes(value as string) || (type !== undefined && typeof value === "function");
    case "text":
      return typeof value === "string";
    case "list":
      return Array.isArray(value) && value.every((part) => typeof part === "string");
    case "map":
      return isPlainObject(value) && Object.values(value).every((part) => typeof part === "string");
    case "object":
      return true;
  }
}

/** An object as a literal makes it. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
