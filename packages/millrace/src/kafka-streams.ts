import { KafkaStreams as OnAnyEngine, type OpenEngine } from "@millrace/runtime";
import { openEngine } from "@millrace/state-rocksdb";

/** Stores on disk: RocksDB, or SQLite where RocksDB has no binary. */
const openOnDisk: OpenEngine = (directory, log) => openEngine(directory, { log });

/** A stream application: the runtime's class, with an engine on disk unless the environment names another. */
export const KafkaStreams: typeof OnAnyEngine = class extends OnAnyEngine {
  constructor(...[topology, config, environment]: ConstructorParameters<typeof OnAnyEngine>) {
    super(topology, config, { openEngine: openOnDisk, ...environment });
  }
};
/** A stream application; see the class of the runtime. */
export type KafkaStreams = OnAnyEngine;
