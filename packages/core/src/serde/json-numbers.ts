import { jsonDepthMax, step } from "./json-loss.ts";

/** A number in JSON text that a double does not hold. */
export interface InexactNumber {
  /** Path of the number in the document, such as `.user.id`. */
  readonly path: string;
  /** Digits of the number as the text has them. */
  readonly digits: string;
}

/** Result of a first look at a text: nothing to check; a number that may not be exact; nested too deep. */
export type Survey = "plain" | "numbers" | "deep";

/**
 * Looks for numbers beyond 2^53 in what was parsed. Each integer of fewer digits is exact, so only where there is one does
 * anybody look at the text again.
 */
export function survey(value: unknown, depth: number): Survey {
  if (typeof value === "number") {
    return value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER ? "plain" : "numbers";
  }
  if (typeof value !== "object" || value === null) return "plain";
  if (depth >= jsonDepthMax) return "deep";
  return Array.isArray(value) ? surveyArray(value, depth) : surveyObject(value, depth);
}

function surveyArray(items: readonly unknown[], depth: number): Survey {
  let seen: Survey = "plain";
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i];
    if (typeof item === "string") continue;
    const found = survey(item, depth + 1);
    if (found === "deep") return found;
    if (found !== "plain") seen = found;
  }
  return seen;
}

function surveyObject(value: object, depth: number): Survey {
  let seen: Survey = "plain";
  // oxlint-disable-next-line guard-for-in
  for (const name in value) {
    const field = (value as Record<string, unknown>)[name];
    if (typeof field === "string") continue;
    const found = survey(field, depth + 1);
    if (found === "deep") return found;
    if (found !== "plain") seen = found;
  }
  return seen;
}

/**
 * Parses a text that holds numbers beyond 2^53 with all their digits.
 *
 * An integer is exact if writing the number gives the same digits: so what passes through is not changed, and what was
 * written from a number can be read. Others become bigints, or are reported. A number with a point or an exponent is a double,
 * as in Java, and is rounded to one; beyond the largest double it is reported.
 */
export function parseExactly(
  text: string,
  bigints: boolean,
): { readonly value: unknown; readonly inexact: InexactNumber | null } {
  const holder: { value: unknown } = { value: JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown) };
  const inexact = settle(holder, "value", "", bigints);
  return { value: holder.value, inexact };
}

class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function keepDigits(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  return typeof value === "number" && !Number.isSafeInteger(value) && Math.abs(value) > 1 ? new Digits(context.source!) : value;
}

/** Puts numbers where their digits were kept. */
function settle(holder: object, name: string | number, path: string, bigints: boolean): InexactNumber | null {
  const value = (holder as Record<string | number, unknown>)[name];
  if (typeof value !== "object" || value === null) return null;
  if (value instanceof Digits) {
    const number = numberOf(value.text, bigints);
    if (number === null) return { path, digits: value.text };
    // not assigned: the field may be called __proto__
    Object.defineProperty(holder, name, { value: number, writable: true, enumerable: true, configurable: true });
    return null;
  }
  const isArray = Array.isArray(value);
  for (const inner of Object.keys(value)) {
    const found = settle(value, inner, `${path}${isArray ? `[${inner}]` : step(inner)}`, bigints);
    if (found !== null) return found;
  }
  return null;
}

/** null: no number holds these digits. */
function numberOf(digits: string, bigints: boolean): number | bigint | null {
  const number = Number(digits);
  if (!/^-?\d+$/.test(digits)) return Number.isFinite(number) ? number : null;
  if (bigints) return Number.isSafeInteger(number) ? number : BigInt(digits);
  return String(number) === digits ? number : null;
}
