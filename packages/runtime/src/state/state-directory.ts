import { MemoryEngine, type Engine, type Topology } from "@millrace/core";
import { temporaryDirectory } from "@millrace/platform/node";
import type { ResolvedConfig } from "../config.ts";
import type { Log } from "@millrace/platform";

/**
 * Opens what keeps the stores on disk.
 *
 * @param directory the application's own; it may be missing
 */
export type OpenEngine = (directory: string, log: Log) => Engine | Promise<Engine>;

/** The engine that a config asks for; in memory where there is none for the disk, or nothing to keep. */
export async function openStateEngine(topology: Topology, config: ResolvedConfig, open: OpenEngine | undefined): Promise<Engine> {
  const { applicationId, defaultDslStore, log, stateDirectory } = config;
  if (open === undefined || defaultDslStore === "inMemory" || topology.stores.length === 0) return new MemoryEngine();
  const directory = stateDirectory ?? `${temporaryDirectory()}/millrace-streams`;
  const engine = await open(`${directory}/${applicationId}`, log);
  // A directory that the user names is intended; Java warns even then.
  if (engine.persistent && stateDirectory === undefined) {
    log("warn", `keeping stores in "${directory}", which the system may empty; set "stateDirectory" to a place that lasts`, {
      stateDirectory: directory,
    });
  }
  return engine;
}
