import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "@millrace/core";
import { afterAll, describe, expect, test } from "vitest";
import { redoKey, spacePrefix } from "../src/format.ts";
import { openEngine } from "../src/index.ts";
import { tamper } from "../src/engine-fixture.ts";
import { unpack } from "./bundle.ts";
import { content, writeContent } from "./content.ts";
import { recordings } from "./recordings.ts";

const root = mkdtempSync(join(tmpdir(), "millrace-format-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Shown = readonly { readonly store: string; readonly entries: readonly string[]; readonly checkpoint: unknown }[];

function shown(engine: Engine): Shown {
  return content.map(({ store, partition }) => {
    const space = engine.space(store, partition);
    const entries: string[] = [];
    const scan = space.scan(null, null, false);
    while (scan.next()) entries.push(`${scan.key.copy().toString("hex")} ${scan.value.copy().toString("hex")}`);
    return { store, entries, checkpoint: space.checkpoint() };
  });
}

const expected: Shown = content.map(({ store, entries, checkpoint }) => ({
  store,
  entries: entries.map(([key, value]) => `${key.toString("hex")} ${value.toString("hex")}`),
  checkpoint,
}));

describe.each(recordings)("the recorded directory of $engine", ({ engine, file }) => {
  test("is read, goes on being written, and is read again", async () => {
    const directory = join(root, engine);
    unpack(file, directory);
    const opened = await openEngine(directory);
    expect(opened.name).toBe(engine);
    expect(shown(opened)).toEqual(expected);
    const batch = opened.batch();
    batch.put(opened.space("counts", 0), Buffer.from("a key"), Buffer.from("new"));
    batch.put(opened.space("another store", 0), Buffer.from("k"), Buffer.from("v"));
    opened.write(batch);
    await opened.close();
    const again = await openEngine(directory);
    expect(again.space("counts", 0).get(Buffer.from("a key"))?.toString()).toBe("new");
    expect(again.space("another store", 0).get(Buffer.from("k"))?.toString()).toBe("v");
    expect(shown(again).slice(1)).toEqual(expected.slice(1));
    await again.close();
  });

  test("holds what today's code would write", async () => {
    const engineNow = await openEngine(join(root, `${engine}-now`), { engine });
    writeContent(engineNow);
    expect(shown(engineNow)).toEqual(expected);
    await engineNow.close();
  });
});

test("RocksDB's recording has tables and a log of writes, so that both are read", () => {
  const { file } = recordings[0]!;
  const directory = join(root, "files");
  unpack(file, directory);
  const names = readdirSync(join(directory, "rocksdb"));
  expect(names.filter((name) => name.endsWith(".sst")).length).toBeGreaterThan(0);
  expect(names.filter((name) => name.endsWith(".log")).length).toBeGreaterThan(0);
  expect(existsSync(join(directory, "state.sqlite"))).toBe(false);
});

test("a batch that was begun in a recorded directory is finished", async () => {
  const directory = join(root, "begun");
  unpack(recordings[0]!.file, directory);
  // one range, all of store 1, partition 1; behind it one entry to put and one to delete
  const [prefix, end] = [spacePrefix(1, 1).toString("hex"), spacePrefix(1, 2).toString("hex")];
  const record = `00000001 00000006 ${prefix} 00000006 ${end} 00000007 ${prefix}61 00000001 62 00000007 ${prefix}63 ffffffff`;
  await tamper("rocksdb", directory, [[redoKey, Buffer.from(record.replaceAll(" ", ""), "hex")]]);
  const opened = await openEngine(directory);
  expect(shown(opened)[1]!.entries).toEqual(["61 62"]);
  expect(shown(opened)[0]).toEqual(expected[0]);
  await opened.close();
});
