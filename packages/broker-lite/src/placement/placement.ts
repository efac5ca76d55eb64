import { groupPartition } from "@millrace/protocol";
import type { Address } from "@millrace/platform";

/** Leader of a partition. Each change of the leader raises the epoch. */
export interface Leader {
  /** Id of the node. -1: there is none. */
  readonly nodeId: number;
  /** Leader epoch. */
  readonly epoch: number;
}

/** Kinds of coordinators: of a group, or of a transactional id. */
export type CoordinatorType = "group" | "transaction";

/** Topic as far as its placement goes. */
export interface PlacedTopic {
  readonly partitions: { readonly length: number };
  /** First leader of each partition. Default: the nodes in turns. */
  readonly leaders?: readonly number[];
}

/** Node that serves clients. */
export interface PlacedNode {
  readonly nodeId: number;
  /** Returns the node's address for a client that came by the address `local` of some node. */
  addressFor(local: Address): Address;
}

/** Answers which node serves what. Handlers ask it for each request, because everything may move at any time. */
export interface Placement {
  /** Nodes that run, ascending by id. */
  readonly nodes: readonly PlacedNode[];
  /** Id of the node that names itself controller; -1 while none runs. */
  readonly controllerId: number;
  /** Leader of a partition; node -1 if the leader does not run. */
  leader(topic: PlacedTopic, partition: number): Leader;
  /** Id of the coordinator of a group id or transactional id; -1 if it does not run. */
  coordinator(type: CoordinatorType, key: string): number;
}

/** Coordinators of a type are placed by shards: as many as Kafka's internal topics have partitions (`offsets.topic.num.partitions`). */
const shardCount = 50;

/** Returns the shard that holds a group or transactional id. */
export function shardOf(key: string): number {
  return groupPartition(key, shardCount);
}

/**
 * A placement that can be changed. New partitions are led by the nodes in turns, the shards of coordinators are spread over
 * the nodes in turns. Logs and coordinator records belong to the cluster, so that any node can take over at once.
 */
export class MovablePlacement implements Placement {
  /** Ids of all nodes, running or not, ascending. */
  readonly #nodeIds: readonly number[];
  readonly #firstEpoch: number;
  readonly #running = new Map<number, PlacedNode>();
  readonly #leaders = new WeakMap<PlacedTopic, Leader[]>();
  readonly #coordinators: Readonly<Record<CoordinatorType, number[]>>;
  #nodes: readonly PlacedNode[] = [];

  /** @param firstEpoch leader epoch of every partition at first */
  constructor(nodeIds: readonly number[], firstEpoch: number) {
    this.#nodeIds = [...nodeIds].sort((a, b) => a - b);
    this.#firstEpoch = firstEpoch;
    const spread = (): number[] => Array.from({ length: shardCount }, (_, shard) => this.#inTurn(shard));
    this.#coordinators = { group: spread(), transaction: spread() };
  }

  get nodes(): readonly PlacedNode[] {
    return this.#nodes;
  }

  get controllerId(): number {
    return this.#nodes[0]?.nodeId ?? -1;
  }

  leader(topic: PlacedTopic, partition: number): Leader {
    const leader = this.assignedLeader(topic, partition);
    return this.#running.has(leader.nodeId) ? leader : { nodeId: -1, epoch: leader.epoch };
  }

  coordinator(type: CoordinatorType, key: string): number {
    const nodeId = this.#coordinators[type][shardOf(key)]!;
    return this.#running.has(nodeId) ? nodeId : -1;
  }

  /** Leader of a partition, running or not. */
  assignedLeader(topic: PlacedTopic, partition: number): Leader {
    return this.#leadersOf(topic)[partition]!;
  }

  /** Shards that a node coordinates. */
  shards(type: CoordinatorType, nodeId: number): number[] {
    return this.#coordinators[type].flatMap((owner, shard) => (owner === nodeId ? [shard] : []));
  }

  /** Makes the node the leader in the next epoch, which it returns. */
  moveLeader(topic: PlacedTopic, partition: number, nodeId: number): number {
    const leaders = this.#leadersOf(topic);
    const epoch = leaders[partition]!.epoch + 1;
    leaders[partition] = { nodeId, epoch };
    return epoch;
  }

  moveShard(type: CoordinatorType, shard: number, nodeId: number): void {
    this.#coordinators[type][shard] = nodeId;
  }

  /** Notes that a node serves clients. */
  started(node: PlacedNode): void {
    this.#running.set(node.nodeId, node);
    this.#listNodes();
  }

  /** Notes that a node serves clients no more. Its partitions and groups have to be moved, or wait for its start. */
  stopped(nodeId: number): void {
    this.#running.delete(nodeId);
    this.#listNodes();
  }

  #listNodes(): void {
    this.#nodes = [...this.#running.values()].sort((a, b) => a.nodeId - b.nodeId);
  }

  #inTurn(index: number): number {
    return this.#nodeIds[index % this.#nodeIds.length]!;
  }

  #leadersOf(topic: PlacedTopic): Leader[] {
    let leaders = this.#leaders.get(topic);
    if (leaders === undefined) {
      leaders = Array.from({ length: topic.partitions.length }, (_, index) => ({
        nodeId: topic.leaders?.[index] ?? this.#inTurn(index),
        epoch: this.#firstEpoch,
      }));
      this.#leaders.set(topic, leaders);
    }
    return leaders;
  }
}
