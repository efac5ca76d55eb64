import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine, EngineSpace } from "@millrace/core";
import type { EngineName } from "./directory.ts";
import type { Meta } from "./meta.ts";
import { loadRocksBinding } from "./rocks-binding.ts";
import { openRocksDatabase } from "./rocks-database.ts";
import { openSqliteDatabase } from "./sqlite-database.ts";

export const engineNames: readonly EngineName[] = ["rocksdb", "sqlite"];

/** Directories that go when the tests of a file are done. */
export class TestDirectories {
  readonly #root: string = mkdtempSync(join(tmpdir(), "millrace-state-"));

  make(): string {
    return mkdtempSync(join(this.#root, "d-"));
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

/** Puts entries into a database behind its engine's back. */
export async function tamper(
  engine: EngineName,
  directory: string,
  entries: readonly (readonly [Buffer, Buffer])[],
): Promise<void> {
  const database: Meta & { close(): void | Promise<void> } =
    engine === "sqlite"
      ? await openSqliteDatabase(directory)
      : await openRocksDatabase(await loadRocksBinding(), { directory, cacheBytes: 1024 * 1024, memtableBytes: 1024 * 1024 });
  for (const [key, value] of entries) database.saveMeta(key, value);
  await database.close();
}

export function put(engine: Engine, space: EngineSpace, entries: Readonly<Record<string, string>>): void {
  const batch = engine.batch();
  for (const [key, value] of Object.entries(entries)) batch.put(space, Buffer.from(key), Buffer.from(value));
  engine.write(batch);
}

export function contentOf(space: EngineSpace): Record<string, string> {
  const entries: Record<string, string> = {};
  const scan = space.scan(null, null, false);
  while (scan.next()) {
    const { key, value } = scan;
    entries[key.buffer.toString("latin1", key.start, key.end)] = value.buffer.toString("latin1", value.start, value.end);
  }
  return entries;
}
