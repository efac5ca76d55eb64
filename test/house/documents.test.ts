import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { embeddedIn, pages } from "../../scripts/documents.ts";

test("the README shows code", () => {
  expect(pages()).toContain("README.md");
  expect(embeddedIn("README.md").length).toBeGreaterThan(0);
});

for (const page of pages()) {
  test(`${page} shows code exactly as it runs, and links only to what exists`, () => {
    for (const { shown, actual } of embeddedIn(page)) expect(shown).toBe(actual);
    for (const [, target = ""] of readFileSync(page, "utf8").matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
      expect(globSync(join(dirname(page), target)), `${page} links to ${target}`).not.toEqual([]);
    }
  });
}
