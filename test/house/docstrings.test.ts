import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Words that open a clause whose subject comes late or never. A docstring opens with a noun or a verb instead. */
const opening = /^(?:Who|Whoever|Whose|Whether|What|Where|That|Of)\b/;

/** Sentences of each docstring of a source text, with the line on which the docstring begins. */
function docstringsOf(source: string): { readonly line: number; readonly sentences: readonly string[] }[] {
  return [...source.matchAll(/\/\*\*(.*?)\*\//gs)].map(({ index, 1: text = "" }) => ({
    line: source.slice(0, index).split("\n").length,
    sentences: text
      .replaceAll(/\n[ \t]*\*[ \t]?/g, "\n")
      .trim()
      .split(/(?<=[.!?])\s+|\n{2,}|\n(?=- |@)/)
      .map((sentence) => sentence.replace(/^(?:- |@\w+ (?:\{.*?\} )?)/, "")),
  }));
}

/** Places in a package where a docstring has such a sentence, as `file:line: sentence`. */
function badlyOpenedIn(name: string): string[] {
  return globSync(`packages/${name}/src/**/*.ts`).flatMap((file) =>
    docstringsOf(readFileSync(file, "utf8")).flatMap(({ line, sentences }) => {
      const found = sentences.find((sentence) => opening.test(sentence));
      return found === undefined ? [] : [`${file}:${String(line)}: ${found.replaceAll(/\s+/g, " ")}`];
    }),
  );
}

const packages = globSync("packages/*").map((folder) => folder.slice("packages/".length));

test("finds the sentences of docstrings that begin with such a word", () => {
  const source = [
    "/** Whether it is full. */",
    "  /**",
    "   * Size in bytes.",
    "   * That is much.",
    "   */",
    "/** Offset of a record: where it lies. The one that counts. */",
  ].join("\n");
  expect(docstringsOf(source).map(({ line, sentences }) => [line, sentences.some((each) => opening.test(each))])).toEqual([
    [1, true],
    [2, true],
    [6, false],
  ]);
});

test.each(packages)("%s opens its docstrings with a noun or a verb", (name) => {
  expect(badlyOpenedIn(name)).toEqual([]);
});
