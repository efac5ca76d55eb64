import type { Files } from "@millrace/platform";
import { Simulation } from "@millrace/platform/sim";
import { BatchHeader, RecordCursor } from "@millrace/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unlimited } from "../config/definition.ts";
import { batchOf } from "../testing/sim-broker.ts";
import { FileStorage } from "./file-bytes.ts";
import { MemoryStorage } from "./memory-bytes.ts";
import { PartitionLog } from "./partition-log.ts";
import type { LogConfig } from "./partition-log.ts";
import type { LogCheckpoint } from "./recovery.ts";

const config: LogConfig = {
  flushMessages: unlimited,
  flushMs: unlimited,
  indexIntervalBytes: 200,
  segmentBytes: 600,
  segmentMs: 3_600_000,
  retentionBytes: -1,
  retentionMs: -1,
  delete: true,
};
const startMs = 1_700_000_000_000;
const fromTheStart = { recoveryPoint: 0, logStartOffset: 0 };

function append(log: PartitionLog, values: readonly string[], timestampMs: number = startMs): number {
  const header = new BatchHeader();
  header.open(batchOf(values, timestampMs));
  return log.append(header, 0, startMs);
}

function open(storage: MemoryStorage | FileStorage, overrides: Partial<LogConfig> = {}): PartitionLog {
  const { timers } = new Simulation(1).platform("a");
  return PartitionLog.open(storage, { ...config, ...overrides }, timers, startMs, fromTheStart, () => {});
}

/** The records that a reader sees who starts at `offset` and fetches `bytesMax` at a time, as `offset:value`. */
function readAll(log: PartitionLog, offset: number, bytesMax: number): string[] {
  const seen: string[] = [];
  for (let next = offset; next < log.highWatermark;) {
    const slice = log.locate(next, bytesMax, true)!;
    const bytes = Buffer.concat(log.read(slice));
    const cursor = new RecordCursor();
    for (let at = 0; at < bytes.length;) {
      at = cursor.open(bytes, at);
      while (cursor.next())
        if (cursor.offset >= next)
          seen.push(`${cursor.offset}:${cursor.buffer.toString("utf8", cursor.valueStart, cursor.valueEnd)}`);
    }
    next = cursor.lastOffset + 1;
  }
  return seen;
}

const simulation = new Simulation(1);
let directories = 0;
const storages = {
  memory: () => new MemoryStorage(),
  file: () => new FileStorage(simulation.platform("a").files, `/data/t-${(directories += 1)}`),
};

