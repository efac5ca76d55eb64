import { describe, expect, test } from "vitest";
import { sleep, yieldTo } from "../index.ts";
import { type OpenHarness, withHarness } from "./harness.ts";

/** Every clock with its timers and its source of randomness passes this. */
export function timersConformance(name: string, open: OpenHarness): void {
  describe(`${name} timers`, () => {
    ordering(open);
    cancelling(open);
    clockAndRandom(open);
  });
}

function ordering(open: OpenHarness): void {
  test("run in the order of their delays", () =>
    withHarness(open, async ({ platform: { timers } }) => {
      const ran: number[] = [];
      for (const delayMs of [30, 10, 20]) timers.after(delayMs, () => ran.push(delayMs));
      await sleep(timers, 60);
      expect(ran).toEqual([10, 20, 30]);
    }));

  test("never run within the call that sets them", () =>
    withHarness(open, async ({ platform: { timers } }) => {
      const ran: string[] = [];
      timers.after(0, () => ran.push("after"));
      timers.soon(() => ran.push("soon"));
      expect(ran).toEqual([]);
      await Promise.resolve();
      expect(ran).toEqual([]);
      await sleep(timers, 5);
      expect(ran.sort()).toEqual(["after", "soon"]);
    }));

  test("run what comes soon in the order of the calls", () =>
    withHarness(open, async ({ platform: { timers } }) => {
      const ran: number[] = [];
      for (let i = 0; i < 5; i += 1) timers.soon(() => ran.push(i));
      await yieldTo(timers);
      expect(ran).toEqual([0, 1, 2, 3, 4]);
    }));

  test("finish the promises of one call before the next", () =>
    withHarness(open, async ({ platform: { timers } }) => {
      const ran: string[] = [];
      const chain = async (label: string): Promise<void> => {
        for (let i = 0; i < 20; i += 1) await Promise.resolve();
        ran.push(`${label} settled`);
      };
      timers.soon(() => {
        ran.push("first");
        void chain("first");
      });
      timers.soon(() => ran.push("second"));
      await yieldTo(timers);
      expect(ran).toEqual(["first", "first settled", "second"]);
    }));

  test("have their turn while a computation yields over and over", () =>
    withHarness(open, async ({ platform: { timers } }) => {
      const ran: string[] = [];
      timers.after(20, () => ran.push("due"));
      let turns = 0;
      while (ran.length === 0) {
        turns += 1;
        await yieldTo(timers);
      }
      expect(turns).toBeGreaterThan(1);
    }));
}

function cancelling(open: OpenHarness): void {
  test("do not run once cancelled", () =>
    withHarness(open, async ({ platform: { timers } }) => {
      const ran: string[] = [];
      const first = timers.after(5, () => ran.push("first"));
      const second = timers.after(10, () => ran.push("second"));
      timers.after(1, () => {
        second.cancel();
      });
      first.cancel();
      first.cancel();
      await sleep(timers, 30);
      expect(ran).toEqual([]);
    }));

  test("take a cancel after they ran for nothing", () =>
    withHarness(open, async ({ platform: { timers } }) => {
      let runs = 0;
      const timer = timers.after(1, () => {
        runs += 1;
        timer.cancel();
      });
      await sleep(timers, 10);
      timer.cancel();
      expect(runs).toBe(1);
    }));

  test("hold delays of more than a month", () =>
    withHarness(open, async ({ platform: { timers } }) => {
      let runs = 0;
      const timer = timers.after(40 * 24 * 3_600_000, () => {
        runs += 1;
      });
      await sleep(timers, 20);
      timer.cancel();
      expect(runs).toBe(0);
    }));
}

function clockAndRandom(open: OpenHarness): void {
  test("move the clock on, in whole milliseconds of this century", () =>
    withHarness(open, async ({ platform: { clock, timers } }) => {
      const beforeMs = clock.nowMs();
      await sleep(timers, 20);
      const afterMs = clock.nowMs();
      expect(Number.isInteger(beforeMs)).toBe(true);
      expect(beforeMs).toBeGreaterThan(Date.UTC(2020));
      // A real timer may be early by what the clock has been rounded.
      expect(afterMs - beforeMs).toBeGreaterThanOrEqual(19);
    }));

  test("measure time with a clock that no setting moves", () =>
    withHarness(open, async ({ platform: { clock, timers } }) => {
      const beforeMs = clock.monotonicMs();
      await sleep(timers, 20);
      const afterMs = clock.monotonicMs();
      expect(Number.isInteger(beforeMs) && beforeMs >= 0).toBe(true);
      expect(afterMs - beforeMs).toBeGreaterThanOrEqual(19);
    }));

  test("come with random integers of 32 bits that use all of them", () =>
    withHarness(open, ({ platform: { random } }) => {
      let ones = 0;
      let zeros = 0;
      for (let i = 0; i < 1000; i += 1) {
        const value = random.uint32();
        expect(Number.isInteger(value) && value >= 0 && value < 2 ** 32).toBe(true);
        ones |= value;
        zeros |= ~value;
      }
      expect(ones >>> 0).toBe(0xffff_ffff);
      expect(zeros >>> 0).toBe(0xffff_ffff);
      return Promise.resolve();
    }));
}
