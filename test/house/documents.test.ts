import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { anchorsOf, embeddedIn, linksOf, order, pages } from "../../scripts/documents.ts";

test("the README shows code", async () => {
  expect(pages()).toContain("README.md");
  expect((await embeddedIn("README.md")).length).toBeGreaterThan(0);
});

for (const page of pages()) {
  test(`${page} shows what is there, and links only to what exists`, async () => {
    for (const { source, shown, actual } of await embeddedIn(page)) expect(shown, source).toBe(actual);
    for (const [, target = "", anchor] of readFileSync(page, "utf8").matchAll(
      /\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g,
    )) {
      const linked = target === "" ? page : normalize(join(dirname(page), target));
      expect(globSync(linked), `${page} links to ${target}`).not.toEqual([]);
      if (anchor !== undefined) expect(anchorsOf(linked), `${page} links to ${target}#${anchor}`).toContain(anchor);
    }
  });
}

test("the list of docs/README.md has every page of docs/, each with the links to its neighbours", () => {
  expect(order().toSorted()).toEqual(globSync("docs/*.md").toSorted());
  for (const page of order().slice(1)) expect(readFileSync(page, "utf8").trimEnd().split("\n").at(-1), page).toBe(linksOf(page));
});

test("commands that pages name are there", () => {
  const scriptsOf = (manifest: string): string[] =>
    existsSync(manifest) ? Object.keys((JSON.parse(readFileSync(manifest, "utf8")) as { scripts?: object }).scripts ?? {}) : [];
  const wrong: string[] = [];
  for (const page of pages()) {
    const own = page === "docs/getting-started.md" ? "template" : dirname(page);
    const known = new Set([...scriptsOf("package.json"), ...scriptsOf(join(own, "package.json"))]);
    for (const [command, name = ""] of readFileSync(page, "utf8").matchAll(/npm run ([\w:-]+)/g)) {
      if (!known.has(name)) wrong.push(`${page}: ${command}`);
    }
  }
  expect(wrong).toEqual([]);
});