describe.each(Object.entries(storages))("a log in %s", (_, storage) => {
  test("numbers records from 0 on, over batches and segments", () => {
    const log = open(storage());
    for (let i = 0; i < 20; i += 1) expect(append(log, [`a${i}`, `b${i}`])).toBe(2 * i);
    expect(log.logEndOffset).toBe(40);
    expect(log.segmentCount).toBeGreaterThan(2);
    expect(readAll(log, 0, 1_000)).toHaveLength(40);
  });

  test("returns the whole batch that contains the offset", () => {
    const log = open(storage());
    append(log, ["a", "b", "c"]);
    append(log, ["d"]);
    const slice = log.locate(1, 10_000, true)!;
    expect(slice.position).toBe(0);
    expect(readAll(log, 1, 10_000)).toEqual(["1:b", "2:c", "3:d"]);
  });

  test("cuts a read at a batch's end, but returns one batch however large", () => {
    const log = open(storage(), { segmentBytes: 100_000 });
    for (let i = 0; i < 50; i += 1) append(log, [`value ${i}`]);
    const { length } = log.locate(0, 1, true)!;
    expect(log.locate(0, length - 1, false)).toBeNull();
    expect(log.locate(0, length, false)!.length).toBe(length);
    expect(log.locate(0, 2 * length + 1, false)!.length).toBe(2 * length);
    expect(readAll(log, 0, 1)).toHaveLength(50);
  });

  test("finds the first record at or after a time, not merely its batch", () => {
    const log = open(storage());
    for (let i = 0; i < 30; i += 1) append(log, ["a", "b", "c"], startMs + 100 * i);
    expect(log.offsetForTimestamp(startMs + 1_001)).toEqual({ offset: 31, timestampMs: startMs + 1_001 });
    expect(log.offsetForTimestamp(startMs + 1_003)).toEqual({ offset: 33, timestampMs: startMs + 1_100 });
    expect(log.offsetForTimestamp(startMs - 1)).toEqual({ offset: 0, timestampMs: startMs });
    expect(log.offsetForTimestamp(startMs + 99_999)).toBeNull();
    expect(log.offsetOfMaxTimestamp()).toEqual({ offset: 89, timestampMs: startMs + 2_902 });
  });

  test("looks for a time among the records that are left", () => {
    const log = open(storage(), { segmentBytes: 100_000 });
    append(log, ["a", "b"], startMs + 500);
    append(log, ["c", "d"], startMs);
    log.deleteRecordsBefore(1);
    expect(log.offsetForTimestamp(startMs + 1)).toEqual({ offset: 1, timestampMs: startMs + 501 });
    log.deleteRecordsBefore(2);
    expect(log.offsetForTimestamp(startMs + 1)).toEqual({ offset: 3, timestampMs: startMs + 1 });
  });

  test("drops the oldest segments by size", async () => {
    const log = open(storage(), { retentionBytes: 1_000 });
    for (let i = 0; i < 60; i += 1) append(log, [`value ${i}`]);
    await simulation.settle(log.flush());
    log.applyRetention(startMs);
    expect(log.sizeBytes).toBeLessThan(1_000 + config.segmentBytes);
    expect(log.sizeBytes).toBeGreaterThanOrEqual(1_000);
    expect(readAll(log, log.logStartOffset, 1_000)).toHaveLength(60 - log.logStartOffset);
  });

  test("drops segments whose newest record is too old, the last one too", async () => {
    const log = open(storage(), { retentionMs: 1_000 });
    for (let i = 0; i < 60; i += 1) append(log, [`value ${i}`], startMs + i);
    log.applyRetention(startMs + 1_000);
    expect(log.logStartOffset).toBe(0);
    log.applyRetention(startMs + 1_060);
    await simulation.settle(log.flush());
    log.applyRetention(startMs + 1_060);
    expect(log.logStartOffset).toBe(60);
    expect(log.segmentCount).toBe(1);
    expect(append(log, ["next"])).toBe(60);
  });

  test("drops everything there is if not a byte may be kept", () => {
    const log = open(storage(), { retentionBytes: 0 });
    for (let i = 0; i < 10; i += 1) append(log, [`value ${i}`]);
    log.applyRetention(startMs);
    expect(log.logStartOffset).toBe(10);
    expect(append(log, ["next"])).toBe(10);
  });

  test("keeps everything of a compacted topic, however old", () => {
    const log = open(storage(), { retentionMs: 1, retentionBytes: 1, delete: false });
    for (let i = 0; i < 60; i += 1) append(log, [`value ${i}`]);
    log.applyRetention(startMs + 1_000_000);
    expect(log.logStartOffset).toBe(0);
  });

  test("begins a new segment when the last one has become old", () => {
    const log = open(storage(), { segmentBytes: 100_000 });
    append(log, ["a"], startMs);
    append(log, ["b"], startMs + config.segmentMs);
    expect(log.segmentCount).toBe(1);
    append(log, ["c"], startMs + config.segmentMs + 1);
    expect(log.segmentCount).toBe(2);
  });

  test("tells its listeners of new records and of removed ones", () => {
    const log = open(storage());
    let calls = 0;
    log.listeners.add(() => (calls += 1));
    append(log, ["a"]);
    expect(calls).toBe(1);
    log.deleteRecordsBefore(1);
    expect(calls).toBe(2);
  });
});

