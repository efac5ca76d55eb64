import { storeGetter, type OperatorSpec, type TableGetterSpec } from "@millrace/core";
import type { StoreDraft, TableNode } from "./node.ts";
import type { TableNodeRules, TableRules, TopologyWriter } from "./rules.ts";

type StoredTable = TableNode & { readonly store: StoreDraft };

/** Rules of a table made of a stream, which hold for each kind of node that makes one. */
export const tableOfStream: Omit<TableRules<StoredTable>, "restoredFromSource"> = {
  tables: () => [],
  oldValuesFrom: "store",
  getter: (node) => storeGetter(node.store.spec.name),
};

/** Rules of a table computed from its parent, row by row: kept in a store only if it was given one. */
export function tableOfTable<N extends TableNode>(view: (node: N, parent: TableGetterSpec) => TableGetterSpec): TableRules<N> {
  return {
    tables: (node) => node.parents,
    oldValuesFrom: "store",
    getter: (node, of) => (node.store === null ? view(node, of(node.parents[0]!)) : storeGetter(node.store.spec.name)),
  };
}

/** Options that the operators of all aggregations have. */
export interface AggregationOptions {
  readonly store: string;
  readonly sendOldValues: boolean;
}

/** Rules of an aggregation of a stream. */
export function aggregation<N extends StoredTable>(
  operator: (node: N, options: AggregationOptions) => OperatorSpec,
): TableNodeRules<N> {
  return {
    table: tableOfStream,
    write(node, to) {
      const store = to.store(node.store);
      to.processor(node, operator(node, { store, sendOldValues: node.sendsOldValues }), [store]);
    },
  };
}

/** Writes a table's store if the table is kept in one. */
export function storeOf(
  node: TableNode,
  to: TopologyWriter,
): { readonly store: string | null; readonly stores: readonly string[] } {
  if (!node.materialized || node.store === null) return { store: null, stores: [] };
  const store = to.store(node.store);
  return { store, stores: [store] };
}
