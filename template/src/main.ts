import { KafkaStreams } from "millrace";
import { topology } from "./topology.js";

const streams = new KafkaStreams(topology(), {
  applicationId: "order-totals",
  brokers: (process.env["BROKERS"] ?? "localhost:9092").split(","),
  stateDirectory: process.env["STATE_DIRECTORY"] ?? ".millrace/state",
  // Results appear at each commit. Kafka's default is every 30 seconds.
  commitIntervalMs: 1_000,
});
streams.onStateChange((state) => process.stdout.write(`${state}\n`));
// Until Ctrl-C or SIGTERM; a failure ends the program with code 1.
await streams.run();
