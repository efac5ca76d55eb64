import { runService } from "@millrace/service";
import { topology } from "./topology.js";

// Settings are variables of the environment: BROKERS=host:9092 HTTP_PORT=8080 STATE_DIRECTORY=/var/lib/order-totals
process.exit(await runService(topology(), { applicationId: "order-totals" }));
