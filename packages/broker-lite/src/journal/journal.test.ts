import { Simulation } from "@millrace/platform/sim";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { JournalEntry } from "./entry.ts";
import { FileJournal } from "./journal.ts";
import type { JournalOwner } from "./journal.ts";

const entry = (next: number, padding: number = 0): JournalEntry => ({
  type: "producerIds",
  next,
  ...(padding > 0 ? { padding: "x".repeat(padding) } : {}),
});

const owner = (apply: (read: JournalEntry) => void, snapshot: () => Iterable<JournalEntry>): JournalOwner => ({
  apply,
  snapshot,
  torn() {},
});

test("a journal replays what was appended, and cuts a torn tail", async () => {
  const simulation = new Simulation(1);
  const { files } = simulation.platform("a");
  const first = await simulation.settle(
    FileJournal.open(
      files,
      "/",
      "journal",
      owner(
        () => {},
        () => [],
      ),
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
      owner(
        (read) => seen.push(read),
        () => [],
      ),
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
      owner(
        (read) => seen.push(read),
        () => [],
      ),
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
        owner(
          (read) => seen.push(read),
          () => [],
        ),
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
      owner(
        () => {},
        () => [entry(last)],
      ),
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
      owner(
        (read) => seen.push(read),
        () => [],
      ),
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
              owner(
                (read) => {
                  if (read.type === "producerIds") last = read.next;
                },
                () => [entry(last)],
              ),
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

test("the entry with which a journal is written anew is not lost, although its owner's state follows the append", async () => {
  const simulation = new Simulation(1);
  const { files } = simulation.platform("a");
  const held = new Set<number>();
  const take = (read: JournalEntry): void => {
    if (read.type === "producerIds") held.add(read.next);
  };
  const open = (): Promise<FileJournal> =>
    simulation.settle(
      FileJournal.open(
        files,
        "/",
        "journal",
        owner(take, () => [...held].map((next) => entry(next))),
      ),
    );
  const journal = await open();
  for (let next = 0; next < 150; next += 1) {
    journal.append(entry(next, 10_000));
    held.add(next);
    await simulation.settle(journal.sync());
  }
  await simulation.settle(journal.close());
  expect(files.open("/journal").size()).toBeLessThan(1_000_000);
  held.clear();
  await open();
  expect(held.size).toBe(150);
});

test("all who wait for a journal share a sync", async () => {
  let syncs = 0;
  const simulation = new Simulation(1, { trace: (line) => void (/^.*synced \/+journal/.test(line) && (syncs += 1)) });
  const { files } = simulation.platform("a");
  const journal = await simulation.settle(
    FileJournal.open(
      files,
      "/",
      "journal",
      owner(
        () => {},
        () => [],
      ),
    ),
  );
  syncs = 0;
  const waits = Array.from({ length: 50 }, (_, i) => {
    journal.append(entry(i));
    return journal.sync();
  });
  await simulation.settle(Promise.all(waits));
  expect(syncs).toBe(2);
});

test("a journal on a full disk refuses an entry, and goes on when there is room again", async () => {
  const simulation = new Simulation(1);
  const host = simulation.host("a");
  const { files } = host.platform;
  const seen: JournalEntry[] = [];
  let torn = 0;
  const open = (): Promise<FileJournal> =>
    simulation.settle(
      FileJournal.open(files, "/", "journal", { apply: (read) => seen.push(read), snapshot: () => [], torn: () => (torn += 1) }),
    );
  const journal = await open();
  journal.append(entry(1));
  host.diskFault = (operation) => (operation === "write" ? "ENOSPC" : null);
  expect(() => journal.append(entry(2, 1_000))).toThrow(expect.objectContaining({ code: "ENOSPC" }));
  await open();
  expect(seen.splice(0)).toEqual([entry(1)]);
  host.diskFault = () => null;
  journal.append(entry(3));
  await simulation.settle(journal.close());
  await open();
  expect(seen).toEqual([entry(1), entry(3)]);
  expect(torn).toBe(0);
});

test.each(["create", "write", "sync", "rename"])(
  "a journal that cannot be written anew, since the %s fails, goes on in the old file",
  async (failing) => {
    const simulation = new Simulation(1);
    const host = simulation.host("a");
    const { files } = host.platform;
    const seen: JournalEntry[] = [];
    const open = (): Promise<FileJournal> =>
      simulation.settle(
        FileJournal.open(
          files,
          "/",
          "journal",
          owner(
            (read) => seen.push(read),
            () => [entry(-1, 3_000)],
          ),
        ),
      );
    const journal = await open();
    host.diskFault = (operation, path) => (operation === failing && path.endsWith(".new") ? "ENOSPC" : null);
    for (let i = 0; i < 250; i += 1) {
      journal.append(entry(i, 10_000));
      if (i % 10 === 0) await simulation.run(() => true);
    }
    await simulation.settle(journal.close());
    await open();
    expect(seen).toEqual(Array.from({ length: 250 }, (_, i) => entry(i, 10_000)));
    expect(files.list("/")).toEqual(["journal"]);
  },
);

test("a journal whose sync failed promises nothing more, whatever later syncs say", async () => {
  const simulation = new Simulation(1);
  const host = simulation.host("a");
  const journal = await simulation.settle(
    FileJournal.open(
      host.platform.files,
      "/",
      "journal",
      owner(
        () => {},
        () => [],
      ),
    ),
  );
  journal.append(entry(1));
  host.diskFault = (operation) => (operation === "sync" ? "EIO" : null);
  await expect(simulation.settle(journal.sync())).rejects.toMatchObject({ code: "EIO" });
  host.diskFault = () => null;
  expect(() => journal.append(entry(2))).toThrow(expect.objectContaining({ code: "EIO" }));
  await expect(simulation.settle(journal.sync())).rejects.toMatchObject({ code: "EIO" });
  await expect(simulation.settle(journal.close())).rejects.toMatchObject({ code: "EIO" });
});

test("a journal tells of a torn tail before it cuts it, and cuts nothing if its owner objects", async () => {
  const simulation = new Simulation(1);
  const { files } = simulation.platform("a");
  const quiet = owner(
    () => {},
    () => [],
  );
  const journal = await simulation.settle(FileJournal.open(files, "/", "journal", quiet));
  journal.append(entry(1));
  await simulation.settle(journal.close());
  const file = files.open("/journal");
  file.write([Buffer.from("12345")], file.size());
  const before = files.readAll("/journal");
  const objecting: JournalOwner = {
    ...quiet,
    torn(bytes) {
      throw new RangeError(String(bytes));
    },
  };
  await expect(simulation.settle(FileJournal.open(files, "/", "journal", objecting))).rejects.toThrow("5");
  expect(files.readAll("/journal")).toEqual(before);
});
