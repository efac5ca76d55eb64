import { KafkaStreams } from "millrace";
import { topology } from "./topology.js";

const brokers = (process.env["BROKERS"] ?? "localhost:9092").split(",");
// Results appear at each commit. Kafka's default is every 30 seconds.
const streams = new KafkaStreams(topology(), { applicationId: "order-totals", brokers, commitIntervalMs: 1_000 });
streams.onStateChange((state) => process.stdout.write(`${state}\n`));
// Until Ctrl-C or SIGTERM; a failure ends the program with code 1.
await streams.run();
