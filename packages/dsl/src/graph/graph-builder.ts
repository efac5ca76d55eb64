import { checkName } from "../names.ts";
import type { Graph, NodeDraft } from "./graph.ts";
import type { NodeId } from "./node.ts";
import type { GraphNode } from "./nodes.ts";

/** Appends nodes and hands out names; one per StreamsBuilder. Java's InternalStreamsBuilder. */
export class GraphBuilder {
  readonly #drafts: NodeDraft[] = [];
  readonly #parents: (readonly NodeId[])[] = [];
  readonly #priorities: number[] = [];
  readonly #copartitionGroups: (readonly string[])[] = [];
  #nextIndex = 0;
  #nextPriority = 0;

  /** The next generated name: all names of a builder share one counter. */
  generateName(prefix: string): string {
    const index = this.#nextIndex;
    this.#nextIndex += 1;
    return prefix + String(index).padStart(10, "0");
  }

  generateStoreName(prefix: string): string {
    return this.generateName(`${prefix}STATE-STORE-`);
  }

  /** The given name, or a generated one. Both consume an index, so that naming a node renames no other. */
  nodeName(given: string | undefined, prefix: string): string {
    const generated = this.generateName(prefix);
    if (given === undefined) return generated;
    checkName(given);
    return given;
  }

  /** Adds a node below its parents. Each parent counts towards its priority, as in Java. */
  append(parents: readonly NodeId[], draft: NodeDraft): NodeId {
    const id = this.#drafts.length;
    this.#drafts.push(Object.freeze(draft));
    this.#parents.push(Object.freeze([...new Set(parents)]));
    this.#nextPriority += Math.max(parents.length, 1);
    this.#priorities.push(this.#nextPriority - 1);
    return id;
  }

  /** A repartition that is used again moves behind what was appended since, as in Java. */
  reuse(id: NodeId): void {
    this.#priorities[id] = this.#nextPriority;
    this.#nextPriority += 1;
  }

  copartition(sources: readonly string[]): void {
    this.#copartitionGroups.push(Object.freeze([...sources]));
  }

  graph(): Graph {
    const nodes = this.#drafts.map((draft, id): GraphNode => {
      const node = { ...draft, id, parents: this.#parents[id], priority: this.#priorities[id] };
      return Object.freeze(node) as GraphNode;
    });
    return Object.freeze({
      nodes: Object.freeze(nodes),
      copartitionGroups: Object.freeze([...this.#copartitionGroups]),
    });
  }
}
