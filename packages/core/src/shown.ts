import { types } from "node:util";

/** A value for an error text: its type and, where that is short, the value. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string") return `the string ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)}`;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return `the ${typeof value} ${String(value)}`;
  if (typeof value !== "object") return `a ${typeof value}`;
  if (types.isGeneratorObject(value)) return Symbol.asyncIterator in value ? "an async generator" : "a generator";
  return Array.isArray(value) ? "an array" : `an object of class ${className(value)}`;
}

/** Characters of a thrown object that are shown. */
const thrownLengthMax = 200;

/**
 * Text of a failure or of another thrown value: an error's message, or its name if it has none; JSON of an object that has no text of
 * its own. It never throws, whatever the value is.
 */
export function thrownText(thrown: unknown): string {
  try {
    // A message may be anything that a program has put there.
    const told: unknown = thrown instanceof Error ? thrown.message || thrown.name : thrown;
    if (!isWithoutText(told)) return String(told);
    const text = JSON.stringify(told) ?? shown(told);
    return text.length > thrownLengthMax ? `${text.slice(0, thrownLengthMax)}…` : text;
  } catch {
    return `a thrown ${typeof thrown} that cannot become a text`;
  }
}

/** Returns true for an object that would become "[object Object]". */
function isWithoutText(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return !("toString" in value) || value.toString === Object.prototype.toString;
}

/** The name of an object's class, `Object` if it has none. */
export function className(value: object): string {
  const { constructor } = value as { readonly constructor?: unknown };
  return typeof constructor === "function" && constructor.name !== "" ? constructor.name : "Object";
}
