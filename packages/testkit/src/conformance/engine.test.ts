import { MemoryEngine } from "@millrace/core";
import { SimulatedState } from "../cluster/index.ts";
import { engineConformance } from "./engine.ts";

engineConformance("the in-memory engine", () => new MemoryEngine());
engineConformance("the simulated engine", () => new SimulatedState({ uint32: () => 0 }).open("state"));
