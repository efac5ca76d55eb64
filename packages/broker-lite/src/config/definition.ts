import { editDistance } from "@millrace/platform";
import { InvalidConfigError, UnknownConfigError } from "../errors.ts";

export type ConfigValue = number | boolean | string;

/** One setting: its name as Kafka writes it, its type, its default, and the values that it takes. */
export interface ConfigDefinition<T extends ConfigValue = ConfigValue> {
  /** Kafka's dotted name. */
  readonly name: string;
  /** `int` and `long` differ only in what DescribeConfigs reports; both are integers below 2^53 here. */
  readonly type: "boolean" | "string" | "int" | "long" | "double" | "list";
  readonly default: T;
  /** Bounds of numbers, both inclusive. */
  readonly min?: number;
  readonly max?: number;
  /** Number between the bounds that is refused. */
  readonly not?: number;
  /** The only values, for strings; for lists, those of each element. */
  readonly oneOf?: readonly string[];
  /** For topic settings: the broker setting that gives the default. */
  readonly brokerDefault?: string;
  readonly documentation: string;
}

/** Kafka's Long.MAX_VALUE, which means "no limit" in its settings. It is rounded up to a double. */
const longMax = 9223372036854775807n;
export const unlimited: number = Number(longMax);

export function numberDefinition(
  name: string,
  type: "int" | "long" | "double",
  value: number,
  min: number,
  max: number,
  documentation: string,
): ConfigDefinition<number> {
  return { name, type, default: value, min, max, documentation };
}

export function booleanDefinition(name: string, value: boolean, documentation: string): ConfigDefinition<boolean> {
  return { name, type: "boolean", default: value, documentation };
}

/** The text of a value, as DescribeConfigs shows it. */
export function configText(value: ConfigValue): string {
  return value === unlimited ? longMax.toString() : String(value);
}

/**
 * A value from its text.
 * @throws {InvalidConfigError}
 */
export function parseConfigText(definition: ConfigDefinition, text: string): ConfigValue {
  const trimmed = text.trim();
  switch (definition.type) {
    case "boolean":
      if (trimmed !== "true" && trimmed !== "false") throw new InvalidConfigError(definition.name, text, "true or false");
      return trimmed === "true";
    case "int":
    case "long":
      if (!/^[+-]?\d+$/.test(trimmed)) throw new InvalidConfigError(definition.name, text, expectation(definition));
      return checkConfigValue(definition, Number(trimmed));
    case "double":
      if (trimmed === "" || !Number.isFinite(Number(trimmed)))
        throw new InvalidConfigError(definition.name, text, expectation(definition));
      return checkConfigValue(definition, Number(trimmed));
    case "string":
    case "list":
      return checkConfigValue(definition, trimmed);
  }
}

/** @throws {InvalidConfigError} */
export function checkConfigValue(definition: ConfigDefinition, value: unknown): ConfigValue {
  if (typeof value !== typeof definition.default || !inBounds(definition, value as ConfigValue)) {
    throw new InvalidConfigError(definition.name, value, expectation(definition));
  }
  return value as ConfigValue;
}

function inBounds(definition: ConfigDefinition, value: ConfigValue): boolean {
  if (typeof value === "number") {
    if (definition.type !== "double" && !Number.isInteger(value)) return false;
    return value >= (definition.min ?? -Infinity) && value <= (definition.max ?? Infinity) && value !== definition.not;
  }
  if (typeof value === "string" && definition.oneOf !== undefined) {
    const parts = definition.type === "list" ? value.split(",").map((part) => part.trim()) : [value];
    return parts.every((part) => definition.oneOf!.includes(part));
  }
  return true;
}

function expectation(definition: ConfigDefinition): string {
  if (definition.oneOf !== undefined) return `${definition.type === "list" ? "a list of " : ""}${definition.oneOf.join(", ")}`;
  if (definition.min === undefined) return `a ${definition.type}`;
  const max = definition.max === undefined || definition.max >= unlimited ? "" : ` and at most ${definition.max}`;
  const not = definition.not === undefined ? "" : `, but not ${definition.not}`;
  return `${definition.type === "double" ? "a number" : "an integer"} of at least ${definition.min}${max}${not}`;
}

/** The error for a name that is not among `names`, with the ones most like it. */
export function unknownConfig(key: string, names: readonly string[]): UnknownConfigError {
  const scored = names.map((name) => ({ name, distance: editDistance(plain(key), plain(name)) }));
  scored.sort((a, b) => a.distance - b.distance);
  const distanceMax = Math.max(3, Math.floor(key.length / 3));
  return new UnknownConfigError(
    key,
    scored
      .filter((entry) => entry.distance <= distanceMax)
      .slice(0, 3)
      .map((entry) => entry.name),
  );
}

function plain(name: string): string {
  return name.replaceAll(/[._-]/g, "").toLowerCase();
}
