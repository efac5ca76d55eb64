import { serdeMistake } from "./check-serde.ts";
import type { Serde } from "./serde.ts";

/** Returns true if a value has everything that a serde needs: a name, and the functions `read`, `sizeMax` and `write`. */
export function isSerde(value: unknown): value is Serde<unknown> {
  return serdeMistake(value) === null;
}
