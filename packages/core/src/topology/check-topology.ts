import { InvalidArgumentError } from "../errors.ts";
import { shown } from "../shown.ts";
import type { Topology } from "./topology.ts";

/**
 * Checks that a value is a topology: a program in plain JavaScript may pass the builder.
 *
 * @param needs beginning of the sentence, such as "describe() needs a topology"
 * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT`, with `build()` as the hint where the value has one
 */
export function checkTopology(needs: string, value: unknown): asserts value is Topology {
  if (Array.isArray((value as Topology | null | undefined)?.nodes)) return;
  const hint = typeof value === "object" && value !== null && "build" in value ? " Call build() on it." : "";
  throw new InvalidArgumentError(`${needs}, but got ${shown(value)}.${hint}`);
}
