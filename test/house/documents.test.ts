import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const embed = /<!-- region: (\S+)#(\S+) -->\n```ts\n(.*?)```/gs;
const pages = globSync(["*.md", "docs/**/*.md", "packages/*/*.md", "examples/*/*.md"], { exclude: ["node_modules/**"] });

/** The lines between `// #region NAME` and `// #endregion`, without their common indentation. */
function region(file: string, name: string): string | undefined {
  const body = readFileSync(file, "utf8").split(`// #region ${name}\n`)[1]?.split(/^\s*\/\/ #endregion/m)[0];
  if (body === undefined) return undefined;
  const indents = body.split("\n").filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const indent = Math.min(...indents);
  return body.split("\n").map((line) => line.slice(indent)).join("\n");
}

test("documents exist and show code", () => {
  expect(pages).toContain("README.md");
  expect(readFileSync("README.md", "utf8")).toMatch(embed);
});

for (const page of pages) {
  test(`${page} shows code exactly as it runs, and links only to what exists`, () => {
    const text = readFileSync(page, "utf8");
    for (const [, file = "", name = "", shown = ""] of text.matchAll(embed)) expect(shown).toBe(region(file, name));
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)) expect(globSync(target), `${page} links to ${target}`).not.toEqual([]);
  });
}
