import { readFileSync } from "node:fs";
import { settings, variableOf } from "@millrace/runtime/settings";
import { serviceSettings } from "@millrace/service";
import { expect, test } from "vitest";
import { settingsFiles } from "../../scripts/settings.ts";

for (const [file, text] of await settingsFiles()) {
  test(`${file} is what \`npm run settings\` writes`, () => {
    expect(readFileSync(file, "utf8")).toBe(text);
  });
}

test("each row of the tables is whole, and no two share a path or a variable", () => {
  const all = [...settings, ...serviceSettings];
  expect(all.length).toBeGreaterThan(40);
  for (const { path, kind, min, max, default: value, defaultText, choices, accepts, needed, text } of all) {
    expect(text, path).toMatch(/^[A-Z`].*\.$/);
    if (kind === "integer") expect([typeof min, typeof max], path).toEqual(["number", "number"]);
    if (kind === "choice") expect(choices, path).toContain(value);
    if (accepts !== undefined) expect(needed, path).toBeTypeOf("string");
    expect(value === undefined || defaultText === undefined, path).toBe(true);
  }
  expect(new Set(all.map(({ path }) => path)).size).toBe(all.length);
  expect(new Set(all.map(({ path }) => variableOf(path))).size).toBe(all.length);
});
