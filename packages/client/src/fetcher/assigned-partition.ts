import type { Fetched } from "./fetched.ts";
import { PreferredReplica } from "./preferred-replica.ts";

/**
 * State of one assigned partition: fetched data that was not taken yet, and the next position. A new assignment has a new one.
 */
export class AssignedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Offset at which the next fetch begins. */
  fetchOffset: number;
  /** Offset after the last batch that was taken. */
  position: number;
  paused = false;
  /** True: a failure was reported, and the partition waits for a `seek`. */
  failed = false;
  /** Number of seeks, by which an answer to an earlier fetch is recognized. */
  seeks = 0;
  /** Id of the assigned topic. Another id means another topic with the same name. */
  topicId: string | null = null;
  inFlight = false;
  /** Earliest time of the next fetch. */
  retryAtMs = 0;
  /** Number of consecutive answers that the topic is unknown. */
  unknownAnswers = 0;
  /**
   * Extra bytes of the next fetch, after an answer that began with a damaged batch: the partition is fetched once more, alone and
   * with these extra bytes, before the damage is reported. null: all is well.
   */
  bytesMore: number | null = null;
  highWatermark: number = Number.NaN;
  readonly replica: PreferredReplica = new PreferredReplica();
  readonly chunks: Fetched[] = [];
  /** True: in the queue of partitions with data to take. */
  queued = false;

  constructor(topic: string, partition: number, offset: number) {
    this.topic = topic;
    this.partition = partition;
    this.fetchOffset = offset;
    this.position = offset;
  }
}
