/** The application alone: `BROKERS=host:port node main.ts`. What a container runs is service.ts. */
import { KafkaStreams, RestoreProgress } from "millrace";
import { wordCount } from "./topology.ts";

const brokers = (process.env["BROKERS"] ?? "localhost:9092").split(",");
const streams = new KafkaStreams(wordCount(), { applicationId: "wordcount", brokers });
if (process.stderr.isTTY) showRestoration();
await streams.run();

/** A line at the foot of the terminal while stores are restored. */
function showRestoration(): void {
  const progress = new RestoreProgress();
  streams.onRestore((event) => {
    progress.note(event);
    // To the line's beginning, and what was there is gone.
    process.stderr.write(`\r\u001B[K${progress.line()}`);
  });
}
