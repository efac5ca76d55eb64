import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { contentOf, engineNames, put, tamper, TestDirectories } from "./engine-fixture.ts";
import { RocksBindingError } from "./errors.ts";
import { checkpointKey, encodeVersion, formatKey, redoKey, spacePrefix, storeKey } from "./format.ts";
import { openEngine, openEngineWith } from "./open-engine.ts";
import type { RocksBinding } from "./rocks-binding.ts";

const directories = new TestDirectories();
afterAll(() => directories.remove());

const notLoaded = (): Promise<RocksBinding> => Promise.reject(new RocksBindingError("no binary for this machine"));

test("RocksDB is the engine of a new directory, which is made, and there is nothing to warn about", async () => {
  const warnings: string[] = [];
  const engine = await openEngine(join(directories.make(), "a", "b"), { log: (_level, text) => void warnings.push(text) });
  expect(engine.name).toBe("rocksdb");
  expect(engine.persistent).toBe(true);
  await engine.close();
  expect(warnings).toEqual([]);
});

test("where RocksDB's native code does not load, SQLite takes over with one line of warning", async () => {
  const warnings: string[] = [];
  const log = (level: string, text: string): void => void warnings.push(`${level}: ${text}`);
  const engine = await openEngineWith(notLoaded, directories.make(), { log });
  expect(engine.name).toBe("sqlite");
  await engine.close();
  expect(warnings).toEqual([
    "warn: RocksDB's native code did not load: no binary for this machine. Keeping state in SQLite, which is slower.",
  ]);
});

test("RocksDB that is asked for and does not load is an error", async () => {
  await expect(openEngineWith(notLoaded, directories.make(), { engine: "rocksdb" })).rejects.toMatchObject({
    code: "STREAMS_ROCKSDB_BINDING",
    reason: "no binary for this machine.",
  });
});

test("a directory that SQLite wrote goes on with SQLite", async () => {
  const directory = directories.make();
  await (await openEngine(directory, { engine: "sqlite" })).close();
  const warnings: string[] = [];
  const engine = await openEngine(directory, { log: (_level, text) => void warnings.push(text) });
  await engine.close();
  expect(engine.name).toBe("sqlite");
  expect(warnings).toHaveLength(1);
});

test("an engine refuses a directory that the other one wrote", async () => {
  const [rocks, sqlite] = [directories.make(), directories.make()];
  await (await openEngine(rocks, { engine: "rocksdb" })).close();
  await (await openEngine(sqlite, { engine: "sqlite" })).close();
  const mismatch = { code: "STREAMS_ENGINE_MISMATCH" };
  await expect(openEngine(rocks, { engine: "sqlite" })).rejects.toMatchObject({ ...mismatch, directory: rocks });
  await expect(openEngine(sqlite, { engine: "rocksdb" })).rejects.toMatchObject({ ...mismatch, directory: sqlite });
  await expect(openEngineWith(notLoaded, rocks, {})).rejects.toMatchObject(mismatch);
});

test("an engine that there is not is refused", async () => {
  const engine = "leveldb" as "sqlite";
  await expect(openEngine(directories.make(), { engine })).rejects.toMatchObject({ code: "STREAMS_INVALID_ARGUMENT" });
});

