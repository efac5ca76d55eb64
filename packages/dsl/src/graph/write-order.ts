import type { Graph } from "./graph.ts";
import type { NodeId } from "./node.ts";
import type { GraphNode } from "./nodes.ts";

/**
 * The order in which nodes become a topology, which decides the ids of sub-topologies: always the node with the smallest
 * priority among those whose parents are all written (Java: `buildAndOptimizeTopology`).
 */
export function writeOrder(graph: Graph): readonly GraphNode[] {
  const waitingFor = new Map<NodeId, number>();
  const children = new Map<NodeId, GraphNode[]>();
  const ready: GraphNode[] = [];
  for (const node of graph.nodes) {
    waitingFor.set(node.id, node.parents.length);
    children.set(node.id, []);
    for (const parent of node.parents) children.get(parent)!.push(node);
    if (node.parents.length === 0) insert(ready, node);
  }
  const order: GraphNode[] = [];
  for (let node = ready.shift(); node !== undefined; node = ready.shift()) {
    order.push(node);
    for (const child of children.get(node.id)!) {
      const left = waitingFor.get(child.id)! - 1;
      waitingFor.set(child.id, left);
      if (left === 0) insert(ready, child);
    }
  }
  return order;
}

function insert(ready: GraphNode[], node: GraphNode): void {
  const at = ready.findIndex((other) => other.priority > node.priority);
  ready.splice(at === -1 ? ready.length : at, 0, node);
}
