/** The application as it is deployed: `BROKERS=host:port node service.js`, with health and metrics on port 8080. */
// #region service
import { runService } from "@millrace/service";
import { cardAuthWindow } from "./topology.ts";

process.exit(await runService(cardAuthWindow(), { applicationId: "card-auth-window" }));
// #endregion
