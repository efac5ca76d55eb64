import type { FieldWriter } from "@millrace/protocol";

/** UTF-8 text as a key or value. */
export const textWriter: FieldWriter<string> = {
  sizeMax: (text) => 3 * text.length,
  write: (to, at, text) => at + to.write(text, at),
};
