import { filesConformance } from "../conformance/files.ts";
import type { Harness } from "../conformance/harness.ts";
import { timersConformance } from "../conformance/timers.ts";
import { transportConformance } from "../conformance/transport.ts";
import { Simulation } from "../sim.ts";

function openOn(name: string, seed: number): () => Harness {
  return () => {
    const simulation = new Simulation(seed);
    const platform = simulation.platform("a");
    platform.files.makeDirectory("/data");
    return {
      platform,
      host: name,
      directory: "/data",
      drive: (promise) => simulation.settle(promise),
      close: () => undefined,
    };
  };
}

for (const seed of [1, 2, 3]) {
  transportConformance(`The simulation's (loopback, seed ${String(seed)})`, openOn("127.0.0.1", seed));
  transportConformance(`The simulation's (by name, seed ${String(seed)})`, openOn("a", seed));
}
filesConformance("The simulation's", openOn("a", 1));
timersConformance("The simulation's", openOn("a", 1));
