import type { Graph } from "./graph.ts";
import { isTable, rulesOf, tableRulesOf, type GraphNode } from "./nodes.ts";
import { TableDemands } from "./table-demands.ts";

/**
 * Finds out which tables are kept in stores and which send old values with their changes.
 *
 * In Java both are asked for while the program is written, so that the answer can depend on the order of its lines: a
 * filter gets old values only from a table that is materialized by then. This walks the nodes in the order of their
 * creation and asks the same.
 */
export function settleTables(graph: Graph): Graph {
  const demands = new TableDemands();
  for (const node of graph.nodes) {
    if (isTable(node)) {
      const { tables, oldValuesFrom } = tableRulesOf(node);
      demands.add(node.id, tables(node), oldValuesFrom, node);
    }
    for (const demand of rulesOf(node).demands?.(node) ?? []) demands.ask(node.id, demand);
  }
  const nodes = graph.nodes.map((node): GraphNode => {
    const settled = demands.settled(node.id);
    return settled === null ? node : Object.freeze({ ...node, ...settled });
  });
  return { ...graph, nodes };
}
