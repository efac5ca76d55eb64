import { StreamsError } from "../errors.ts";

/** A program that cannot be a topology: names or topics collide, or something is named that is not there. Java: TopologyException. */
export class TopologyError extends StreamsError {
  readonly code: string = "STREAMS_INVALID_TOPOLOGY";
  readonly retriable = false;
}

/** Topics whose records are to meet by key have different numbers of partitions. Java: TopologyException. */
export class NotCopartitionedError extends StreamsError {
  readonly code = "STREAMS_NOT_COPARTITIONED";
  readonly retriable = false;
  /** Partitions of each topic of the group. */
  readonly partitionCounts: ReadonlyMap<string, number>;

  constructor(partitionCounts: ReadonlyMap<string, number>) {
    const counts = [...partitionCounts].map(([topic, count]) => `"${topic}" has ${count}`).join(", ");
    super(
      `Topics that are joined by key need equal numbers of partitions, but ${counts}. ` +
        "Call repartition({ partitions }) on one side of the join, or recreate a topic.",
    );
    this.partitionCounts = partitionCounts;
  }
}

/** The partitions of a topic are not known: a source topic is missing, or repartition topics depend on each other in a circle. */
export class UnknownPartitionsError extends StreamsError {
  readonly code = "STREAMS_UNKNOWN_PARTITIONS";
  readonly retriable = false;
  /** Topics with unknown partitions. */
  readonly topics: readonly string[];

  constructor(topics: readonly string[]) {
    super(
      `How many partitions has ${topics.map((topic) => `"${topic}"`).join(", ")}? A source topic must exist; ` +
        "a repartition topic that depends on itself needs repartition({ partitions }).",
    );
    this.topics = topics;
  }
}
