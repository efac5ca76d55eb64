import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StreamsConfig } from "millrace";

/** Where our stores lie. Java's are always in RocksDB, its default. */
export const engineNames = ["rocksdb", "memory"] as const;
export type EngineName = (typeof engineNames)[number];

/** A state directory that is empty, and the settings to keep an application's stores there. */
export interface State extends Disposable {
  readonly config: Pick<StreamsConfig, "stateDirectory" | "defaultDslStore">;
}

export function newState(engine: EngineName): State {
  const stateDirectory = mkdtempSync(join(tmpdir(), "millrace-bench-state-"));
  return {
    config: { stateDirectory, defaultDslStore: engine === "rocksdb" ? "rocksDB" : "inMemory" },
    [Symbol.dispose]: () => rmSync(stateDirectory, { recursive: true, force: true }),
  };
}
