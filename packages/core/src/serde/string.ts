import { SerializationError } from "./errors.ts";
import { defineSerde, type Serde } from "./serde.ts";

const name = "string";
/** Node's own decoder, faster than `toString` by its argument checks. */
export interface Utf8Buffer extends Buffer {
  utf8Slice(start: number, end: number): string;
  utf8Write(text: string, at: number, length?: number): number;
}

/**
 * UTF-8 text. A lone surrogate is written as `?`, malformed bytes are read as U+FFFD: both as Java does.
 *
 * @see Java's `Serdes.String`
 */
export const string: Serde<string> = defineSerde<string>({
  name,
  identity: "value",
  holds: "primitive",
  read,
  sizeMax,
  write,
  size,
  normalize,
});

function read(from: Buffer, start: number, end: number): string {
  return end - start <= 16 ? readShort(from, start, end) : (from as Utf8Buffer).utf8Slice(start, end);
}

/** Up to 16 bytes, keys mostly: one call per length is far cheaper than a call into native code. */
function readShort(b: Buffer, s: number, end: number): string {
  let bits = 0;
  for (let i = s; i < end; i += 1) bits |= b[i]!;
  if (bits >= 128) return (b as Utf8Buffer).utf8Slice(s, end);
  const text = String.fromCharCode;
  // oxfmt-ignore
  switch (end - s) {
    case 0: return "";
    case 1: return text(b[s]!);
    case 2: return text(b[s]!, b[s + 1]!);
    case 3: return text(b[s]!, b[s + 1]!, b[s + 2]!);
    case 4: return text(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!);
    case 5: return text(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!);
    case 6: return text(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!);
    case 7: return text(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!);
    case 8: return text(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!);
    case 9: return text(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!);
    case 10: return text(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!);
    case 11: return text(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!,
      b[s + 10]!);
    case 12: return text(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!,
      b[s + 10]!, b[s + 11]!);
    case 13: return text(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!,
      b[s + 10]!, b[s + 11]!, b[s + 12]!);
    case 14: return text(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!,
      b[s + 10]!, b[s + 11]!, b[s + 12]!, b[s + 13]!);
    case 15: return text(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!,
      b[s + 10]!, b[s + 11]!, b[s + 12]!, b[s + 13]!, b[s + 14]!);
    default: return text(b[s]!, b[s + 1]!, b[s + 2]!, b[s + 3]!, b[s + 4]!, b[s + 5]!, b[s + 6]!, b[s + 7]!, b[s + 8]!, b[s + 9]!,
      b[s + 10]!, b[s + 11]!, b[s + 12]!, b[s + 13]!, b[s + 14]!, b[s + 15]!);
  }
}

function sizeMax(value: string): number {
  if (typeof value !== "string") throw SerializationError.ofType(name, "a string", value);
  return value.length * 3;
}

function write(to: Buffer, at: number, value: string): number {
  if (typeof value !== "string") throw SerializationError.ofType(name, "a string", value);
  if (value.length > 16) return writeLong(to, at, value);
  for (let i = 0; i < value.length; i += 1) {
    const code = value.charCodeAt(i);
    if (code >= 128) return writeLong(to, at, value);
    to[at + i] = code;
  }
  return at + value.length;
}

function writeLong(to: Buffer, at: number, value: string): number {
  return at + (to as Utf8Buffer).utf8Write(wellFormed(value), at);
}

function size(value: string): number {
  if (typeof value !== "string") throw SerializationError.ofType(name, "a string", value);
  if (value.length > 16) return Buffer.byteLength(wellFormed(value));
  for (let i = 0; i < value.length; i += 1) {
    if (value.charCodeAt(i) >= 128) return Buffer.byteLength(wellFormed(value));
  }
  return value.length;
}

function normalize(value: string): string {
  if (typeof value !== "string") throw SerializationError.ofType(name, "a string", value);
  return wellFormed(value);
}

const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

function wellFormed(value: string): string {
  return value.isWellFormed() ? value : value.replace(loneSurrogate, "?");
}
