import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";

const tracked = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\0")
  .filter((file) => file !== "" && existsSync(file));

test("the repository stays under 30 MB", () => {
  const bytes = tracked.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
  expect(bytes).toBeLessThan(30e6);
});

test("no file names a path of somebody's machine or a registry's host", () => {
  const wrong: string[] = [];
  for (const file of tracked) {
    if (/\.(gz|png)$/.test(file) || file.startsWith("test/house/")) continue;
    const text = readFileSync(file, "utf8");
    const found = /(^|[^a-zA-Z.])\/(root|work|home)\/|registry\.npm|repo1?\.maven/.exec(text);
    if (found !== null) wrong.push(`${file}: ${found[0]}`);
  }
  expect(wrong).toEqual([]);
});

test("no source is marked unfinished", () => {
  const wrong = tracked.filter(
    (file) =>
      /^(packages|examples|bench|scripts)\/.*\.(ts|mjs)$/.test(file) &&
      /TODO|FIXME|XXX|not implemented/i.test(readFileSync(file, "utf8")),
  );
  expect(wrong).toEqual([]);
});
