/**
 * A table whose source topic is its changelog is ended at any point of a commit, and of its restoration. In the moment of its death
 * its disk holds what the source topic says up to the checkpoint, which is never beyond the committed offset: so no record that is
 * read again finds a table that knows of it already. After the next start and a close the disk holds the whole topic. Every record was
 * sent on; again only those that were sent after the last committed offset and before the death.
 */
import { describe, expect, test } from "vitest";
import { killPoints } from "./kill-points.ts";
import { run, type Outcome, type Phase, type Scene } from "./killed-tables-run.ts";
import { seeds } from "./seeds.ts";

const scenes: readonly Scene[] = [
  ...([0, 100, 1_000_000] as const).map((cacheBytesMax) => ({ killedWhile: "processing" as const, cacheBytesMax })),
  { killedWhile: "restoring", cacheBytesMax: 0 },
];

function expectSound({ cacheBytesMax }: Scene, outcome: Outcome): void {
  const { killed, closed, sentOn } = outcome;
  expect(killed.stored, "the disk at the death").toEqual(killed.read);
  expect(killed.checkpoint).toBeLessThanOrEqual(killed.committed);
  expect(closed.stored, "the disk in the end").toEqual(outcome.truth);
  expect(closed.checkpoint).toBe(outcome.sourceEnd);
  expect(outcome.voids).toEqual([]);
  let excess = 0;
  for (const { offset, count, isRepeatable } of sentOn) {
    // A cache sends the last value on, not each.
    expect(count, `how often record ${String(offset)} was sent on`).toBeGreaterThanOrEqual(cacheBytesMax === 0 ? 1 : 0);
    expect(count, `how often record ${String(offset)} was sent on`).toBeLessThanOrEqual(isRepeatable ? 2 : 1);
    excess += Math.max(0, count - 1);
  }
  expect(excess).toBeLessThanOrEqual(outcome.recordsRepeatable);
  expect(outcome.result).toEqual(outcome.truth);
}

describe.each(scenes)("a table with $cacheBytesMax bytes of cache, killed while $killedWhile", (scene) => {
  test("without a death every record is sent on at most once", async () => {
    const outcome = await run(1, scene, null);
    expectSound(scene, outcome);
    expect(outcome.sentOn.filter(({ count }) => count > 1)).toEqual([]);
    expect(outcome.phase).toBe("after the engine drain");
  });

  test("ended anywhere, it goes on with what disk and source topic say", { timeout: 600_000 }, async () => {
    const phases = new Set<Phase>();
    for (const seed of seeds(1, scene.killedWhile === "restoring" ? 1 : 2)) {
      const { counted } = await run(seed, scene, null);
      expect(counted.writes).toBeGreaterThan(0);
      for (const point of killPoints(counted)) {
        const outcome = await run(seed, scene, point);
        try {
          expectSound(scene, outcome);
        } catch (error) {
          throw new Error(`seed ${String(seed)}, ended at ${JSON.stringify(point)}, ${outcome.phase}`, { cause: error });
        }
        phases.add(outcome.phase);
      }
    }
    expect([...phases].toSorted()).toEqual([
      "after the engine drain",
      "before the engine drain",
      "before the offset commit",
      // By a loss of power, or before anything is restored.
      "with a disk behind the first commit",
    ]);
  });
});
