/**
 * card-auth-window in processes that are killed. At least once is what is promised, so this is asserted of the last alert of
 * each window: it is not below the number of declines that were sent; and it is above that number by no more than the
 * declines of this window that were sent but not committed at a kill, as only these are processed again.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { StreamsConfig } from "millrace";
import { afterAll, beforeAll, describe, expect, test, type TestContext } from "vitest";
import { targets } from "../interop/targets.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import { ApplicationProcess } from "./application-process.ts";
import { CardTraffic } from "./card-traffic.ts";
import { sendUntil } from "./traffic.ts";

/** `npm run verify` kills more often, one after the other, and looks at the clock. */
const rounds = Number(process.env["MILLRACE_ROUNDS"] ?? "1");
const verifies = process.env["MILLRACE_VERIFY"] !== undefined;
/** Whose disk an instance has that is started beside the one of the round before. */
const hosts = ["second", "first"] as const;
const timeout = 30_000 + rounds * 30_000;

/** The least that Apache Kafka allows: so long a group waits for a member that was killed. */
const sessionTimeoutMs = 6_000;

for (const target of await targets()) {
  const suite = verifies ? describe : describe.concurrent;
  suite(`card-auth-window as processes over ${target.name}`, () => {
    let address = "";
    beforeAll(async () => {
      address = await target.open();
    }, 120_000);
    /** What an instance went on after, and how long it took at most. */
    const slowestMs = new Map<string, number>();
    afterAll(async () => {
      for (const [after, tookMs] of slowestMs)
        process.stdout.write(
          `figures: ${target.name}: all partitions go on ${tookMs.toFixed(0)} ms after ${after} at most, ${String(rounds)} times\n`,
        );
      await target.close();
    });

    async function scene({ onTestFinished }: TestContext, settings: Partial<StreamsConfig>) {
      const applicationId = `card-auth-${randomUUID().slice(0, 8)}`;
      const traffic = await CardTraffic.open([address], applicationId);
      onTestFinished(() => traffic[Symbol.asyncDispose]());
      const disk = temporaryDirectory();
      onTestFinished(() => disk.remove());
      /** @param host as whose disk the instance has; a second one on the same finds what the first has left */
      const start = (host = "first"): ApplicationProcess => {
        const started = new ApplicationProcess("card-auth-window", {
          applicationId,
          brokers: [address],
          commitIntervalMs: 200,
          heartbeatIntervalMs: 500,
          sessionTimeoutMs,
          lingerMs: 5,
          stateDirectory: join(disk.path, host),
          ...settings,
        });
        onTestFinished(async () => void (await started.kill()));
        return started;
      };
      return { traffic, start, disk };
    }

    /** Sends until the application has committed three times and is in the middle of the next stretch; then kills it there. */
    async function killInTheMiddle(traffic: CardTraffic, application: ApplicationProcess): Promise<void> {
      await application.running();
      await sendUntil(
        traffic,
        application.until(({ commits }) => commits >= 3 && application.uncommitted >= 200),
      );
      // It has not seen all of this when it dies.
      void traffic.send(2_000);
      const { signal, complaints } = await application.kill();
      expect([signal, complaints]).toEqual(["SIGKILL", ""]);
    }

    /** Until each of two instances has two of the four tasks, and none is on its way. */
    async function bothShare(one: ApplicationProcess, other: ApplicationProcess): Promise<void> {
      await other.until(({ state, tasks }) => state === "running" && tasks === 2);
      await one.until(({ state, tasks }) => state === "running" && tasks === 2);
    }

    /** Sends more, until all partitions have been committed for. */
    async function goesOn(traffic: CardTraffic, after: string, sinceMs: number, msMax: number): Promise<void> {
      await traffic.send(1_000);
      await traffic.allCommitted();
      if (!verifies) return;
      const tookMs = performance.now() - sinceMs;
      slowestMs.set(after, Math.max(tookMs, slowestMs.get(after) ?? 0));
      expect(tookMs).toBeLessThan(msMax);
    }

    test.for(["memory", "a directory", "a directory that is deleted"] as const)(
      "killed after three commits and started again, it goes on with its state in %s",
      { timeout },
      async (state, context) => {
        // With a cache results are held back until a commit; without one every count is written at once, so that what is repeated shows.
        const settings = state === "memory" ? ({ defaultDslStore: "inMemory" } as const) : { cacheBytesMax: 0 };
        const { traffic, start, disk } = await scene(context, settings);
        await traffic.send(2_000);
        for (let round = 0; round < rounds; round += 1) {
          await killInTheMiddle(traffic, start());
          await traffic.crashed();
          if (state === "a directory that is deleted") disk.remove();
        }
        const inChangelog = await traffic.changelogRecords();
        const again = await start().running();
        if (state === "a directory") expect(again.report.recordsRestored).toBeLessThan(inChangelog);
        else expect(again.report.recordsRestored).toBe(inChangelog);
        await traffic.send(2_000);
        await traffic.allCommitted();
        expect(await again.stop()).toEqual({ code: 0, signal: null, complaints: "" });
        const { keys, wrong } = await traffic.judge();
        expect(keys).toBeGreaterThan(50);
        expect(wrong).toEqual([]);
      },
    );

    test("of two instances one is killed, and the other goes on with all four partitions", { timeout }, async (context) => {
      const { traffic, start } = await scene(context, { cacheBytesMax: 0 });
      let other = await start().running();
      for (let round = 0; round < rounds; round += 1) {
        const killed = other;
        other = start(hosts[round % 2]);
        await bothShare(killed, other);
        await killInTheMiddle(traffic, killed);
        const killedAtMs = performance.now();
        await traffic.crashed();
        await goesOn(traffic, "a kill", killedAtMs, sessionTimeoutMs + 2_000);
      }
      expect(await other.stop()).toEqual({ code: 0, signal: null, complaints: "" });
      expect((await traffic.judge()).wrong).toEqual([]);
    });

    test("of two instances one is stopped, and the other goes on before a session ends", { timeout }, async (context) => {
      const { traffic, start } = await scene(context, { sessionTimeoutMs: 300_000 });
      let other = await start().running();
      for (let round = 0; round < rounds; round += 1) {
        const stopped = other;
        other = start(hosts[round % 2]);
        await bothShare(stopped, other);
        await sendUntil(
          traffic,
          stopped.until(({ commits }) => commits >= 3),
        );
        const stoppedAtMs = performance.now();
        expect(await stopped.stop()).toEqual({ code: 0, signal: null, complaints: "" });
        await goesOn(traffic, "a stop", stoppedAtMs, 2_000);
      }
      expect(await other.stop()).toEqual({ code: 0, signal: null, complaints: "" });
      // Nobody was killed, so nothing is counted twice.
      expect(await traffic.judge()).toEqual({ keys: expect.any(Number) as number, wrong: [], excess: 0 });
    });
  });
}
