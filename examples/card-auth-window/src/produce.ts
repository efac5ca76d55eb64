/** `node produce.js --brokers host:port[,host:port] [--rate N a second]`: sends attempts until a signal comes. */
import { setTimeout as sleep } from "node:timers/promises";
import { commandLine } from "@millrace/platform/node";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { AttemptSource } from "./attempts.ts";
import { sendAttempts } from "./send-attempts.ts";

const batchesPerSecond = 10;
const { values } = commandLine({
  command: "node produce.js",
  text: "Sends attempts until a signal comes.",
  options: {
    brokers: { value: "HOST:PORT,…", text: "where they go", default: "localhost:9092" },
    rate: { value: "N", text: "so many a second", number: { min: 0.001, fraction: true }, default: "200" },
  },
});
const { rate } = values;

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

const kafka = new Kafka({ clientId: "card-auth-producer", brokers: values.brokers.split(","), logLevel: logLevel.ERROR });
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
await producer.connect();
process.stdout.write(`sending ${String(rate)} attempts a second\n`);
const source = new AttemptSource(String(Date.now() % 1_000_000).padStart(6, "0"));
let due = 0;
while (!stop.signal.aborted) {
  due += rate / batchesPerSecond;
  const attempts = Array.from({ length: Math.floor(due) }, () => source.next(Date.now()));
  due -= attempts.length;
  if (attempts.length > 0) await sendAttempts(producer, attempts);
  // A signal ends the pause.
  await sleep(1000 / batchesPerSecond, undefined, { signal: stop.signal }).catch(() => undefined);
}
await producer.disconnect();
