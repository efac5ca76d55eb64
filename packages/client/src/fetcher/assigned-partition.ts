import type { Fetched } from "./fetched.ts";
import { PreferredReplica } from "./preferred-replica.ts";

/** What is fetched and not taken, and where to go on. One per assignment; a new assignment has a new one. */
export class AssignedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Where the next fetch begins. */
  fetchOffset: number;
  /** The offset after what was taken. */
  position: number;
  paused = false;
  /** Reported, and waiting for a `seek`. */
  failed = false;
  /** Counts seeks, so that an answer to a fetch from before is known as such. */
  seeks = 0;
  /** The id of the topic that was assigned. Another one means another topic with the same name. */
  topicId: string | null = null;
  inFlight = false;
  /** No fetch before this time. */
  retryAtMs = 0;
  /** Consecutive answers that the topic is unknown. */
  unknownAnswers = 0;
  /**
   * The last answer began with a damaged batch: the partition is fetched once more, alone and with so many bytes more, before
   * that is believed. null: all is well.
   */
  bytesMore: number | null = null;
  highWatermark: number = Number.NaN;
  readonly replica: PreferredReplica = new PreferredReplica();
  readonly chunks: Fetched[] = [];
  /** In the queue of those that have something to take. */
  queued = false;

  constructor(topic: string, partition: number, offset: number) {
    this.topic = topic;
    this.partition = partition;
    this.fetchOffset = offset;
    this.position = offset;
  }
}