describe.each(engineNames)("%s", (engine) => {
  test("a directory that is open is locked, and free again after the close", async () => {
    const directory = directories.make();
    const first = await openEngine(directory, { engine });
    await expect(openEngine(directory, { engine })).rejects.toMatchObject({
      code: "STREAMS_ENGINE_LOCKED",
      directory,
      retriable: true,
    });
    put(first, first.space("s", 0), { a: "1" });
    await first.close();
    const second = await openEngine(directory, { engine });
    expect(contentOf(second.space("s", 0))).toEqual({ a: "1" });
    await second.close();
  });

  test("a directory that a later version wrote is refused, and left as it is", async () => {
    const directory = directories.make();
    await (await openEngine(directory, { engine })).close();
    await tamper(engine, directory, [[formatKey, encodeVersion(7)]]);
    const refused = { code: "STREAMS_ENGINE_FORMAT", version: 7, versionMax: 1 };
    await expect(openEngine(directory, { engine })).rejects.toMatchObject(refused);
    await expect(openEngine(directory, { engine })).rejects.toMatchObject(refused);
  });

  const damages: readonly (readonly [string, readonly (readonly [Buffer, Buffer])[]])[] = [
    ["a version of the wrong length", [[formatKey, Buffer.of(1)]]],
    ["the version 0", [[formatKey, Buffer.alloc(4)]]],
    ["a store without name before it", [[storeKey(2), Buffer.from("s")]]],
    ["a store that is there twice", [1, 2].map((id) => [storeKey(id), Buffer.from("s")] as const)],
    ["a key of a store that is none", [[Buffer.concat([storeKey(1), Buffer.of(0)]), Buffer.from("s")]]],
  ];
  test.each(damages)("%s is damage", async (_what, entries) => {
    const directory = directories.make();
    await (await openEngine(directory, { engine })).close();
    await tamper(engine, directory, entries);
    await expect(openEngine(directory, { engine })).rejects.toMatchObject({ code: "STREAMS_ENGINE_CORRUPT", directory });
  });

  test("content without a version is damage", async () => {
    const directory = directories.make();
    await tamper(engine, directory, [[storeKey(1), Buffer.from("s")]]);
    await expect(openEngine(directory, { engine })).rejects.toMatchObject({ code: "STREAMS_ENGINE_CORRUPT" });
  });

  test("a checkpoint that cannot be read is damage", async () => {
    const directory = directories.make();
    await (await openEngine(directory, { engine })).close();
    await tamper(engine, directory, [
      [checkpointKey(spacePrefix(1, 5)), Buffer.alloc(9)],
      [checkpointKey(spacePrefix(1, 6)), Buffer.alloc(48, 0x7f)],
    ]);
    const opened = await openEngine(directory, { engine });
    expect(() => opened.space("s", 5).checkpoint()).toThrow(expect.objectContaining({ code: "STREAMS_ENGINE_CORRUPT" }));
    expect(() => opened.space("s", 6).checkpoint()).toThrow(`the checkpoint of store "s", partition 6, cannot be read`);
    expect(opened.space("s", 7).checkpoint()).toBeNull();
    await opened.close();
  });

  test("a file that was overwritten is damage", async () => {
    const directory = directories.make();
    const writer = await openEngine(directory, { engine });
    put(writer, writer.space("s", 0), { a: "1" });
    await writer.close();
    const file = join(directory, engine === "sqlite" ? "state.sqlite" : "rocksdb/CURRENT");
    writeFileSync(file, Buffer.alloc(readFileSync(file).length, 0x55));
    await expect(openEngine(directory, { engine })).rejects.toMatchObject({ code: "STREAMS_ENGINE_CORRUPT" });
  });

  test("a path that is no directory is refused", async () => {
    const file = join(directories.make(), "file");
    writeFileSync(file, "x");
    await expect(openEngine(file, { engine })).rejects.toMatchObject({ code: "STREAMS_ENGINE_FAILED", directory: file });
  });

  test("a closed engine says so, may be closed again, and its scans are over", async () => {
    const directory = directories.make();
    const opened = await openEngine(directory, { engine });
    const space = opened.space("s", 0);
    put(opened, space, { a: "1", b: "2" });
    const batch = opened.batch();
    batch.put(space, Buffer.from("c"), Buffer.from("3"));
    const scan = space.scan(null, null, false);
    expect(scan.next()).toBe(true);
    await Promise.all([opened.close(), opened.close()]);
    await opened.close();
    expect(scan.next()).toBe(false);
    scan.close();
    const closed = expect.objectContaining({ code: "STREAMS_ENGINE_CLOSED", directory });
    expect(() => space.get(Buffer.from("a"))).toThrow(closed);
    expect(() => space.getMany([Buffer.from("a")])).toThrow(closed);
    expect(() => space.scan(null, null, true)).toThrow(closed);
    expect(() => space.checkpoint()).toThrow(closed);
    expect(() => opened.write(batch)).toThrow(closed);
    expect(() => opened.space("new", 0)).toThrow(closed);
  });
});

test.each([/^MANIFEST-/, /^CURRENT$/])("a database of which a file is gone, %s, is damaged", async (name) => {
  const directory = directories.make();
  const writer = await openEngine(directory, { engine: "rocksdb" });
  put(writer, writer.space("s", 0), { a: "1" });
  await writer.close();
  const files = readdirSync(join(directory, "rocksdb")).filter((file) => name.test(file));
  for (const file of files) rmSync(join(directory, "rocksdb", file));
  expect(files).toHaveLength(1);
  await expect(openEngine(directory, { engine: "rocksdb" })).rejects.toMatchObject({ code: "STREAMS_ENGINE_CORRUPT" });
});

test("a record of a batch that was begun, and cannot be read, is damage", async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(4), Buffer.of(0, 0, 0, 1, 0, 0, 0, 9, 1), Buffer.of(0, 0, 0, 1)]) {
    const directory = directories.make();
    await (await openEngine(directory, { engine: "rocksdb" })).close();
    await tamper("rocksdb", directory, [[redoKey, bytes]]);
    await expect(openEngine(directory, { engine: "rocksdb" })).rejects.toMatchObject({ code: "STREAMS_ENGINE_CORRUPT" });
  }
});
