import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generate, generatedFolder } from "./generate.ts";
import { meaningOf, unusedMeanings } from "./meanings.ts";
import { readTables } from "./tables.ts";

test("the committed message modules are what the tables generate", async () => {
  const files = await generate(readTables());
  expect(readdirSync(generatedFolder).sort()).toEqual([...files.keys()].sort());
  for (const [file, text] of files) {
    expect(readFileSync(new URL(file, generatedFolder), "utf8"), `${file}: run schema/generate.ts`).toBe(text);
  }
});

test("every field has a meaning, and every meaning a field", () => {
  const fields = readTables().flatMap(({ structs }) =>
    structs.flatMap((struct) => struct.fields.map((field) => ({ struct: struct.name, field: field.name }))),
  );
  expect(fields.filter(({ struct, field }) => meaningOf(struct, field) === undefined)).toEqual([]);
  expect(unusedMeanings(new Set(fields.flatMap(({ struct, field }) => [field, `${struct}.${field}`])))).toEqual([]);
});
