import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileErrors } from "./compiler.ts";

const mark = /\/\/ @ts-expect-error (json|async)$/;
const sentences: Readonly<Record<string, string>> = { json: "JSON cannot hold ", async: "serdes are synchronous" };
const program = readFileSync(new URL("serde-values.ts", import.meta.url), "utf8");

test("a serde that cannot hold its type, or that is asynchronous, is refused with a sentence, and nothing else is", () => {
  const lines = program.split("\n");
  const wrong = new Map(
    lines.flatMap((line, index): [number, string][] => {
      const kind = mark.exec(line)?.[1];
      return kind === undefined ? [] : [[index + 2, kind]];
    }),
  );
  expect(wrong.size).toBeGreaterThan(40);

  const errors = compileErrors(lines.map((line) => line.replace(mark, "")).join("\n"));

  expect([...errors.keys()].sort((a, b) => a - b)).toEqual([...wrong.keys()]);
  for (const [line, kind] of wrong) expect(errors.get(line), lines[line - 1]).toContain(sentences[kind]);
  const told = [...errors.values()].join("");
  expect(told).toContain("JSON cannot hold the Date at .deep.list[].d: use its text or its milliseconds");
  expect(told).toContain("JSON cannot hold the bytes: use the serde bytes");
});
