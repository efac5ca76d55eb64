import type { Engine } from "@millrace/core";

/** One engine for many scenarios: each has store names of its own, so that it finds its stores empty. Closing it does nothing. */
export function scenarioEngine(engine: Engine, scenarioName: string): Engine {
  return {
    name: engine.name,
    persistent: engine.persistent,
    space: (store, partition) => engine.space(`${scenarioName}/${store}`, partition),
    batch: () => engine.batch(),
    write: (batch) => engine.write(batch),
    close: () => Promise.resolve(),
  };
}
