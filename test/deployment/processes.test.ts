import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Broker } from "@millrace/broker-lite";
import { nodePlatform } from "@millrace/platform/node";
import { Kafka, logLevel, Partitioners, type Admin, type Producer } from "kafkajs";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createTopics } from "../interop/create-topics.ts";
import { applications, compose, dockerfile, image } from "./files.ts";
import { Program } from "./program.ts";

/** What the image runs, run as processes: built by the Dockerfile's command, started by its CMD with plain Node. */
const running: Program[] = [];
let broker: Broker;
let address = "";
let kafka: Kafka;
let admin: Admin;
let producer: Producer;
let folder = "";

beforeAll(async () => {
  const [build] = dockerfile();
  const commands = build?.filter(({ keyword, text }) => keyword === "RUN" && text.startsWith("node ")) ?? [];
  expect(commands).toHaveLength(1);
  const built = start(commands[0]!.text.split(" "), ".", {});
  expect([await built.ended, built.output]).toEqual([0, ""]);

  const config = { groupInitialRebalanceDelayMs: 0, autoCreateTopicsEnable: false };
  broker = await Broker.start({ host: "127.0.0.1", port: 0, dataDirectory: null, config }, nodePlatform());
  address = `${broker.address.host}:${String(broker.address.port)}`;
  kafka = new Kafka({ clientId: "deployment-test", brokers: [address], logLevel: logLevel.NOTHING });
  admin = kafka.admin();
  producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  const names = /for topic in (.*); do/.exec(compose().services["topics"]?.command?.[0] ?? "")?.[1]?.split(" ") ?? [];
  await createTopics(admin, names, 4);
}, 60_000);
afterAll(async () => {
  await Promise.all([admin.disconnect(), producer.disconnect()]);
  await broker.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-deployment-"));
});
afterEach(async () => {
  for (const program of running) program.signal("SIGKILL");
  await Promise.all(running.splice(0).map(({ ended }) => ended));
  rmSync(folder, { recursive: true, force: true });
});

function start(command: readonly string[], workingDirectory: string, environment: Record<string, string>): Program {
  const program = new Program(command, resolve(workingDirectory), { PATH: process.env["PATH"] ?? "", ...environment });
  running.push(program);
  return program;
}

/** A path of the image, here. */
function here(path: string, example: string): string {
  return path.replace(/^\/app\//, "").replace("${EXAMPLE}", example);
}

/** An application of docker-compose.yml as its container starts it, but with this broker, a free port and a folder for its state. */
function startApplication(name: string, more: Record<string, string> = {}): Program {
  const [, service] = applications().find(([each]) => each === name)!;
  const { command, environment, workingDirectory, volume } = image();
  const own = Object.fromEntries(
    Object.entries({ ...environment, ...service.environment }).map(([key, value]) => [key, value.replace(volume, folder)]),
  );
  return start(command, here(workingDirectory, name), { ...own, BROKERS: address, HTTP_PORT: "0", LINGER_MS: "5", ...more });
}

async function portOf(program: Program): Promise<string> {
  const [, port = ""] = await program.line(/"serving health and metrics on port (\d+)"/);
  return port;
}

async function get(port: string, path: string): Promise<readonly [status: number, body: string]> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: "close" } });
  return [response.status, await response.text()];
}

/** The value of a figure of the application. */
async function figure(port: string, name: string): Promise<number> {
  const [, text] = await get(port, "/metrics");
  return Number(new RegExp(`^${name}\\{[^}]*\\} (.+)$`, "m").exec(text)?.[1] ?? Number.NaN);
}

async function healthCheck(port: string): Promise<number | null> {
  const [program = "", path = ""] = image().healthCheck;
  return start([program, resolve(here(path, ""))], ".", { HTTP_PORT: port }).ended;
}

async function sendLines(...lines: string[]): Promise<void> {
  await producer.send({ topic: "lines", messages: lines.map((value, at) => ({ key: String(at), value, partition: at % 4 })) });
}

async function committed(groupId: string, topic: string): Promise<number> {
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
  return offsets!.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
}

/** Latest counts of all words. */
async function wordCounts(): Promise<Record<string, number>> {
  const ends = await admin.fetchTopicOffsets("word-counts");
  const total = ends.reduce((sum, { high }) => sum + Number(high), 0);
  const consumer = kafka.consumer({ groupId: `deployment-test-${String(total)}`, sessionTimeout: 6_000 });
  const counts: Record<string, number> = {};
  await consumer.connect();
  await consumer.subscribe({ topic: "word-counts", fromBeginning: true });
  let read = 0;
  await new Promise<void>((done, failed) => {
    const eachMessage = ({ message }: { message: { key: Buffer | null; value: Buffer | null } }): Promise<void> => {
      counts[String(message.key)] = Number(message.value!.readBigInt64BE());
      read += 1;
      if (read === total) done();
      return Promise.resolve();
    };
    consumer.run({ eachMessage }).catch(failed);
  });
  await consumer.disconnect();
  return counts;
}

