import { expect, test } from "vitest";
import { runCrashCycles } from "./cycles.ts";

test.each([
  ["rocksdb", 20],
  ["sqlite", 8],
] as const)(
  "a killed process loses nothing that it reported, and leaves whole batches, with %s",
  async (engine, cycles) => {
    const report = await runCrashCycles({ engine, cycles, seed: 7 });
    expect(report.failures).toEqual([]);
    expect(report.cycles).toBe(cycles);
    expect(report.batches).toBeGreaterThan(cycles);
    // a process is started in each cycle
  },
  300_000,
);
