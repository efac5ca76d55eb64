import { Simulation } from "@millrace/platform/sim";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { JournalEntry } from "./entry.ts";
import { FileJournal } from "./journal.ts";

const entry = (next: number, padding: number = 0): JournalEntry => ({
  type: "producerIds",
  next,
  ...(padding > 0 ? { padding: "x".repeat(padding) } : {}),
});

test("a journal replays what was appended, and cuts a torn tail", async () => {
  const simulation = new Simulation(1);
  const { files } = simulation.platform("a");
  const first = await simulation.settle(
    FileJournal.open(
      files,
      "/",
      "journal",
      () => {},
      () => [],
    ),
  );
  for (let i = 0; i < 5; i += 1) first.append(entry(i));
  await simulation.settle(first.close());
  const file = files.open("/journal");
  file.truncate(file.size() - 3);
  const seen: JournalEntry[] = [];
  const second = await simulation.settle(
    FileJournal.open(
      files,
      "/",
      "journal",
      (read) => seen.push(read),
      () => [],
    ),
  );
  expect(seen).toEqual([0, 1, 2, 3].map((i) => entry(i)));
  second.append(entry(9));
  await simulation.settle(second.close());
  seen.length = 0;
  await simulation.settle(
    FileJournal.open(
      files,
      "/",
      "journal",
      (read) => seen.push(read),
      () => [],
    ),
  );
  expect(seen.at(-1)).toEqual(entry(9));
});

test("a journal ends where a crash left zeros", async () => {
  const simulation = new Simulation(1);
  const { files } = simulation.platform("a");
  const seen: JournalEntry[] = [];
  const open = () =>
    simulation.settle(
      FileJournal.open(
        files,
        "/",
        "journal",
        (read) => seen.push(read),
        () => [],
      ),
    );
  const first = await open();
  first.append(entry(1));
  await simulation.settle(first.close());
  const file = files.open("/journal");
  file.truncate(file.size() + 64);
  await simulation.settle((await open()).close());
  expect(seen).toEqual([entry(1)]);
});

test("a journal that has grown is written anew with what its state needs", async () => {
  const simulation = new Simulation(1);
  const { files } = simulation.platform("a");
  let last = -1;
  const journal = await simulation.settle(
    FileJournal.open(
      files,
      "/",
      "journal",
      () => {},
      () => [entry(last)],
    ),
  );
  for (last = 0; last < 150; last += 1) journal.append(entry(last, 10_000));
  await simulation.settle(journal.close());
  expect(files.open("/journal").size()).toBeLessThan(1_500_000);
  const seen: JournalEntry[] = [];
  await simulation.settle(
    FileJournal.open(
      files,
      "/",
      "journal",
      (read) => seen.push(read),
      () => [],
    ),
  );
  expect(seen.at(-1)).toMatchObject({ next: 149 });
  expect(files.exists("/journal.new")).toBe(false);
});

test("no crash takes a synced entry, also while the journal is written anew", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.array(fc.constantFrom("small", "large", "sync", "crash"), { maxLength: 40 }),
      async (seed, steps) => {
        const simulation = new Simulation(seed);
        const host = simulation.host("a");
        let last = -1;
        let synced = -1;
        const open = () =>
          simulation.settle(
            FileJournal.open(
              host.platform.files,
              "/",
              "journal",
              (read) => {
                if (read.type === "producerIds") last = read.next;
              },
              () => [entry(last)],
            ),
          );
        let journal = await open();
        for (const [i, step] of steps.entries()) {
          if (step === "small" || step === "large") {
            last = i;
            journal.append(entry(i, step === "large" ? 400_000 : 10));
          } else if (step === "sync") {
            const covers = last;
            await simulation.settle(journal.sync());
            synced = covers;
          } else {
            const newest = last;
            host.crash();
            host.restart();
            last = -1;
            journal = await open();
            expect(last).toBeGreaterThanOrEqual(synced);
            expect(last).toBeLessThanOrEqual(newest);
          }
        }
      },
    ),
    { numRuns: 100 },
  );
});
