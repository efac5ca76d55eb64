import { describe, expect, test } from "vitest";
import { replay, seeds } from "./seeds.ts";
import { lineCount, moments, runWordCount, wordsPerLine, type Moment, type Outcome } from "./wordcount-run.ts";

const words = (text: string): string[] => text.split(" ").slice(1);

function countOf(all: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of all) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((total, count) => total + count, 0);

/** What must hold after any run. */
function expectAtLeastOnce(outcome: Outcome): void {
  const { sent, lines, applications } = outcome;
  // The producer was idempotent: each line is in the log once, and in the order of sending within its partition.
  const received = lines.map(({ value }) => value ?? "");
  expect(received.toSorted()).toEqual([...sent].toSorted());
  for (const partition of new Set(lines.map((line) => line.partition))) {
    const numbers = lines.filter((line) => line.partition === partition).map(({ value }) => Number.parseInt(value ?? "", 10));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  }
  // No word of a line is missing from the repartition topic, and none of that topic's from the counts.
  const truth = countOf(sent.flatMap(words));
  const repartitioned = countOf(outcome.words);
  for (const [word, count] of truth) {
    expect(repartitioned.get(word) ?? 0, `"${word}" in the repartition topic`).toBeGreaterThanOrEqual(count);
    expect(outcome.counts.get(word) ?? 0, `the count of "${word}"`).toBeGreaterThanOrEqual(repartitioned.get(word) ?? 0);
  }
  expect([...outcome.counts.keys()].toSorted()).toEqual([...truth.keys()].toSorted());
  expect(Object.fromEntries(outcome.counts)).toEqual(Object.fromEntries(outcome.stored));
  // What came twice was processed after the last commit before a fault: a line then gives its words once more, a word counts once more.
  const wordsTwice = sum(repartitioned) - sum(truth);
  const countedTwice = sum(outcome.counts) - sum(repartitioned);
  const repeatable = applications.reduce((total, { recordsRepeatable }) => total + recordsRepeatable, 0);
  expect(wordsTwice / wordsPerLine + countedTwice).toBeLessThanOrEqual(repeatable);
  // State was followed all the time: each disk after its writes, each count of the changelog, offsets after commits.
  expect(outcome.watched.stores).toBeGreaterThan(0);
  expect(outcome.watched.counts).toBeGreaterThanOrEqual(truth.size);
  expect(outcome.watched.offsets).toBeGreaterThan(0);
  // Everything was closed in good order.
  expect(outcome.remainder.filter((line) => !/^host "[a-z]+": up$/.test(line))).toEqual([]);
}

const everything = { broker: true, application: true, clocks: true };

/** Runs all seeds; those up to `twiceMax` twice. */
function manySeeds(instances: 1 | 2, last: number, twiceMax: number): void {
  let repeated = 0;
  let lossy = 0;
  const hashes = new Map<string, number>();
  const reached = new Set<Moment>();
  const all = seeds(1, last).map((seed) => [seed, replay(seed, "test/simulation")] as const);

  test.for(all)("counts at least once though broker and application go down: seed %i (%s)", async ([seed]) => {
    const outcome = await runWordCount(seed, instances, everything);
    expectAtLeastOnce(outcome);
    expect(outcome.linesAtBrokerFault).toBeLessThan(lineCount);
    if (outcome.uncommittedAtApplicationFault !== 0) lossy += 1;
    for (const moment of outcome.moments) reached.add(moment);
    repeated += sum(outcome.counts) - lineCount * wordsPerLine;
    expect(hashes.get(outcome.traceHash), "the seed with the same trace").toBeUndefined();
    hashes.set(outcome.traceHash, seed);
    if (seed > twiceMax && all.length > 1) return;
    const again = await runWordCount(seed, instances, everything);
    expect(again.traceHash).toBe(outcome.traceHash);
  });

  test.skipIf(all.length < last)(
    "the faults come at moments when they matter: most lose what is not committed, and some run counts twice",
    () => {
      expect(lossy).toBeGreaterThan(all.length / 2);
      expect(repeated).toBeGreaterThan(0);
    },
  );

  // With one instance nobody takes over, and the moments of a take-over do not come.
  if (instances > 1)
    test.skipIf(all.length < last)(
      "instances stand still, wake as zombies, and clocks are set, at all the moments that matter",
      () => {
        expect([...reached].toSorted()).toEqual(moments.toSorted());
      },
    );

  test("counts exactly once without faults", async () => {
    const { applications, ...outcome } = await runWordCount(1, instances, { broker: false, application: false, clocks: false });
    expectAtLeastOnce({ applications, ...outcome });
    expect(applications.map(({ recordsRepeatable }) => recordsRepeatable)).toEqual(applications.map(() => 0));
    expect(applications.reduce((total, { recordsProcessed }) => total + recordsProcessed, 0)).toBe(
      lineCount * (1 + wordsPerLine),
    );
  });
}

describe("word count over broker-lite in virtual time", () => {
  describe("by one instance", () => manySeeds(1, 20, 3));
  describe("by two, which share the partitions", () => manySeeds(2, 50, 5));
});
