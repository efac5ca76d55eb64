import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
// #region readme
import { openEngine } from "@millrace/state-rocksdb";

async function remember(directory: string): Promise<string> {
  const engine = await openEngine(directory);
  const space = engine.space("counts", 0);
  const batch = engine.batch();
  batch.put(space, Buffer.from("apples"), Buffer.from("3"));
  engine.write(batch);
  const value = space.get(Buffer.from("apples"));
  await engine.close();
  return String(value);
}
// #endregion

test("the example finds what it wrote", async () => {
  const directory = mkdtempSync(join(tmpdir(), "millrace-readme-"));
  expect(await remember(directory)).toBe("3");
  rmSync(directory, { recursive: true });
});
