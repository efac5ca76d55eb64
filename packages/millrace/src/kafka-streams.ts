import { KafkaStreams as OnAnyEngine, type OpenEngine } from "@millrace/runtime";
import { openEngine } from "@millrace/state-rocksdb";

/** Stores on disk: RocksDB, or SQLite where RocksDB has no binary. */
const openOnDisk: OpenEngine = (directory, log) => openEngine(directory, { log });

/** The runtime's class, with an engine on disk unless the environment names another. */
export const KafkaStreams: typeof OnAnyEngine = new Proxy(OnAnyEngine, {
  construct: (target, [topology, config, environment]: ConstructorParameters<typeof OnAnyEngine>, made) =>
    Reflect.construct(target, [topology, config, { openEngine: openOnDisk, ...environment }], made) as OnAnyEngine,
});
/** A stream application; see the class of the runtime. */
export type KafkaStreams = OnAnyEngine;
