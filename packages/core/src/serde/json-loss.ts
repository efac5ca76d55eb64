import { catchRejections } from "../rejections.ts";
import { className } from "../shown.ts";

/** A part of a value that JSON text would not carry: where it is, such as `.items[2].price`, and what is wrong with it. */
export interface JsonLoss {
  readonly path: string;
  readonly reason: string;
}

/** Maximum depth of a nested value, as in Jackson. Deeper values are most often cycles. */
export const jsonDepthMax = 1000;

/**
 * Returns true if JSON.stringify certainly loses nothing of a value. False only means that `jsonLoss` must look.
 *
 * It runs for every value that is written, and costs a fraction of JSON.stringify for plain objects; a replacer would double
 * the time.
 */
export function isPlainJson(value: unknown, depth: number): boolean {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return true;
  if (typeof value === "number") return value - value === 0;
  if (typeof value !== "object" || depth >= jsonDepthMax) return false;
  return Array.isArray(value) ? isPlainArray(value, depth) : isPlainObject(value, depth);
}

function isPlainArray(items: readonly unknown[], depth: number): boolean {
  for (let i = 0; i < items.length; i += 1) if (!isPlainJson(items[i], depth + 1)) return false;
  return true;
}

/** `for in` is by far the fastest way through an object's fields; what it finds in a prototype makes the answer false at worst. */
function isPlainObject(value: object, depth: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  // oxlint-disable-next-line guard-for-in
  for (const name in value) {
    const field: unknown = (value as Record<string, unknown>)[name];
    if (typeof field !== "string" && field !== undefined && !isPlainJson(field, depth + 1)) return false;
  }
  return true;
}

/** Rules of a serde of JSON. */
export interface JsonRules {
  /** true: bigints are written, with all their digits. */
  readonly bigints: boolean;
  /** true: objects with `toJSON`, such as dates, are refused, since other values come back. */
  readonly exact: boolean;
}

/** The first part of a value that JSON.stringify would leave out or change; null: there is none. A missing field is none. */
export function jsonLoss(value: unknown, rules: JsonRules, depth: number = 0): JsonLoss | null {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return null;
  if (typeof value === "number") return Number.isFinite(value) ? null : loss(`${value} is no JSON, and would become null.`);
  if (typeof value === "object") return objectLoss(value, rules, depth);
  if (typeof value !== "bigint") return loss(`JSON has no ${typeof value}${depth === 0 ? "." : ", and would leave it out."}`);
  if (rules.bigints || hasToJson(BigInt.prototype)) return null;
  return loss('JSON has no bigint: json({ integers: "bigint" }) writes and reads it.');
}

function objectLoss(value: object, rules: JsonRules, depth: number): JsonLoss | null {
  if (depth >= jsonDepthMax) return loss(`it is nested deeper than ${jsonDepthMax} levels, or is a cycle.`);
  if (Array.isArray(value)) return arrayLoss(value, rules, depth);
  const tag = Object.prototype.toString.call(value).slice("[object ".length, -1);
  if (ArrayBuffer.isView(value) || tag === "ArrayBuffer" || tag === "SharedArrayBuffer")
    return loss(`${className(value)} does not come back from JSON. For bytes use the serde \`bytes\`, or a text such as base64.`);
  if (tag === "Date" && Number.isNaN((value as Date).getTime())) return loss("an invalid Date would become null.");
  if (hasToJson(value)) return rules.exact ? loss(changed(value, tag)) : jsonLoss(value.toJSON(""), rules, depth + 1);
  if (tag === "Number" || tag === "String" || tag === "Boolean") return jsonLoss(value.valueOf(), rules, depth + 1);
  const hint = hints[tag];
  if (tag === "Promise") catchRejections(value, null); // it may be what toJSON returned, which is nowhere else
  if (hint !== undefined) return loss(`JSON has no ${tag}, and would write {}. ${hint}`);
  return fieldsLoss(value, tag, rules, depth);
}

function changed(value: object, tag: string): string {
  return tag === "Date"
    ? "a Date would come back as its text. Use its text or its milliseconds, or give a serde that holds it."
    : `${className(value)} would come back as what its method toJSON returns. Use that, or give a serde that holds it.`;
}

function arrayLoss(items: readonly unknown[], rules: JsonRules, depth: number): JsonLoss | null {
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i];
    const found = item === undefined ? loss("undefined would become null.") : jsonLoss(item, rules, depth + 1);
    if (found !== null) return { ...found, path: `[${i}]${found.path}` };
  }
  return null;
}

function fieldsLoss(value: object, tag: string, rules: JsonRules, depth: number): JsonLoss | null {
  const names = Object.keys(value);
  if (names.length === 0 && !(tag === "Object" && isRecord(value)))
    return loss(`JSON has no ${className(value)}, and would write {}. Give its class a method toJSON, or write a plain object.`);
  for (const name of names) {
    const field = (value as Record<string, unknown>)[name];
    const found = field === undefined ? null : jsonLoss(field, rules, depth + 1);
    if (found !== null) return { ...found, path: `${step(name)}${found.path}` };
  }
  return null;
}

/** A plain object, of whatever realm: what is one with fields that are private, or inherited, has no field of its own either. */
function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Advice for objects that JSON accepts although their content is elsewhere, by class name. */
const hints: Readonly<Record<string, string>> = Object.freeze({
  Map: "Use Object.fromEntries(map), or [...map].",
  Set: "Use [...set].",
  Promise: "Callbacks are synchronous: await it before the record is produced.",
  Generator: "Use [...generator].",
  AsyncGenerator: "Callbacks are synchronous: iterate over it before the record is produced.",
  Error: "Use a text, such as error.message.",
});

function hasToJson(value: object): value is { toJSON(key: string): unknown } {
  return typeof (value as { readonly toJSON?: unknown }).toJSON === "function";
}

function loss(reason: string): JsonLoss {
  return { path: "", reason };
}

/** A field's name within a path. */
export function step(name: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
