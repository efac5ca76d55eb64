/** The application as it is deployed: `BROKERS=host:port node service.js`, with health and metrics on port 8080. */
import { runService } from "@millrace/service";
import { wordCount } from "./topology.ts";

process.exit(await runService(wordCount(), { applicationId: "wordcount" }));
