/**
 * The examples on Apache Kafka, whose brokers are killed and started again while they run. The application lives on, so nothing
 * may be lost; and nothing may be counted twice unless the group lost the member, which would make it say so.
 */
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { KafkaCluster } from "../../scripts/kafka.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import { ApplicationProcess, type ExampleName } from "./application-process.ts";
import { CardTraffic } from "./card-traffic.ts";
import { sendUntil, type Traffic } from "./traffic.ts";
import { WordTraffic } from "./word-traffic.ts";

interface Scene {
  readonly application: ApplicationProcess;
  readonly traffic: Traffic;
  readonly disk: ReturnType<typeof temporaryDirectory>;
}

async function scene(cluster: KafkaCluster, name: ExampleName): Promise<Scene> {
  const applicationId = `${name}-${randomUUID().slice(0, 8)}`;
  const open = name === "wordcount" ? WordTraffic.open : CardTraffic.open;
  const traffic = await open(cluster.brokers, applicationId);
  const disk = temporaryDirectory();
  const application = await new ApplicationProcess(name, {
    applicationId,
    brokers: cluster.brokers,
    commitIntervalMs: 200,
    lingerMs: 5,
    cacheBytesMax: 0,
    stateDirectory: disk.path,
  }).running();
  return { application, traffic, disk };
}

/** Resolves when it has committed three times more. */
function committedThrice({ application }: Scene): Promise<void> {
  const { commits } = application.report;
  return application.until((report) => report.commits >= commits + 3);
}

/** Stops the application. @returns how many records were counted twice */
async function judge({ application, traffic, disk }: Scene): Promise<number> {
  const { code, complaints } = await application.stop();
  // A broker that is away is worth a word, and whoever waits for it; a loss of the membership would be a surprise.
  const surprises = complaints.match(
    /^(warn|error): (?!could not reach a broker|still cannot reach a broker|committing offsets takes long).*$/gm,
  );
  const { wrong, excess } = await traffic.judge();
  expect([code, surprises, wrong]).toEqual([0, null, []]);
  await traffic[Symbol.asyncDispose]();
  disk.remove();
  return excess;
}

/** Brokers that are away at the same time. Of three with two in-sync replicas at least, one alone takes no records. */
const absences = {
  1: [[1]],
  3: [[1], [2], [3], [2, 3]],
} as const;

describe.each([1, 3] as const)("with %d brokers that are killed and started again", (brokerCount) => {
  test("card-auth-window and wordcount go on, and their totals are right", { timeout: 600_000 }, async () => {
    await using cluster = await KafkaCluster.start(brokerCount);
    const scenes = await Promise.all([scene(cluster, "card-auth-window"), scene(cluster, "wordcount")]);
    let slowestMs = 0;
    for (const away of absences[brokerCount]) {
      const back = Promise.all(scenes.map(committedThrice))
        .then(() => Promise.all(away.map((broker) => cluster.kill(broker))))
        .then(() => cluster.restart());
      await Promise.all(scenes.map(({ traffic }) => sendUntil(traffic, back)));
      const backAtMs = performance.now();
      await Promise.all(scenes.map(({ traffic }) => traffic.allCommitted()));
      slowestMs = Math.max(slowestMs, performance.now() - backAtMs);
    }
    const excess = (await judge(scenes[0])) + (await judge(scenes[1]));
    const processed = scenes.reduce((sum, { application }) => sum + application.report.recordsProcessed, 0);
    process.stdout.write(
      `figures: ${String(brokerCount)} brokers: ${String(processed)} records, ${String(excess)} counted twice, ` +
        `all committed ${(slowestMs / 1000).toFixed(1)} s after a return at most\n`,
    );
  });
});
