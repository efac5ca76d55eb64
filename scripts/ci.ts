/**
 * What `.ci/run` runs: `npm test` against a real Apache Kafka, `npm run check`, `npm run build`, `npm run newcomer`. Ends with the line
 * `N passed, N failed`, where a check counts like a test; exits 1 if anything failed.
 *
 * Apache Kafka comes from the folder `../shared/kafka` beside the checkout; where that or Java is missing it is a failure,
 * unless `MILLRACE_JAVA=0` says that this is meant. `MILLRACE_KAFKA=host:port` uses a broker that runs already.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kafkaMissing, KafkaCluster } from "./kafka.ts";
import { root } from "./run.ts";
import { commandLine } from "../packages/platform/src/node/command-line.ts";

commandLine({
  command: ".ci/run",
  text: "Tests against an Apache Kafka, the checks and the build. Exits 1 if anything failed.",
  options: {},
});
const scratch = mkdtempSync(join(tmpdir(), "millrace-ci-"));
let passed = 0;
let failed = 0;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function startKafka(): Promise<KafkaCluster | null> {
  if (process.env["MILLRACE_JAVA"] === "0") {
    say("no Apache Kafka: MILLRACE_JAVA=0");
    return null;
  }
  try {
    const missing = kafkaMissing();
    if (missing !== null) throw new TypeError(`${missing}, or MILLRACE_JAVA=0 to go without`);
    const started = await KafkaCluster.start(1);
    say(`Apache Kafka runs at ${started.brokers.join()}`);
    return started;
  } catch (error) {
    say(`FAILED  Apache Kafka did not start: ${String(error)}`);
    failed += 1;
    return null;
  }
}

function npm(argumentsOfNpm: readonly string[], environment: Record<string, string>): Promise<number> {
  say(`\n> npm ${argumentsOfNpm.join(" ")}`);
  const child = spawn("npm", argumentsOfNpm, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...environment },
  });
  return new Promise((resolve) => {
    child.on("exit", (code) => {
      resolve(code ?? 1);
    });
  });
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
}

async function test(address: string | null): Promise<void> {
  const file = join(scratch, "tests.json");
  const environment: Record<string, string> = address === null ? {} : { MILLRACE_KAFKA: address };
  const code = await npm(["test", "--", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`], environment);
  if (!existsSync(file)) {
    failed += 1;
    return;
  }
  const report = JSON.parse(readFileSync(file, "utf8")) as Report;
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  if (code !== 0 && report.numFailedTests === 0) failed += 1;
  say(
    `tests: ${String(report.numPassedTests)} passed, ${String(report.numFailedTests)} failed, ${String(report.numPendingTests)} skipped`,
  );
}

async function step(...argumentsOfNpm: string[]): Promise<void> {
  if ((await npm(argumentsOfNpm, {})) === 0) passed += 1;
  else failed += 1;
}

const given = process.env["MILLRACE_KAFKA"] ?? "";
const kafka = given === "" ? await startKafka() : null;
try {
  await test(given === "" ? (kafka?.brokers[0] ?? null) : given);
  await step("run", "check");
  await step("run", "build");
  await step("run", "newcomer");
} finally {
  await kafka?.[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
}
say(`\n${String(passed)} passed, ${String(failed)} failed`);
process.exit(failed === 0 ? 0 : 1);