test("wordcount gets ready, is healthy, shows its figures, commits at the image's signal, and goes on there", async () => {
  await sendLines("to be or", "not to be");
  // Nothing is committed but what the signal makes it commit.
  const first = startApplication("wordcount", { COMMIT_INTERVAL_MS: "3600000" });
  await first.line(/"the application is running"/);
  const port = await portOf(first);
  expect((await get(port, "/readyz"))[0]).toBe(200);
  expect(await healthCheck(port)).toBe(0);
  // Two lines, and their six words from the repartition topic.
  await expect.poll(() => figure(port, "millrace_records_processed_total"), { interval: 20 }).toBe(8);
  const [, text] = await get(port, "/metrics");
  expect(unknownFigures(text, "wordcount")).toEqual([]);
  expect([await figure(port, "millrace_commits_total"), await committed("wordcount", "lines")]).toEqual([0, 0]);
  first.signal(image().stopSignal);
  expect([await first.ended, first.output]).toEqual([0, expect.stringContaining('"the application is notRunning"')]);
  expect(first.output.split("\n").filter((line) => !line.startsWith('{"time":"'))).toEqual([]);
  expect(await healthCheck(port)).toBe(1);
  expect(await committed("wordcount", "lines")).toBe(2);
  expect(await wordCounts()).toEqual({ to: 2, be: 2, or: 1, not: 1 });

  await sendLines("to do");
  const second = startApplication("wordcount");
  const secondPort = await portOf(second);
  await expect.poll(() => figure(secondPort, "millrace_records_processed_total"), { interval: 20 }).toBe(3);
  second.signal("SIGINT");
  expect(await second.ended).toBe(0);
  expect(await committed("wordcount", "lines")).toBe(3);
  expect(await wordCounts()).toEqual({ to: 3, be: 2, or: 1, not: 1, do: 1 });
}, 60_000);

/** Metrics in the boards' queries that the text does not have, or not with the application's label, by which the boards choose. */
function unknownFigures(text: string, applicationId: string): string[] {
  const known = new Set(
    [...text.matchAll(/^(\w+)\{(.*)\} /gm)].flatMap(([, name, labels = ""]) =>
      labels.split(",").includes(`application_id="${applicationId}"`) ? [name] : [],
    ),
  );
  // It has a line for each node and reason, and none as long as nothing was dropped.
  if (text.includes("# TYPE millrace_records_dropped_total counter")) known.add("millrace_records_dropped_total");
  const expressions = globSync("deploy/grafana/dashboards/*.json").flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/"(?:expr|query)": "((?:[^"\\]|\\.)*)"/g)].map(([, expression = ""]) => expression),
  );
  expect(expressions.length).toBeGreaterThan(10);
  for (const expression of expressions)
    expect(expression).toMatch(/\{application_id=~\\"\$application\\"\}|^label_values\(.*, application_id\)$/);
  const names = expressions.map((expression) =>
    [...expression.matchAll(/\b(?:millrace|process|nodejs)_\w+/g)].map(([name]) => name),
  );
  return names.flatMap((each) => (each.length === 0 ? ["a query without a metric"] : each.filter((name) => !known.has(name))));
}

test("card-auth-window processes what the producer's container sends, and both end with 0", async () => {
  const application = startApplication("card-auth-window");
  const { image: used, command = [] } = compose().services["attempts"]!;
  const [example] = applications().find(([, service]) => service.image === used)!;
  const attempts = start(
    command.map((part) => (/^\w+:\d+$/.test(part) ? address : part)),
    here(image().workingDirectory, example),
    {},
  );
  await attempts.line(/^sending 200 attempts a second$/);
  const port = await portOf(application);
  await expect
    .poll(() => figure(port, "millrace_records_processed_total"), { interval: 20, timeout: 20_000 })
    .toBeGreaterThan(50);
  expect(await figure(port, "millrace_tasks")).toBe(4);
  attempts.signal(image().stopSignal);
  expect([await attempts.ended, attempts.output]).toEqual([0, "sending 200 attempts a second"]);
  application.signal(image().stopSignal);
  expect(await application.ended).toBe(0);
  expect(await committed("card-auth-window", "auth-attempt")).toBeGreaterThan(50);
}, 60_000);

test("a service without brokers, or with a wrong variable, ends with 1 and says which", async () => {
  const without = startApplication("wordcount", { BROKERS: "" });
  const wrong = startApplication("wordcount", { COMMIT_INTERVAL_MS: "-1" });
  expect([await without.ended, await wrong.ended]).toEqual([1, 1]);
  expect(without.output).toContain("Environment variable BROKERS is not set");
  expect(wrong.output).toContain("Environment variable COMMIT_INTERVAL_MS is ");
});

test("a service whose state directory another one has, or that cannot be one, ends with 1 and a code", async () => {
  const first = startApplication("wordcount");
  await first.line(/"the application is running"/);
  const second = startApplication("wordcount");
  const third = startApplication("wordcount", { STATE_DIRECTORY: resolve("package.json") });
  expect([await second.ended, await third.ended]).toEqual([1, 1]);
  expect(second.output).toContain('"code":"STREAMS_ENGINE_LOCKED"');
  expect(third.output).toContain('"code":"STREAMS_ENGINE_FAILED"');
  first.signal("SIGTERM");
  expect(await first.ended).toBe(0);
});

test("a service whose broker takes connections and never answers ends with 0 at a signal", async () => {
  const silent = createServer();
  await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
  const connected = new Promise<void>((done) => silent.once("connection", () => done()));
  const service = startApplication("wordcount", { BROKERS: `127.0.0.1:${String((silent.address() as AddressInfo).port)}` });
  await connected;
  const port = await portOf(service);
  expect([(await get(port, "/healthz"))[0], (await get(port, "/readyz"))[0]]).toEqual([200, 503]);
  service.signal(image().stopSignal);
  expect(await service.ended).toBe(0);
  silent.close();
});

test("a service whose topics are missing ends with 1", async () => {
  await admin.deleteTopics({ topics: ["lines"] });
  const service = startApplication("wordcount");
  expect(await service.ended).toBe(1);
  expect(service.output).toContain("STREAMS_MISSING_SOURCE_TOPIC");
});
