import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileErrors } from "./compiler.ts";

const mark = "// @ts-expect-error async";
const program = readFileSync(new URL("async-callbacks.ts", import.meta.url), "utf8");

test("an asynchronous callback is refused in every place, with a sentence", () => {
  const lines = program.split("\n");
  const wrong = lines.flatMap((line, index) => (line.trim() === mark ? [index + 2] : []));
  expect(wrong.length).toBeGreaterThan(40);

  const errors = compileErrors(program.replaceAll(mark, ""));

  expect([...errors.keys()].sort((a, b) => a - b)).toEqual(wrong);
  for (const line of wrong) expect(errors.get(line), lines[line - 1]).toContain("callbacks are synchronous");
});
