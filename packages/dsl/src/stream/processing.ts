import {
  processRecords,
  processValues,
  type FixedKeyProcessorSupplier,
  type ProcessorSupplier,
  type ReadDuration,
  type StoreDefinition,
} from "@millrace/core";
import { durationMs } from "../duration.ts";
import type { DraftOf } from "../graph/graph.ts";
import type { NodeOfKind } from "../graph/nodes.ts";
import { definedStore } from "../materialized.ts";

/** Supplier of a processor of either kind, without its types. */
type AnySupplier = ProcessorSupplier<unknown, unknown, unknown, unknown> & FixedKeyProcessorSupplier<unknown, unknown, unknown>;

/** Fields of the node of a processor that its call decides. */
export type ProcessDraft = Omit<DraftOf<NodeOfKind<"process">>, "name" | "origin">;

/** Makes the node of a processor; stores that are given as definitions, or come with the supplier, are added to the program. */
export function processDraft(
  method: "process" | "processValues",
  supplier: AnySupplier,
  stores: readonly (string | StoreDefinition)[],
): ProcessDraft {
  const options = { supplier, durationMs: durationMs as ReadDuration };
  const connected = [...stores, ...(supplier.stores ?? [])];
  return {
    kind: "process",
    operator: method === "process" ? processRecords(options) : processValues(options),
    storeNames: [...new Set(connected.map((store) => (typeof store === "string" ? store : store.spec.name)))],
    stores: connected.flatMap((store) => (typeof store === "string" ? [] : [definedStore(store)])),
  };
}
