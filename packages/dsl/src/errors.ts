import { StreamsError, TopologyError } from "@millrace/core";

/** A window with a size, advance, grace or retention that is out of range. Java throws IllegalArgumentException. */
export class InvalidWindowError extends StreamsError {
  readonly code = "STREAMS_INVALID_WINDOW";
  readonly retriable = false;
}

/** A setting of `build({ optimization })` that there is not, or `all` or `none` beside others. Java throws ConfigException. */
export class InvalidOptimizationError extends StreamsError {
  readonly code = "STREAMS_INVALID_OPTIMIZATION";
  readonly retriable = false;
}

/** Streams or tables of two builders in one merge or join: a program cannot be two topologies. Java: TopologyException, at `build`. */
export class BuildersMixedError extends TopologyError {
  override readonly code = "STREAMS_BUILDERS_MIXED";

  constructor(call: string, kind: "stream" | "table") {
    super(`${call} got a ${kind} of another StreamsBuilder. Make all streams and tables of a program with the same builder.`);
  }
}

/** Repartition topics that lie so that they cannot become one. Java throws StreamsException. */
export class UnmergeableRepartitionError extends StreamsError {
  readonly code = "STREAMS_UNMERGEABLE_REPARTITION";
  readonly retriable = false;
  /** Logical name of the repartition topic at which the merging fails. */
  readonly topic: string;

  constructor(topic: string) {
    super(
      `Repartition topic "${topic}" cannot be merged with others behind the same change of key: the way to it leads through a step ` +
        "that another one needs, too. Call repartition() directly behind the change of key, which is left alone, or build without " +
        '"merge.repartition.topics".',
    );
    this.topic = topic;
  }
}
