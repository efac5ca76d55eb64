/** `npm start [-- --help]`: a broker, the application and a producer in one terminal. */
import { mkdirSync } from "node:fs";
import { Broker, BrokerError } from "@millrace/broker-lite";
import { commandLine, wrongArguments } from "@millrace/platform/node";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { KafkaStreams } from "millrace";
import { AttemptSource, type Attempt } from "./attempts.ts";
import { differences, expectedAlerts, sentAlerts } from "./check.ts";
import { sendAttempts } from "./send-attempts.ts";
import { cardAuthWindow } from "./topology.ts";

const partitionCount = 4;
const program = {
  command: "npm start --",
  text:
    "A broker, the application and a producer in one terminal; Ctrl-C ends them.\n" +
    "Exit codes: 0 all well, 1 something failed or the alerts are not those expected, 2 the arguments are wrong.",
  options: {
    once: { value: "N", text: "sends so many attempts, compares the alerts with those expected, and ends", number: { min: 1 } },
    brokers: { value: "HOST:PORT,…", text: "these instead of a broker of its own" },
    rate: { value: "N", text: "so many attempts a second", number: { min: 0.001, fraction: true }, default: "2000" },
  },
} as const;

function readArguments(): { once: number | null; brokers: string[] | null; rate: number } {
  const { once = null, brokers, rate } = commandLine(program).values;
  const given = brokers?.split(",") ?? null;
  const wrong = given?.find((address) => !/^\S+:\d{1,5}$/.test(address));
  if (wrong !== undefined) wrongArguments(program, `--brokers takes host:port[,host:port], and not "${wrong}"`);
  return { once, brokers: given, rate };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Starts a broker on a free port unless brokers are given. */
async function reachBroker(given: string[] | null): Promise<{ brokers: string[]; broker: Broker | null }> {
  if (given !== null) return { brokers: given, broker: null };
  const dataDirectory = ".millrace/broker";
  mkdirSync(dataDirectory, { recursive: true });
  const broker = await Broker.start({ dataDirectory, config: { groupInitialRebalanceDelayMs: 0 } });
  const address = String(broker.address);
  say(`broker-lite listens on ${address}, its data is in ${dataDirectory}`);
  return { brokers: [address], broker };
}

/** Ends the process with a sentence: nothing of it has begun. */
function giveUp(error: unknown): never {
  const told = error instanceof BrokerError ? `${error.code}: ${error.message}` : (error as Error).message;
  process.stderr.write(`${told}\n`);
  process.exit(1);
}

async function createTopics(kafka: Kafka, brokers: readonly string[]): Promise<void> {
  const admin = kafka.admin({ retry: { retries: 1, initialRetryTime: 100 } });
  await admin.connect().catch((error: unknown) => {
    giveUp(
      new Error(`No broker answers at ${brokers.join(", ")}: ${(error as Error).message}. Check --brokers, and that it runs.`),
    );
  });
  const existing = new Set(await admin.listTopics());
  const missing = ["auth-attempt", "card-alert"].filter((topic) => !existing.has(topic));
  const topics = missing.map((topic) => ({ topic, numPartitions: partitionCount }));
  if (topics.length > 0) await admin.createTopics({ waitForLeaders: false, topics });
  // Until every partition's leader answers, the producer would send again what another partition has already taken.
  for (const topic of missing) {
    let answering = 0;
    while (answering !== partitionCount) {
      answering = await admin.fetchTopicOffsets(topic).then(
        (partitions) => partitions.length,
        () => 0,
      );
    }
  }
  await admin.disconnect();
}

/** A line a second, and the alerts as they come. */
async function follow(kafka: Kafka, streams: KafkaStreams, quiet: boolean): Promise<() => Promise<void>> {
  const consumer = kafka.consumer({ groupId: `card-auth-terminal-${String(process.pid)}` });
  let updates = 0;
  /** Cards told of in this second: an attempt counts in six windows, and one line is enough. */
  const shown = new Set<string>();
  await consumer.connect();
  await consumer.subscribe({ topic: "card-alert", fromBeginning: false });
  await consumer.run({
    eachMessage: ({ message }) => {
      const { count, from, to } = JSON.parse(message.value?.toString() ?? "") as { count: number; from: number; to: number };
      updates += 1;
      const card = message.key?.toString() ?? "";
      if (!quiet && count >= 5 && shown.size < 5 && !shown.has(card)) {
        shown.add(card);
        const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
        say(`  ALERT card ${card}: ${String(count)} declines from ${clock(from)} to ${clock(to)}`);
      }
      return Promise.resolve();
    },
  });
  let before = streams.metrics().recordsProcessed;
  const timer = setInterval(() => {
    const { recordsProcessed, recordsLag } = streams.metrics();
    say(
      `${String(recordsProcessed - before).padStart(8)} records/s   lag ${String(recordsLag ?? "?").padStart(6)}   ${String(updates).padStart(6)} windows updated`,
    );
    before = recordsProcessed;
    updates = 0;
    shown.clear();
  }, 1000);
  return async () => {
    clearInterval(timer);
    await consumer.disconnect();
  };
}

const { once, brokers: given, rate } = readArguments();
process.env["KAFKAJS_NO_PARTITIONER_WARNING"] = "1";
let stopping = false;
const stopped = new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stopping = true;
      resolve();
    });
  }
});

