import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileErrors } from "./compiler.ts";

const program = readFileSync(new URL("aggregate-serdes.ts", import.meta.url), "utf8");

test("aggregations with a wider serde, of a generic type, and with one type argument compile", () => {
  expect([...compileErrors(program)]).toEqual([]);
});
