/** The application alone: `BROKERS=host:port node main.ts`. What a container runs is service.ts. */
// #region main
import { KafkaStreams } from "millrace";
import { cardAuthWindow } from "./topology.ts";

const brokers = (process.env["BROKERS"] ?? "localhost:9092").split(",");
const streams = new KafkaStreams(cardAuthWindow(), { applicationId: "card-auth-window", brokers });
await streams.run();
// #endregion
