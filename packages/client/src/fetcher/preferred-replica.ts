import { ErrorCode } from "@millrace/protocol";

import type { Broker } from "../cluster/cluster.ts";
import type { PartitionMetadata } from "../cluster/topic-metadata.ts";

/** Errors of a replica after which it is asked again; any other sends the fetcher back to the leader. As Java's FetchCollector. */
const keepingErrors: ReadonlySet<number> = new Set([ErrorCode.UNKNOWN_LEADER_EPOCH, ErrorCode.UNKNOWN_SERVER_ERROR]);

/**
 * Replica of a partition that its leader named as the one to fetch from, because it is nearer to the client's rack (KIP-392). It
 * holds for a lease, while the leader stays the same and the replica is online; then the leader is asked again.
 */
export class PreferredReplica {
  /** -1: none, the leader is asked. */
  #nodeId = -1;
  #untilMs = 0;
  #leaderId = -1;
  #leaderEpoch = -1;

  /** Takes what the leader said. A replica that is followed already gets no longer lease. */
  follow(nodeId: number, leader: PartitionMetadata, untilMs: number): void {
    if (nodeId === this.#nodeId) return;
    this.#nodeId = nodeId;
    this.#untilMs = untilMs;
    this.#leaderId = leader.leaderId;
    this.#leaderEpoch = leader.leaderEpoch;
  }

  /** Goes back to the leader. @returns whether there was a replica */
  clear(): boolean {
    const had = this.#nodeId >= 0;
    this.#nodeId = -1;
    return had;
  }

  /** Goes back to the leader after such an error. @returns whether there was a replica, and is none now */
  failed(errorCode: number): boolean {
    return !keepingErrors.has(errorCode) && this.clear();
  }

  /**
   * The broker to fetch from, the leader or the replica.
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
