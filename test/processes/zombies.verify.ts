/**
 * Instances on three brokers of Apache Kafka that stop in the middle of their work for longer than a session, and wake while the
 * group's coordinator moves to another broker, which loads the group first. Another instance has their tasks by then: of what the one that
 * wakes had under way nothing may arrive after the other's writes, so that the counts in the changelog never go back.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { KafkaCluster } from "../../scripts/kafka.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import { ApplicationProcess } from "./application-process.ts";
import { CardTraffic } from "./card-traffic.ts";
import { sendUntil } from "./traffic.ts";

const rounds = Number(process.env["MILLRACE_ROUNDS"] ?? "4");
const hosts = ["one", "other"] as const;
/** The least that Apache Kafka allows. */
const sessionTimeoutMs = 6_000;

test(
  "an instance that wakes while the coordinator moves sets no count of its successor back",
  { timeout: 60_000 + rounds * 90_000 },
  async () => {
    await using cluster = await KafkaCluster.start(3);
    const applicationId = `card-auth-${randomUUID().slice(0, 8)}`;
    await using traffic = await CardTraffic.open(cluster.brokers, applicationId);
    const disk = temporaryDirectory();
    const instances = hosts.map(
      (host) =>
        new ApplicationProcess("card-auth-window", {
          applicationId,
          brokers: cluster.brokers,
          commitIntervalMs: 1_000,
          heartbeatIntervalMs: 500,
          sessionTimeoutMs,
          // Something is always on its way, and every count is written at once.
          lingerMs: 50,
          cacheBytesMax: 0,
          stateDirectory: join(disk.path, host),
        }),
    );
    try {
      const shared = (): Promise<unknown> =>
        Promise.all(instances.map((instance) => instance.until(({ state, tasks }) => state === "running" && tasks === 2)));
      await sendUntil(traffic, shared());
      for (let round = 0; round < rounds; round += 1) {
        const [zombie, successor] = round % 2 === 0 ? [instances[0]!, instances[1]!] : [instances[1]!, instances[0]!];
        const { recordsProcessed } = zombie.report;
        await sendUntil(
          traffic,
          zombie.until((report) => report.recordsProcessed >= recordsProcessed + 500 && zombie.uncommitted >= 50),
        );
        void traffic.send(1_000);
        zombie.pause();
        await traffic.crashed();
        await sendUntil(
          traffic,
          successor.until(({ state, tasks }) => state === "running" && tasks === 4),
        );
        const { number, host } = await cluster.coordinator(applicationId);
        expect(cluster.brokers).toContain(host);
        const moving = cluster.stop(number);
        // From before the coordinator goes until after another has taken over, from round to round.
        const waking = new Promise<void>((awake) => setTimeout(() => (zombie.resume(), awake()), (round % 4) * 400));
        await sendUntil(traffic, Promise.all([moving, waking]));
        await cluster.restart();
        await sendUntil(traffic, shared());
        await traffic.allCommitted();
      }
      for (const instance of instances) expect((await instance.stop()).code).toBe(0);
      const { keys, wrong, excess } = await traffic.judge();
      const { counts, setBack } = await traffic.setBack();
      process.stdout.write(
        `figures: ${String(rounds)} pauses of more than ${String(sessionTimeoutMs)} ms: ${String(counts)} counts in the changelog, ` +
          `${String(setBack.length)} set back; ${String(keys)} results, ${String(excess)} counted twice\n`,
      );
      expect([setBack, wrong]).toEqual([[], []]);
    } finally {
      for (const instance of instances) await instance.kill();
      disk.remove();
    }
  },
);
