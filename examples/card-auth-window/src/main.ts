/** The application alone: `BROKERS=host:port node main.ts`. What a container runs is service.ts. */
// #region main
import { KafkaStreams } from "millrace";
import { cardAuthWindow } from "./topology.ts";

const brokers = (process.env["BROKERS"] ?? "localhost:9092").split(",");
const streams = new KafkaStreams(cardAuthWindow(), { applicationId: "card-auth-window", brokers });
await streams.start();
process.once("SIGTERM", () => void streams.close());
// #endregion
process.once("SIGINT", () => void streams.close());
streams.onStateChange((state) => {
  process.stdout.write(`${state}\n`);
  if (state === "error") process.exitCode = 1;
});