test("what was read stays as it was, whatever is appended or removed later", () => {
  const storage = new MemoryStorage();
  const log = open(storage);
  append(log, ["first"]);
  const read = log.read(log.locate(0, 1_000, true)!);
  const before = Buffer.concat(read);
  for (let i = 0; i < 100; i += 1) append(log, ["later"]);
  log.deleteRecordsBefore(50);
  expect(Buffer.concat(read)).toEqual(before);
});

describe("a log that waits for the disk", () => {
  test("hides records until they are synced, and answers in order", async () => {
    const simulation = new Simulation(7);
    const { files, timers } = simulation.platform("a");
    const log = PartitionLog.open(
      new FileStorage(files, "/t-0"),
      { ...config, flushMessages: 1 },
      timers,
      startMs,
      fromTheStart,
      () => {},
    );
    append(log, ["a"]);
    append(log, ["b"]);
    expect([log.highWatermark, log.logEndOffset]).toEqual([0, 2]);
    expect(log.locate(0, 1_000, true)).toBeNull();
    const answered: number[] = [];
    void log.whenWritten(1)!.then(() => answered.push(1));
    const second = log.whenWritten(2)!.then(() => answered.push(2));
    await simulation.settle(second);
    expect(answered).toEqual([1, 2]);
    expect(log.recoveryPoint).toBe(2);
    expect(log.whenWritten(2)).toBeNull();
    log.assertConsistent();
  });

  test("answers a wait for an earlier record, as for a batch that was sent twice, with the first sync that covers it", async () => {
    const simulation = new Simulation(7);
    const { files, timers } = simulation.platform("a");
    const waiting = { ...config, flushMessages: 1 };
    const log = PartitionLog.open(new FileStorage(files, "/t-0"), waiting, timers, startMs, fromTheStart, () => {});
    append(log, ["a"]);
    append(log, ["b"]);
    const answered: number[] = [];
    const second = log.whenWritten(2)!.then(() => answered.push(2));
    void log.whenWritten(1)!.then(() => answered.push(1));
    log.assertConsistent();
    await simulation.settle(second);
    expect(answered).toEqual([1, 2]);
  });

  test("gives all that wait one sync: what is appended meanwhile shares the next", async () => {
    let syncs = 0;
    const simulation = new Simulation(7, {
      trace: (line) => void (line.includes("synced /t-0/00000000000000000000.log") && (syncs += 1)),
    });
    const { files, timers } = simulation.platform("a");
    const waiting = { ...config, flushMessages: 1, segmentBytes: 100_000 };
    const log = PartitionLog.open(new FileStorage(files, "/t-0"), waiting, timers, startMs, fromTheStart, () => {});
    const waits = Array.from({ length: 100 }, (_, i) => {
      append(log, [`v${i}`]);
      return log.whenWritten(i + 1)!;
    });
    await simulation.settle(Promise.all(waits));
    expect(log.recoveryPoint).toBe(100);
    expect(syncs).toBe(2);
  });

  test("drops segments although a sync is under way whenever retention is looked at", async () => {
    const simulation = new Simulation(7);
    const { files, timers } = simulation.platform("a");
    const small = { ...config, flushMessages: 1, retentionBytes: 1_000 };
    const log = PartitionLog.open(new FileStorage(files, "/t-0"), small, timers, startMs, fromTheStart, () => {});
    for (let i = 0; i < 60; i += 1) append(log, [`value ${i}`]);
    await simulation.settle(log.flush());
    append(log, ["keeps the disk busy"]);
    const segmentsBefore = log.segmentCount;
    log.applyRetention(startMs);
    const { logStartOffset } = log;
    expect(logStartOffset).toBeGreaterThan(30);
    await simulation.settle(log.flush());
    expect(log.segmentCount).toBeLessThan(segmentsBefore / 2);
    expect(log.sizeBytes).toBeLessThan(1_000 + config.segmentBytes);
    expect(log.logStartOffset).toBe(logStartOffset);
  });

  test("syncs after the interval, without anyone waiting for it", async () => {
    const simulation = new Simulation(7);
    const { files, timers } = simulation.platform("a");
    const log = PartitionLog.open(
      new FileStorage(files, "/t-0"),
      { ...config, flushMs: 500 },
      timers,
      startMs,
      fromTheStart,
      () => {},
    );
    append(log, ["a"]);
    expect(log.whenWritten(1)).toBeNull();
    expect(log.recoveryPoint).toBe(0);
    await simulation.run(() => log.recoveryPoint === 1);
    expect(simulation.elapsedMs).toBeGreaterThanOrEqual(500);
    expect(simulation.elapsedMs).toBeLessThan(600);
  });
});

