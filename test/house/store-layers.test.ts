import { globSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { expect, test } from "vitest";

/** Parts of core/store that each of its folders may import; "" is the folder itself with the interfaces and the table of kinds. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  schema: ["engine"],
  format: [],
  core: ["engine", "schema", "format", ""],
  kinds: ["core", "engine", "schema", "format", ""],
  "": ["core", "engine", "schema", "format", "kinds"],
};
/** Files that know all kinds: only the folder itself, and what lies outside of it, may import them. */
const tables = ["packages/core/src/store/kinds.ts", "packages/core/src/store/kinds/table.ts"];

const root = "packages/core/src/store/";
const sources = globSync(`${root}**/*.ts`)
  .map((file) => file.split(sep).join("/"))
  .filter((file) => !/\.(test|bench)\.ts$|test-fixture\.ts$/.test(file));

function layerOf(file: string): string {
  const path = file.slice(root.length).split("/");
  return path.length > 1 ? path[0]! : "";
}

test("layers of the stores import only what lies below them, and none but the table knows all kinds", () => {
  const wrong: string[] = [];
  for (const file of sources) {
    for (const [, name = ""] of readFileSync(file, "utf8").matchAll(/from\s+"(\.[^"]+)"/g)) {
      const target = join(dirname(file), name).split(sep).join("/");
      const [from, to] = [layerOf(file), target.startsWith(root) ? layerOf(target) : null];
      const isOutside = to === null || target === `${root}errors.ts` || (to === from && !tables.includes(target));
      const isAllowed = to !== null && allowed[from]!.includes(to) && !(tables.includes(target) && from !== "");
      if (!isOutside && !isAllowed) wrong.push(`${file} imports ${name}`);
    }
  }
  expect(sources.length).toBeGreaterThan(30);
  expect(wrong).toEqual([]);
});
