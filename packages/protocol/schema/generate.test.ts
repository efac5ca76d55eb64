import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generate, generatedFolder } from "./generate.ts";
import { readTables } from "./tables.ts";

test("the committed message modules are what the tables generate", async () => {
  const files = await generate(readTables());
  expect(readdirSync(generatedFolder).sort()).toEqual([...files.keys()].sort());
  for (const [file, text] of files) {
    expect(readFileSync(new URL(file, generatedFolder), "utf8"), `${file}: run schema/generate.ts`).toBe(text);
  }
});
