/**
 * Prints what a broker says to every case of the table, which is what `answers.json` holds of Apache Kafka 4.4.0:
 *
 *   node --conditions=millrace-source packages/broker-lite/src/testing/produced/record.ts --broker HOST:PORT > answers.json
 */
import { commandLine, nodePlatform } from "@millrace/platform/node";
import { askAll } from "./ask.ts";
import { producedCases } from "./table.ts";

const program = {
  command: "node --conditions=millrace-source packages/broker-lite/src/testing/produced/record.ts",
  text: "Prints what a broker says to every case of the table of produced batches.",
  options: { broker: { value: "HOST:PORT", text: "the broker", default: "127.0.0.1:9092" } },
} as const;
const [host = "", port = ""] = commandLine(program).values.broker.split(":");
const answers = await askAll(producedCases, nodePlatform(), { host, port: Number(port) }, `produced-${Date.now().toString(36)}`);
const lines = [...answers].map(([name, answer]) => `  ${JSON.stringify(name)}: ${JSON.stringify(answer)}`);
process.stdout.write(`{\n${lines.join(",\n")}\n}\n`);
