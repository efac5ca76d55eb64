import { readFileSync, readdirSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { verifyBatchFile } from "../../goldens/batches.ts";

const folder = new URL("../../../../test/data/protocol/batches/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json.gz"));

describe.each(files)("record batches of Java: %s", (file) => {
  const verdicts = verifyBatchFile(JSON.parse(gunzipSync(readFileSync(new URL(file, folder))).toString()));

  test.each(verdicts)("$name", ({ difference }) => {
    expect(difference).toBeNull();
  });
});

test("all files of record batches are there", () => {
  expect(files.length).toBe(10);
});
