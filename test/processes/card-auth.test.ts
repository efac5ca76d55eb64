/**
 * card-auth-window in processes that are killed. At least once is what is promised, so this is asserted of the last alert of
 * each window: it is not below the number of declines that were sent; and it is above that number by no more than the
 * declines of this window that were sent but not committed at a kill, as only these are processed again.
 */
import { randomUUID } from "node:crypto";
import type { StreamsConfig } from "millrace";
import { afterAll, beforeAll, describe, expect, test, type TestContext } from "vitest";
import { targets } from "../interop/targets.ts";
import { ApplicationProcess } from "./application-process.ts";
import { CardTraffic } from "./card-traffic.ts";
import { sendUntil } from "./traffic.ts";

/** The least that Apache Kafka allows: so long a group waits for a member that was killed. */
const sessionTimeoutMs = 6_000;

for (const target of await targets()) {
  describe.concurrent(`card-auth-window as processes over ${target.name}`, () => {
    let address = "";
    beforeAll(async () => {
      address = await target.open();
    }, 120_000);
    afterAll(() => target.close());

    async function scene({ onTestFinished }: TestContext, settings: Partial<StreamsConfig>) {
      const applicationId = `card-auth-${randomUUID().slice(0, 8)}`;
      const traffic = await CardTraffic.open([address], applicationId);
      onTestFinished(() => traffic[Symbol.asyncDispose]());
      const start = (): ApplicationProcess => {
        const started = new ApplicationProcess("card-auth-window", {
          applicationId,
          brokers: [address],
          commitIntervalMs: 200,
          heartbeatIntervalMs: 500,
          sessionTimeoutMs,
          lingerMs: 5,
          ...settings,
        });
        onTestFinished(async () => void (await started.kill()));
        return started;
      };
      return { traffic, start };
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

    test.for([
      ["with results held back in the cache", {}],
      ["with every count written at once", { cacheBytesMax: 0 }],
    ] as const)("killed after three commits and started again, it loses nothing, %s", async ([, settings], context) => {
      const { traffic, start } = await scene(context, settings);
      await traffic.send(2_000);
      await killInTheMiddle(traffic, start());
      await traffic.crashed();
      const again = start();
      await traffic.send(2_000);
      await traffic.allCommitted();
      expect(await again.stop()).toEqual({ code: 0, signal: null, complaints: "" });
      const { keys, wrong } = await traffic.judge();
      expect(keys).toBeGreaterThan(50);
      expect(wrong).toEqual([]);
    });

    test("of two instances one is killed, and the other goes on with all four partitions", async (context) => {
      const { traffic, start } = await scene(context, { cacheBytesMax: 0 });
      const killed = await start().running();
      const other = start();
      await killInTheMiddle(traffic, killed);
      await traffic.crashed();
      await traffic.send(1_000);
      await traffic.allCommitted();
      expect(await other.stop()).toEqual({ code: 0, signal: null, complaints: "" });
      expect((await traffic.judge()).wrong).toEqual([]);
    });

    test("of two instances one is stopped, and the other goes on without waiting for the end of its session", async (context) => {
      const { traffic, start } = await scene(context, { sessionTimeoutMs: 120_000 });
      const stopped = await start().running();
      const other = start();
      await sendUntil(
        traffic,
        stopped.until(({ commits }) => commits >= 3),
      );
      expect(await stopped.stop()).toEqual({ code: 0, signal: null, complaints: "" });
      await traffic.send(1_000);
      await traffic.allCommitted();
      expect(await other.stop()).toEqual({ code: 0, signal: null, complaints: "" });
      // Nobody was killed, so nothing is counted twice.
      expect(await traffic.judge()).toEqual({ keys: expect.any(Number) as number, wrong: [], excess: 0 });
    });
  });
}