describe("recovery", () => {
  const batchBytes = batchOf(["v"], startMs).length;
  const logFile = (baseOffset: number): string => `/t-0/${String(baseOffset).padStart(20, "0")}.log`;

  /** Twelve records in three segments, with something done to the files before they are opened again. */
  function reopened(change: (files: Files) => void, recoveryPoint: number): { log: PartitionLog; warnings: string[] } {
    const { files, timers } = new Simulation(3).platform("a");
    const small = { ...config, segmentBytes: 4 * batchBytes };
    const before = PartitionLog.open(new FileStorage(files, "/t-0"), small, timers, startMs, fromTheStart, () => {});
    for (let i = 0; i < 12; i += 1) append(before, ["v"]);
    expect(before.segmentCount).toBe(3);
    change(files);
    const warnings: string[] = [];
    const checkpoint = { recoveryPoint, logStartOffset: 0 };
    const log = PartitionLog.open(new FileStorage(files, "/t-0"), small, timers, startMs, checkpoint, (text) =>
      warnings.push(text),
    );
    return { log, warnings };
  }

  test("of an intact log finds everything, and says nothing", () => {
    const { log, warnings } = reopened(() => {}, 0);
    expect(readAll(log, 0, 100)).toHaveLength(12);
    expect(warnings).toEqual([]);
  });

  test("cuts a torn tail", () => {
    const { log, warnings } = reopened((files) => files.open(logFile(8)).truncate(3 * batchBytes - 1), 8);
    expect(log.logEndOffset).toBe(10);
    expect(warnings).toEqual([`cut ${batchBytes - 1} bytes and 0 segments that a crash left incomplete`]);
    expect(append(log, ["v"])).toBe(10);
    expect(readAll(log, 0, 100)).toHaveLength(11);
  });

  test("cuts at a wrong checksum, and what lies behind it", () => {
    const flip = (files: Files): void => files.open(logFile(4)).write([Buffer.from([0xff])], 2 * batchBytes - 1);
    const { log, warnings } = reopened(flip, 0);
    expect(log.logEndOffset).toBe(5);
    expect(warnings).toEqual([`cut ${3 * batchBytes} bytes and 1 segments that a crash left incomplete`]);
  });

  test("trusts what was synced", () => {
    const flip = (files: Files): void => files.open(logFile(4)).write([Buffer.from([0xff])], 2 * batchBytes - 1);
    expect(reopened(flip, 12).log.logEndOffset).toBe(12);
  });

  test("drops what lies behind a gap, although it is intact", () => {
    const { log, warnings } = reopened((files) => files.open(logFile(4)).truncate(2 * batchBytes), 4);
    expect(log.logEndOffset).toBe(6);
    expect(warnings[0]).toMatch(/1 segments/);
  });

  test("tells when bytes are gone that had been synced", () => {
    const { warnings } = reopened((files) => files.open(logFile(4)).truncate(2 * batchBytes - 1), 12);
    expect(warnings[0]).toMatch(/the disk lost them/);
  });

  test("begins anew where records were deleted, if nothing up to there is left", () => {
    const { files, timers } = new Simulation(3).platform("a");
    const checkpoint = { recoveryPoint: 50, logStartOffset: 50 };
    const log = PartitionLog.open(new FileStorage(files, "/t-0"), config, timers, startMs, checkpoint, () => {});
    expect([log.logStartOffset, log.logEndOffset]).toEqual([50, 50]);
    expect(append(log, ["v"])).toBe(50);
  });
});

