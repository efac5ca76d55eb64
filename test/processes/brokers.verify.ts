/**
 * The examples on Apache Kafka, one of whose brokers is killed and started again while they run. The application lives on, so nothing
 * may be lost; and nothing may be counted twice unless the group lost the member, which would make it say so.
 */
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { ApplicationProcess, type ExampleName } from "./application-process.ts";
import { CardTraffic } from "./card-traffic.ts";
import { KafkaCluster } from "./kafka-cluster.ts";
import { sendUntil, type Traffic } from "./traffic.ts";
import { WordTraffic } from "./word-traffic.ts";

interface Scene {
  readonly application: ApplicationProcess;
  readonly traffic: Traffic;
}

async function scene(cluster: KafkaCluster, name: ExampleName): Promise<Scene> {
  const applicationId = `${name}-${randomUUID().slice(0, 8)}`;
  const open = name === "wordcount" ? WordTraffic.open : CardTraffic.open;
  const traffic = await open(cluster.brokers, applicationId);
  const settings = { applicationId, brokers: cluster.brokers, commitIntervalMs: 200, lingerMs: 5, cacheBytesMax: 0 };
  const application = await new ApplicationProcess(name, settings).running();
  return { application, traffic };
}

test.for([
  [1, [1]],
  [3, [1, 2, 3]],
] as const)(
  "with %d brokers, of which %j are killed in turn, the totals are right",
  async ([brokerCount, victims]) => {
    await using cluster = await KafkaCluster.start(brokerCount);
    const scenes = await Promise.all([scene(cluster, "card-auth-window"), scene(cluster, "wordcount")]);
    const all = (what: (scene: Scene) => Promise<unknown>): Promise<unknown> => Promise.all(scenes.map(what));
    for (const victim of victims) {
      const back = all(async ({ application }) => {
        const { commits } = application.report;
        await application.until((report) => report.commits >= commits + 3);
      })
        .then(() => cluster.kill(victim))
        .then(() => cluster.restart(victim));
      await all(({ traffic }) => sendUntil(traffic, back));
      const backAtMs = performance.now();
      await all(({ traffic }) => traffic.allCommitted());
      say(
        `broker ${String(victim)} of ${String(brokerCount)}: ${String(Math.round(performance.now() - backAtMs))} ms from its return to the last commit`,
      );
    }
    for (const { application, traffic } of scenes) {
      const { code, complaints } = await application.stop();
      // That a broker is away is worth a word; that the group went on without the member would be, too.
      const surprises = complaints.match(/^(warn|error): (?!a broker is not reachable).*$/gm);
      const { keys, wrong, excess } = await traffic.judge();
      say(`${String(application.report.recordsProcessed)} records processed, ${String(keys)} keys, ${String(excess)} in excess`);
      expect([code, surprises, wrong]).toEqual([0, null, []]);
      await traffic[Symbol.asyncDispose]();
    }
  },
  600_000,
);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
