import type { Graph, GraphNode, NodeId } from "./graph.ts";

/**
 * Finds out which tables are kept in stores and which send old values with their changes.
 *
 * In Java both are asked for while the program is written, so that the answer can depend on the order of its lines: a
 * filter gets old values only from a table that is materialized by then. This walks the nodes in the order of their
 * creation and asks the same.
 */
export function settleTables(graph: Graph): Graph {
  const tables = new Map<NodeId, Table>();
  for (const node of graph.nodes) {
    const table = tableOf(node, tables);
    if (table !== null) tables.set(node.id, table);
    if (node.kind === "tableFilter") filterAsks(tables.get(node.id)!);
    if (node.kind === "tableGroupBy") askForOldValues(tables.get(node.parents[0]!)!, true);
    if (node.kind === "streamTableJoin") materialize(tables.get(node.table)!);
  }
  const nodes = graph.nodes.map((node): GraphNode => {
    const table = tables.get(node.id);
    if (table === undefined || !("materialized" in node)) return node;
    return Object.freeze({ ...node, materialized: table.materialized, sendsOldValues: table.sendsOldValues });
  });
  return { ...graph, nodes };
}

interface Table {
  readonly kind: GraphNode["kind"];
  /** The table it is made of; null for tables made of streams. */
  readonly parent: Table | null;
  materialized: boolean;
  sendsOldValues: boolean;
}

function tableOf(node: GraphNode, tables: ReadonlyMap<NodeId, Table>): Table | null {
  if (!("materialized" in node)) return null;
  const made = node.kind === "tableFilter" || node.kind === "tableMapValues";
  return {
    kind: node.kind,
    parent: made ? tables.get(node.parents[0]!)! : null,
    materialized: node.materialized,
    sendsOldValues: node.sendsOldValues,
  };
}

/** With old values at hand a filter need not send tombstones for keys it never let through; it does not insist. */
function filterAsks(filter: Table): void {
  if (askForOldValues(filter.parent!, false)) filter.sendsOldValues = true;
}

/** Java's `enableSendingOldValues(force)`: a table read from a topic agrees only if it has a store, or is forced to get one. */
function askForOldValues(table: Table, force: boolean): boolean {
  if (table.sendsOldValues) return true;
  if (table.parent === null && force) table.materialized = true;
  const agrees = table.parent === null || table.materialized ? table.materialized : askForOldValues(table.parent, force);
  if (agrees) table.sendsOldValues = true;
  return agrees;
}

/** A join looks the table up: in its store, or in that of the table it is made of. */
function materialize(table: Table): void {
  if (table.parent !== null && !table.materialized) materialize(table.parent);
  else table.materialized = true;
}