type Step =
  | { readonly kind: "append"; readonly count: number; readonly bytes: number }
  | { readonly kind: "flush" }
  | { readonly kind: "delete"; readonly share: number }
  | { readonly kind: "retain" }
  | { readonly kind: "read"; readonly share: number; readonly bytesMax: number }
  | { readonly kind: "restart"; readonly cleanly: boolean };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("append" as const), count: fc.integer({ min: 1, max: 5 }), bytes: fc.nat(80) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("flush" as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("delete" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("retain" as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("read" as const),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        bytesMax: fc.nat(2_000),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("restart" as const), cleanly: fc.boolean() }) },
  ),
  { maxLength: 40 },
);

test("a log is an array of records of which a crash takes no synced one, and only the newest", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), steps, async (seed, plan) => {
      const simulation = new Simulation(seed);
      const host = simulation.host("a");
      // The directory's own entry is the broker's to sync.
      host.platform.files.makeDirectory("/t-0");
      await simulation.settle(host.platform.files.syncDirectory("/"));
      let checkpoint: LogCheckpoint = fromTheStart;
      const reopen = (): PartitionLog => {
        const { files, timers } = host.platform;
        const bounded = { ...config, retentionBytes: 1_500 };
        return PartitionLog.open(new FileStorage(files, "/t-0"), bounded, timers, startMs, checkpoint, () => {});
      };
      let log = reopen();
      let model: string[] = [];
      for (const [i, step] of plan.entries()) {
        if (step.kind === "append") {
          const values = Array.from({ length: step.count }, (_, j) => `${i}.${j}`.padEnd(step.bytes, "x"));
          expect(append(log, values)).toBe(model.length);
          model.push(...values);
        } else if (step.kind === "flush") {
          await simulation.settle(log.flush());
          checkpoint = { recoveryPoint: log.recoveryPoint, logStartOffset: log.logStartOffset };
        } else if (step.kind === "delete") {
          const offset = Math.round(step.share * model.length);
          log.deleteRecordsBefore(offset);
          expect(log.logStartOffset).toBeGreaterThanOrEqual(offset);
        } else if (step.kind === "retain") {
          const { sizeBytes, logStartOffset } = log;
          log.applyRetention(startMs);
          if (log.logStartOffset > logStartOffset) expect(sizeBytes).toBeGreaterThan(1_500);
        } else if (step.kind === "read") {
          const from = log.logStartOffset + Math.floor(step.share * (model.length - log.logStartOffset));
          expect(readAll(log, from, step.bytesMax)).toEqual(model.map((value, offset) => `${offset}:${value}`).slice(from));
        } else {
          if (step.cleanly) {
            await simulation.settle(log.close());
            checkpoint = { recoveryPoint: log.recoveryPoint, logStartOffset: log.logStartOffset, closedCleanly: true };
          }
          const synced = log.recoveryPoint;
          host.crash();
          host.restart();
          log = reopen();
          // as a broker does before it serves anyone: else what recovery removed may come back behind new records
          await simulation.settle(log.flush());
          checkpoint = { ...checkpoint, closedCleanly: false };
          expect(log.logEndOffset).toBeGreaterThanOrEqual(synced);
          expect(log.logEndOffset).toBeLessThanOrEqual(model.length);
          model = model.slice(0, log.logEndOffset);
        }
        expect(log.logEndOffset).toBe(model.length);
        log.assertConsistent();
      }
      expect(readAll(log, log.logStartOffset, 500)).toEqual(
        model.map((value, offset) => `${offset}:${value}`).slice(log.logStartOffset),
      );
    }),
    { numRuns: 150 },
  );
});
