/**
 * `npm run verify [-- --only NAME,…]`: the checks that take too long for every change. Prints a table at the end; exits 1 if anything
 * failed, or is missing. Needs Java and `../shared` beside the checkout, for a real Apache Kafka.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { commandLine, wrongArguments } from "../packages/platform/src/node/command-line.ts";
import { KafkaCluster } from "./kafka.ts";
import { root, run, type Finished } from "./run.ts";

interface Check {
  readonly name: string;
  readonly what: string;
  /** A script of package.json, or else what vitest is to run. */
  readonly script?: string;
  readonly arguments?: readonly string[];
  readonly tests?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Whether it has to have an Apache Kafka, in `MILLRACE_KAFKA`. */
  readonly onKafka?: boolean;
  /** All together stay under 90. */
  readonly minutesMax: number;
}

const checks: readonly Check[] = [
  { name: "state", what: "the engine on disk, killed while it writes", script: "crash:state", minutesMax: 15 },
  { name: "log", what: "broker-lite's log, cut anywhere", script: "crash:broker", minutesMax: 15 },
  {
    name: "simulation",
    what: "brokers and instances that crash, stand still and disagree about the time, in virtual time, under many seeds",
    tests: ["test/simulation/wordcount.test.ts"],
    environment: { MILLRACE_SEEDS: "1-2000" },
    minutesMax: 20,
  },
  {
    name: "kills",
    what: "applications with stores and tables, ended at every event of a commit and of a restoration",
    tests: ["test/simulation/killed-stores.test.ts", "test/simulation/killed-tables.test.ts"],
    environment: { MILLRACE_SEEDS: "1-10" },
    minutesMax: 4,
  },
  {
    name: "interop",
    what: "Apache Kafka, its tools and its Kafka Streams on the other side",
    tests: ["test/interop", "packages/client", "packages/broker-lite/src/handlers/produced-batches.test.ts"],
    onKafka: true,
    minutesMax: 5,
  },
  {
    name: "processes",
    what: "instances that are killed and stopped, again and again",
    tests: ["test/processes/card-auth.test.ts"],
    environment: { MILLRACE_VERIFY: "1", MILLRACE_ROUNDS: "8" },
    onKafka: true,
    minutesMax: 15,
  },
  {
    name: "brokers",
    what: "the examples on one and three Apache Kafka, each killed and started again",
    tests: ["test/processes/brokers.verify.ts"],
    environment: { MILLRACE_VERIFY: "1" },
    minutesMax: 10,
  },
  {
    name: "zombies",
    what: "instances that stop for longer than a session and wake while the coordinator moves, on three Apache Kafka",
    tests: ["test/processes/zombies.verify.ts"],
    environment: { MILLRACE_VERIFY: "1", MILLRACE_ROUNDS: "6" },
    minutesMax: 10,
  },
  {
    name: "newcomer",
    what: "the packed packages in a project of their own, under every runtime, and broken in every way",
    script: "newcomer",
    arguments: ["--all"],
    minutesMax: 8,
  },
];

interface Row {
  readonly check: Check;
  readonly outcome: "passed" | "FAILED" | "MISSING";
  readonly figures: string;
  readonly seconds: number;
}

async function execute(check: Check): Promise<Row> {
  if (check.script !== undefined && scripts[check.script] === undefined)
    return { check, outcome: "MISSING", figures: `there is no script "${check.script}"`, seconds: 0 };
  await using kafka = check.onKafka === true ? await KafkaCluster.start(1) : null;
  const onKafka: Record<string, string> = kafka === null ? {} : { MILLRACE_KAFKA: kafka.brokers[0] ?? "" };
  const [entry = "", ...programArguments] = commandOf(check);
  const finished = await run(entry, programArguments, {
    environment: { ...check.environment, ...onKafka },
    timeoutMs: check.minutesMax * 60_000,
    signal: stop.signal,
  });
  const passed = finished.code === 0;
  if (!passed) process.stdout.write(`${finished.output}\n`);
  return { check, outcome: passed ? "passed" : "FAILED", figures: figuresOf(finished), seconds: finished.seconds };
}

function commandOf({ script, tests = [], arguments: more = [] }: Check): readonly string[] {
  if (script === undefined) return ["node_modules/vitest/vitest.mjs", "run", ...tests];
  // "node scripts/bootstrap.mjs FILE …"
  return [...(scripts[script] ?? "").split(" ").slice(1), ...more];
}

/** Lines that begin with "figures: ", and how many tests there were; of a script without such lines the last one. */
function figuresOf({ output }: Finished): string {
  const lines = stripVTControlCharacters(output)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const figures = lines.flatMap((line) => (line.startsWith("figures: ") ? [line.slice("figures: ".length)] : []));
  const tests = lines.findLast((line) => /^Tests +\d/.test(line))?.replace(/^Tests +/, "tests: ");
  const told = tests === undefined ? figures : [...figures, tests];
  return (told.length > 0 ? told : lines.slice(-1)).join("; ");
}

const names = checks.map(({ name }) => name).join(", ");
const program = {
  command: "npm run verify --",
  text: "The checks that take too long for every change. Exits 1 if anything failed or is missing.",
  options: { only: { value: "NAME,…", text: `these alone of ${names}` } },
} as const;
const only = commandLine(program).values.only?.split(",");
const unknown = only?.find((name) => !checks.some((check) => check.name === name));
if (unknown !== undefined) wrongArguments(program, `There is no "${unknown}" among ${names}`);
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

// An Apache Kafka that was started for a check is stopped, too.
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
const rows: Row[] = [];
for (const check of checks) {
  if (only !== undefined && !only.includes(check.name)) continue;
  if (stop.signal.aborted) break;
  process.stdout.write(`${check.name}: ${check.what}, at most ${String(check.minutesMax)} minutes …\n`);
  const row = await execute(check).catch((error: unknown) => {
    return { check, outcome: "FAILED", figures: String(error), seconds: 0 } as const;
  });
  rows.push(row);
  process.stdout.write(`${row.outcome}  ${check.name} (${row.seconds.toFixed(0)} s)\n`);
}
process.stdout.write("\n| check | figures | seconds | |\n| --- | --- | --- | --- |\n");
for (const { check, outcome, figures, seconds } of rows)
  process.stdout.write(`| ${check.name}: ${check.what} | ${figures} | ${seconds.toFixed(0)} | ${outcome} |\n`);
process.exit(rows.every(({ outcome }) => outcome === "passed") && !stop.signal.aborted ? 0 : 1);
