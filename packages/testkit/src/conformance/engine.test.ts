import { MemoryEngine } from "@millrace/core";
import { engineConformance } from "./engine.ts";

engineConformance("the in-memory engine", () => new MemoryEngine());
