import { Windowed } from "@millrace/core";

/** `text(x)` of the scenarios' vocabulary: null is `null`, bytes are hex, a windowed key is `[key@start/end]`. */
export function text(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString("hex");
  if (value instanceof Windowed) return `[${text(value.key)}@${value.start}/${value.end}]`;
  if (Array.isArray(value)) return `[${value.map(text).join(",")}]`;
  return typeof value === "object" ? JSON.stringify(value) : `${value as string | number | boolean | bigint}`;
}

/** `num(x)`: null is 0, digits are their number, other texts their length. */
export function num(value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (typeof value === "number") return Math.trunc(value);
  const digits = text(value);
  return /^-?[0-9]{1,18}$/.test(digits) ? Number(digits) : digits.length;
}

/** A function of the vocabulary is `name` or `name:argument`; the argument is all after the first colon. */
export function nameAndArgument(spec: string): readonly [name: string, argument: string] {
  const colon = spec.indexOf(":");
  return colon === -1 ? [spec, ""] : [spec.slice(0, colon), spec.slice(colon + 1)];
}
