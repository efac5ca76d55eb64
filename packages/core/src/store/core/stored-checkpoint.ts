import type { Checkpoint, Engine } from "../engine/engine.ts";
import type { CommonStoreSpec } from "../store.ts";

/**
 * Checkpoint of a store's partition on this disk, whether a task works on it now or not; null if there is none. An engine whose
 * content ends with the process has none.
 */
export function storedCheckpoint(engine: Engine, spec: CommonStoreSpec, partition: number): Checkpoint | null {
  return engine.persistent ? engine.space(spec.name, partition).checkpoint() : null;
}
