import { MemoryEngine } from "@millrace/core";
import { SimulatedState } from "../cluster/index.ts";
import { engineConformance } from "./engine.ts";

engineConformance("the in-memory engine", () => new MemoryEngine());
const disk = new SimulatedState({ uint32: () => 0 });
engineConformance("the simulated engine", (home) => disk.open(home));
