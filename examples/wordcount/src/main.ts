/** The application alone: `BROKERS=host:port node main.ts`. What a container runs is service.ts. */
import { KafkaStreams } from "millrace";
import { wordCount } from "./topology.ts";

const brokers = (process.env["BROKERS"] ?? "localhost:9092").split(",");
const streams = new KafkaStreams(wordCount(), { applicationId: "wordcount", brokers });
await streams.start();
process.once("SIGTERM", () => void streams.close());
process.once("SIGINT", () => void streams.close());
streams.onStateChange((state) => {
  process.stdout.write(`${state}\n`);
  if (state === "error") process.exitCode = 1;
});
