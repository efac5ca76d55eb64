import { Reader, Writer } from "../src/index.ts";
import { firstDifference } from "./difference.ts";

/** An entry of `strings` in `hashing.json`: whole forms, or for a long text (a repeated character) only the length prefixes. */
export type StringVector =
  | { readonly string: string | null; readonly nullableString: string; readonly compactNullableString: string }
  | {
      readonly repeat: { readonly char: string; readonly count: number };
      readonly stringPrefix: string;
      readonly compactPrefix: string;
    };

/** Compares both directions of the old and the compact form of a string; null: they agree. */
export function verifyString(vector: StringVector): string | null {
  const isLong = "repeat" in vector;
  const text = isLong ? vector.repeat.char.repeat(vector.repeat.count) : vector.string;
  const content = Buffer.from(text ?? "").toString("hex");
  const old = isLong ? vector.stringPrefix + content : vector.nullableString;
  const compact = isLong ? vector.compactPrefix + content : vector.compactNullableString;
  return (
    firstDifference(old, written(text, false), "old form") ??
    firstDifference(compact, written(text, true), "compact form") ??
    firstDifference(text, read(old, false), "text of the old form") ??
    firstDifference(text, read(compact, true), "text of the compact form")
  );
}

function read(hex: string, compact: boolean): string | null {
  return new Reader(Buffer.from(hex, "hex")).nullableString(compact);
}

function written(text: string | null, compact: boolean): string {
  const to = new Writer();
  to.nullableString(text, compact);
  return to.toBuffer().toString("hex");
}
