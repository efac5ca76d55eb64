import type { Topology, TopologyNode } from "./topology.ts";

/**
 * The nodes of each sub-topology, by its id: nodes belong together that are connected by an edge or by a store. Groups are
 * numbered in the order of their first nodes, and keep the order of the topology. Java: `makeNodeGroups`.
 */
export function nodeGroups(topology: Topology): readonly (readonly TopologyNode[])[] {
  const rootOf = new Map<string, string>();
  const firstUser = new Map<string, string>();
  for (const node of topology.nodes) {
    rootOf.set(node.name, node.name);
    if (node.kind === "source") continue;
    for (const parent of node.parents) unite(rootOf, node.name, parent);
    if (node.kind !== "processor") continue;
    for (const store of node.stores) {
      const user = firstUser.get(store);
      if (user === undefined) firstUser.set(store, node.name);
      else unite(rootOf, node.name, user);
    }
  }
  const groups = new Map<string, TopologyNode[]>();
  for (const node of topology.nodes) {
    const root = find(rootOf, node.name);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [node]);
    else group.push(node);
  }
  return [...groups.values()];
}

function find(rootOf: Map<string, string>, name: string): string {
  let root = name;
  for (let parent = rootOf.get(root)!; parent !== root; parent = rootOf.get(root)!) {
    rootOf.set(root, rootOf.get(parent)!); // halves the path for the next search
    root = parent;
  }
  return root;
}

function unite(rootOf: Map<string, string>, a: string, b: string): void {
  rootOf.set(find(rootOf, a), find(rootOf, b));
}
