import { TopologyTestDriver } from "@millrace/testkit";
import { DeserializationError, int32, StreamsBuilder, string, type ErrorHandler } from "millrace";

// #region handler
const deserializationErrors: ErrorHandler = (error, { topic, partition, offset }) => {
  if (!(error instanceof DeserializationError)) return "fail";
  process.stderr.write(`skipped ${topic} ${String(partition)}:${String(offset)}: ${error.message}\n`);
  return "continue";
};
// #endregion

/** How many of two records were dropped, one of them unreadable. */
export function dropped(): number {
  const builder = new StreamsBuilder();
  builder.stream("in", { key: string, value: int32 }).to("out");
  using driver = new TopologyTestDriver(builder.build(), { deserializationErrors });
  driver.inputTopic("in", { key: string, value: int32 }).pipe("a", 1);
  driver.pipeBytes("in", 0, Buffer.from("a"), Buffer.from("no int"));
  return driver.droppedRecords;
}
