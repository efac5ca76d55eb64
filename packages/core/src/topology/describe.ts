import { checkTopology } from "./check-topology.ts";
import { javaHashOrder, javaHashOrderOfCopy } from "./java-hash.ts";
import { JavaTreeSet } from "./java-tree-set.ts";
import { nodeGroups } from "./node-groups.ts";
import type { ProcessorNode, SinkNode, SourceNode, Topology, TopologyNode } from "./topology.ts";
import { unreachable } from "./unreachable.ts";

/**
 * The topology as text, the very text of Java's `Topology.describe()`, so that tools that read or draw it work. Names are
 * logical: without the application id.
 *
 *     description := "Topologies:\n " item*                                                   by id
 *     item        := "  Sub-topology: " id "\n" ("    " node "\n")* "\n"
 *     source      := "Source: " name " (topics: [" topics "])\n      --> " children
 *     processor   := "Processor: " name " (stores: [" stores "])\n      --> " children "\n      <-- " parents
 *     sink        := "Sink: " name " (topic: " topic ")\n      <-- " parents
 *                  | "Sink: " name " (extractor class: " extractor ")\n      <-- " parents
 *
 * The order of nodes and of lists is that of Java's hash tables and of sizes that are compared while they still grow. This
 * order is reproduced here; it has no other meaning.
 *
 * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` for what is no topology
 */
export function describe(topology: Topology): string {
  checkTopology("describe() needs a topology", topology);
  const items = nodeGroups(topology).map((nodes, id) => `  Sub-topology: ${id}\n${describeNodes(nodes)}\n`);
  return `Topologies:\n ${items.join("")}`;
}

/** A node while its sub-topology is put together. */
interface Described {
  readonly node: TopologyNode;
  /** Number of paths that lead down from here, itself included. */
  size: number;
  readonly parents: JavaTreeSet<Described>;
  readonly children: JavaTreeSet<Described>;
}

function describeNodes(nodes: readonly TopologyNode[]): string {
  const described = connect(nodes);
  return described
    .sort(bySizeAndName)
    .map((one) => `    ${describeNode(one)}\n`)
    .join("");
}

function connect(nodes: readonly TopologyNode[]): Described[] {
  const byName = new Map<string, Described>();
  for (const node of nodes) {
    byName.set(node.name, { node, size: 1, parents: new JavaTreeSet(bySizeAndName), children: new JavaTreeSet(bySizeAndName) });
  }
  // Java collects the names in a HashSet, then copies them to a HashMap in the order of the set.
  const names = javaHashOrder(javaHashOrder(byName.keys()));
  for (const name of names) {
    const one = byName.get(name)!;
    if (one.node.kind === "source") continue;
    for (const parentName of one.node.parents) {
      const parent = byName.get(parentName)!;
      one.parents.add(parent);
      parent.children.add(one);
      grow(parent, one.size);
    }
  }
  return [...byName.values()];
}

function grow(one: Described, by: number): void {
  one.size += by;
  for (const parent of one.parents.values()) grow(parent, by);
}

function bySizeAndName(a: Described, b: Described): number {
  if (a.size !== b.size) return b.size - a.size;
  return a.node.name < b.node.name ? -1 : a.node.name > b.node.name ? 1 : 0;
}

function describeNode({ node, parents, children }: Described): string {
  switch (node.kind) {
    case "source":
      return `${sourceLine(node)}\n      --> ${list(children)}`;
    case "processor":
      return `${processorLine(node)}\n      --> ${list(children)}\n      <-- ${list(parents)}`;
    case "sink":
      return `${sinkLine(node)}\n      <-- ${list(parents)}`;
    default:
      return unreachable(node);
  }
}

function sourceLine(node: SourceNode): string {
  return `Source: ${node.name} (topics: [${javaHashOrderOfCopy(node.topics).join(", ")}])`;
}

function processorLine(node: ProcessorNode): string {
  return `Processor: ${node.name} (stores: [${javaHashOrderOfCopy(javaHashOrder(node.stores)).join(", ")}])`;
}

function sinkLine(node: SinkNode): string {
  const topic = typeof node.topic === "string" ? `topic: ${node.topic}` : `extractor class: ${node.topic.toString()}`;
  return `Sink: ${node.name} (${topic})`;
}

function list(nodes: JavaTreeSet<Described>): string {
  return (
    nodes
      .values()
      .map(({ node }) => node.name)
      .join(", ") || "none"
  );
}
