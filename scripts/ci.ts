/**
 * What `.ci/run` runs: `npm test` against a real Apache Kafka, `npm run check`, `npm run build`. Ends with the line
 * `N passed, N failed`, where a check counts like a test; exits 1 if anything failed.
 *
 * Apache Kafka comes from the folder `../shared/kafka` beside the checkout; where that or Java is missing it is a failure,
 * unless `MILLRACE_JAVA=0` says that this is meant. `MILLRACE_KAFKA=host:port` uses a broker that runs already.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./run.ts";

const kafka = join(root, "..", "shared", "kafka", "kafka");
const scratch = mkdtempSync(join(tmpdir(), "millrace-ci-"));
let passed = 0;
let failed = 0;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A port that is free together with the next ones that Kafka takes (its controller listens on the port plus 10). */
async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    await new Promise((resolve) => server.close(resolve));
    if (port < 60_000) return port;
  }
}

async function startKafka(): Promise<string | null> {
  const given = process.env["MILLRACE_KAFKA"];
  if (given !== undefined && given !== "") return given;
  if (process.env["MILLRACE_JAVA"] === "0") {
    say("no Apache Kafka: MILLRACE_JAVA=0");
    return null;
  }
  if (!existsSync(kafka) || spawnSync("java", ["-version"]).status !== 0) {
    say("FAILED  Apache Kafka is missing: Java 17 and ../shared/kafka are needed, or MILLRACE_JAVA=0 to go without");
    failed += 1;
    return null;
  }
  const port = await freePort();
  const started = spawnSync(kafka, ["start", "--dir", join(scratch, "kafka"), "--port", String(port)], {
    encoding: "utf8",
    timeout: 180_000,
  });
  const address = started.stdout.trim();
  if (started.status === 0 && address !== "") {
    say(`Apache Kafka runs at ${address}`);
    return address;
  }
  say(`FAILED  Apache Kafka did not start: ${started.stderr}`);
  failed += 1;
  return null;
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

const address = await startKafka();
try {
  await test(address);
  await step("run", "check");
  await step("run", "build");
} finally {
  if (existsSync(join(scratch, "kafka"))) spawnSync(kafka, ["stop", "--dir", join(scratch, "kafka"), "--wipe"]);
  rmSync(scratch, { recursive: true, force: true });
}
say(`\n${String(passed)} passed, ${String(failed)} failed`);
process.exit(failed === 0 ? 0 : 1);
