import type { NodeId } from "./node.ts";
import type { GraphNode } from "./nodes.ts";

/** The edges of a graph while a pass moves them. Java: the parents and children of `GraphNode`. */
export class Wiring {
  readonly #parents: Map<NodeId, readonly NodeId[]>;

  constructor(nodes: readonly GraphNode[]) {
    this.#parents = new Map(nodes.map(({ id, parents }) => [id, parents]));
  }

  /** In the order in which they were connected. */
  parentsOf(node: NodeId): readonly NodeId[] {
    return this.#parents.get(node) ?? [];
  }

  childrenOf(node: NodeId): NodeId[] {
    return [...this.#parents.keys()].filter((other) => this.isChild(other, node));
  }

  isChild(node: NodeId, parent: NodeId): boolean {
    return this.parentsOf(node).includes(parent);
  }

  connect(parent: NodeId, child: NodeId): void {
    if (!this.isChild(child, parent)) this.#parents.set(child, [...this.parentsOf(child), parent]);
  }

  disconnect(parent: NodeId, child: NodeId): void {
    this.#parents.set(
      child,
      this.parentsOf(child).filter((other) => other !== parent),
    );
  }

  /** The first node that matches on the ways up, the node itself included: the way by its first parent is followed to its end first. */
  firstUpwards(node: NodeId, matches: (node: NodeId) => boolean): NodeId | null {
    const seen = new Set<NodeId>();
    const search = (at: NodeId): NodeId | null => {
      if (seen.has(at)) return null;
      seen.add(at);
      if (matches(at)) return at;
      for (const parent of this.parentsOf(at)) {
        const found = search(parent);
        if (found !== null) return found;
      }
      return null;
    };
    return search(node);
  }
}
