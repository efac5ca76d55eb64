import { ErrorCode } from "@millrace/protocol";

import type { Broker } from "../cluster/cluster.ts";
import type { PartitionMetadata } from "../cluster/topic-metadata.ts";

/** Errors after which the replica is asked again; after any other the fetcher returns to the leader. As Java's FetchCollector. */
const keepingErrors: ReadonlySet<number> = new Set([ErrorCode.UNKNOWN_LEADER_EPOCH, ErrorCode.UNKNOWN_SERVER_ERROR]);

/**
 * Replica from which the leader of a partition told the client to fetch, because it is in the client's rack (KIP-392). It is used
 * for a limited time, and only while the leader stays the same and the replica is online. Then the leader is asked again.
 */
export class PreferredReplica {
  /** Node id of the replica; -1: none, the leader is asked. */
  #nodeId = -1;
  #untilMs = 0;
  #leaderId = -1;
  #leaderEpoch = -1;

  /** Uses a replica that the leader named. The time limit of a replica that is in use already stays as it is. */
  follow(nodeId: number, leader: PartitionMetadata, untilMs: number): void {
    if (nodeId === this.#nodeId) return;
    this.#nodeId = nodeId;
    this.#untilMs = untilMs;
    this.#leaderId = leader.leaderId;
    this.#leaderEpoch = leader.leaderEpoch;
  }

  /** Goes back to the leader. Returns true if there was a replica. */
  clear(): boolean {
    const had = this.#nodeId >= 0;
    this.#nodeId = -1;
    return had;
  }

  /** Goes back to the leader if an error demands it. Returns true if it left a replica. */
  failed(errorCode: number): boolean {
    return !keepingErrors.has(errorCode) && this.clear();
  }

  /**
   * Chooses the broker to fetch from, the leader or the replica.
   *
   * @param onLost called when the replica is offline, or no longer one: metadata may be stale
   */
  nodeId(partition: PartitionMetadata, brokers: readonly Broker[], nowMs: number, onLost: () => void): number {
    if (this.#nodeId < 0) return partition.leaderId;
    const { leaderId, leaderEpoch, replicas, offlineReplicas } = partition;
    const nodeId = this.#nodeId;
    if (nowMs > this.#untilMs || leaderId !== this.#leaderId || leaderEpoch !== this.#leaderEpoch) {
      this.#nodeId = -1;
      return leaderId;
    }
    const isOnline = replicas.includes(nodeId) && !offlineReplicas.includes(nodeId);
    if (isOnline && brokers.some((broker) => broker.nodeId === nodeId)) return nodeId;
    this.#nodeId = -1;
    onLost();
    return leaderId;
  }
}