const { brokers, broker } = await reachBroker(given).catch(giveUp);
const kafka = new Kafka({ clientId: "card-auth-producer", brokers, logLevel: logLevel.NOTHING });
await createTopics(kafka, brokers);
const streams = new KafkaStreams(cardAuthWindow(), {
  applicationId: "card-auth-window",
  brokers,
  commitIntervalMs: 1000,
  stateDirectory: ".millrace/state",
});
await streams.start();
say(`card-auth-window is ${streams.state}; ${once === null ? "Ctrl-C stops it" : `${String(once)} attempts are sent`}`);
const stopFollowing = await follow(kafka, streams, once !== null);
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
await producer.connect();

const run = String(Date.now() % 1_000_000).padStart(6, "0");
const source = new AttemptSource(run);
const sent: Attempt[] = [];
let count = 0;
const began = performance.now();
while (!stopping && (once === null || count < once)) {
  const batch = Math.min(once === null ? Math.ceil(rate / 10) : 1000, once === null ? Infinity : once - count);
  const attempts = Array.from({ length: batch }, () => source.next(Date.now()));
  if (once !== null) sent.push(...attempts);
  await sendAttempts(producer, attempts);
  count += batch;
  if (once === null) await Promise.race([stopped, new Promise((resolve) => setTimeout(resolve, 100))]);
}
while (!stopping && once !== null && (streams.metrics().recordsProcessed < once || streams.metrics().recordsLag !== 0)) {
  if (streams.state === "error") break;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const seconds = (performance.now() - began) / 1000;

await stopFollowing();
await producer.disconnect();
await streams.close();
if (streams.failure !== null) say(`FAILED: ${streams.failure.message}`);
let code = streams.failure === null ? 0 : 1;
if (once !== null && !stopping && code === 0) {
  const expected = expectedAlerts(sent);
  const found = await sentAlerts(kafka, `4111${run}`);
  const wrong = differences(expected, found);
  say(
    `sent ${String(count)} attempts, processed in ${seconds.toFixed(1)} s (${(count / seconds).toFixed(0)}/s with the producer)`,
  );
  say(
    `${String(expected.size)} windows with three or more declines expected, ${String(found.size)} found in card-alert: ${wrong.length === 0 ? "all equal" : `${String(wrong.length)} DIFFER`}`,
  );
  for (const line of wrong.slice(0, 10)) say(`  ${line}`);
  if (wrong.length > 0) code = 1;
}
await broker?.close();
process.exit(code);
