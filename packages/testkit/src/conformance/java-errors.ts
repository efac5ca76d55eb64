/**
 * Java exceptions that our error codes stand for, outermost first, as simple class names. An error that has a cause goes on
 * with the cause's; one that stands for two exceptions has both here.
 */
const javaClasses: Readonly<Record<string, readonly string[]>> = {
  CONFORMANCE_BOOM: ["IllegalStateException"],
  TESTKIT_UNKNOWN_TOPIC: ["IllegalArgumentException"],
  STREAMS_DESERIALIZATION: ["SerializationException"],
  STREAMS_SERIALIZATION: ["SerializationException"],
  STREAMS_ERROR_HANDLER_FAILED: ["StreamsException"],
  STREAMS_FORWARD_IN_INIT: ["NullPointerException"],
  STREAMS_FORWARD_OUTSIDE_CALL: ["StreamsException"],
  STREAMS_INVALID_ARGUMENT: ["IllegalArgumentException"],
  STREAMS_INVALID_OPTIMIZATION: ["ConfigException"],
  STREAMS_INVALID_TIMESTAMP: ["StreamsException"],
  STREAMS_INVALID_TOPOLOGY: ["TopologyException"],
  STREAMS_INVALID_WINDOW: ["IllegalArgumentException"],
  STREAMS_MALFORMED_RECORD: ["StreamsException", "IllegalArgumentException"],
  STREAMS_MISSING_SERDE: ["StreamsException", "ConfigException"],
  STREAMS_NOT_COPARTITIONED: ["TopologyException"],
  STREAMS_NO_TOPIC: ["IllegalArgumentException"],
  STREAMS_NULL_KEY: ["StreamsException"],
  STREAMS_NULL_RESULT: ["NullPointerException"],
  STREAMS_NULL_STORE_KEY: ["NullPointerException"],
  STREAMS_PROCESSING_FAILED: ["StreamsException"],
  STREAMS_PROCESSOR_LIFE_CYCLE: ["StreamsException"],
  STREAMS_SINK_RECORD_UNWRITABLE: ["StreamsException"],
  STREAMS_SOURCE_RECORD_UNREADABLE: ["StreamsException"],
  STREAMS_TIMESTAMP_EXTRACTOR_FAILED: ["StreamsException"],
  STREAMS_UNKNOWN_CHILD: ["StreamsException"],
  STREAMS_UNKNOWN_STORE: ["StreamsException"],
  STREAMS_UNMERGEABLE_REPARTITION: ["StreamsException"],
};

/** The chain of Java classes that an error of ours stands for; what has no counterpart shows its own name and text. */
export function javaClassesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const code = "code" in error ? String(error.code) : "";
  const own = javaClasses[code] ?? [`${error.name}: ${error.message}`];
  return error.cause === undefined ? [...own] : [...own, ...javaClassesOf(error.cause)];
}
