import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { verifyHashing } from "../../goldens/hashing.ts";

const file = new URL("../../../../test/data/protocol/hashing.json.gz", import.meta.url);
const verdicts = verifyHashing(JSON.parse(gunzipSync(readFileSync(file)).toString()));

test.each(verdicts)("$name is as in Java", ({ difference }) => {
  expect(difference).toBeNull();
});

test("there are vectors to check", () => {
  expect(verdicts.length).toBeGreaterThan(200);
});
