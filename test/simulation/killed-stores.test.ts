/**
 * An application with a store is ended at any point of a commit, and of a restoration: between any two events of the simulation by a kill or a loss of
 * power, and around each write to the disk. In the moment of its death its disk holds what the changelog says up to the checkpoint;
 * after the next start and a close it holds the whole changelog. No count is below the truth, and each is above it by no more than the
 * records of its key that were sent after the last committed offset and before the death.
 */
import { describe, expect, test } from "vitest";
import { killPoints } from "./kill-points.ts";
import { run, type Outcome, type Phase, type Scene } from "./killed-stores-run.ts";
import { seeds } from "./seeds.ts";

const scenes: readonly Scene[] = [
  ...(["key-value", "window"] as const).flatMap((kind) =>
    ([0, 100, 1_000_000] as const).map((cacheBytesMax) => ({ kind, killedWhile: "processing" as const, cacheBytesMax })),
  ),
  { kind: "window", killedWhile: "restoring", cacheBytesMax: 0 },
];

function expectSound(outcome: Outcome): void {
  const { killed, closed, counts } = outcome;
  expect(killed.stored, "the disk at the death").toEqual(killed.logged);
  expect(closed.stored, "the disk in the end").toEqual(closed.logged);
  expect(closed.checkpoint).toBe(closed.changelogEnd);
  expect(outcome.voids).toEqual([]);
  let excess = 0;
  for (const { name, truth, repeatable, count } of counts) {
    expect(count, `the count of "${name}"`).toBeGreaterThanOrEqual(truth);
    expect(count, `the count of "${name}"`).toBeLessThanOrEqual(truth + repeatable);
    excess += count - truth;
  }
  expect(excess).toBeLessThanOrEqual(outcome.recordsRepeatable);
}

describe.each(scenes)("a $kind store with $cacheBytesMax bytes of cache, killed while $killedWhile", (scene) => {
  test("without a death every count is the truth", async () => {
    const outcome = await run(1, scene, null);
    expectSound(outcome);
    expect(outcome.counts.filter(({ count, truth }) => count !== truth)).toEqual([]);
    expect(outcome.phase).toBe("after the offset commit");
  });

  test("ended anywhere, it goes on with what disk and changelog say", { timeout: 600_000 }, async () => {
    const phases = new Set<Phase>();
    for (const seed of seeds(1, scene.killedWhile === "restoring" ? 1 : 2)) {
      const { events, writes } = await run(seed, scene, null);
      expect(writes).toBeGreaterThan(0);
      for (const point of killPoints({ events, writes })) {
        const outcome = await run(seed, scene, point);
        try {
          expectSound(outcome);
        } catch (error) {
          throw new Error(`seed ${String(seed)}, ended at ${JSON.stringify(point)}, ${outcome.phase}`, { cause: error });
        }
        phases.add(outcome.phase);
      }
    }
    const reached: Phase[] = ["after the offset commit", "before the changelog flush", "before the engine drain"];
    // What leaves the cache only with the commit drains after it.
    if (scene.cacheBytesMax < 1_000_000) reached.push("before the offset commit");
    expect([...phases].toSorted()).toEqual(reached.toSorted());
  });
});
