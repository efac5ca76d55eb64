import type { Topic } from "../topic/topics.ts";
import type { RequestContext, Services } from "./handler.ts";

/** Leader of a partition as Produce and Fetch tell it, to a client that asked the wrong node (KIP-951). */
export interface NewLeader {
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

/** Address of a node that is named as a leader. */
export interface NodeEndpoint {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack: null;
}

/** Leaders that one response names, and their addresses. */
export class NewLeaders {
  readonly endpoints: NodeEndpoint[] = [];
  readonly #services: Services;
  readonly #context: RequestContext;

  constructor(services: Services, context: RequestContext) {
    this.#services = services;
    this.#context = context;
  }

  /** Returns the leader of a partition, and notes its address. */
  of(topic: Topic, partition: number): NewLeader {
    const { placement } = this.#services;
    const { nodeId, epoch } = placement.leader(topic, partition);
    const node = placement.nodes.find((each) => each.nodeId === nodeId);
    if (node !== undefined && !this.endpoints.some((endpoint) => endpoint.nodeId === nodeId))
      this.endpoints.push({ nodeId, ...node.addressFor(this.#context.local), rack: null });
    return { leaderId: nodeId, leaderEpoch: epoch };
  }
}
