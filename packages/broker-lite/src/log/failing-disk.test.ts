import { Simulation } from "@millrace/platform/sim";
import type { DiskOperation } from "@millrace/platform/sim";
import { BatchHeader } from "@millrace/protocol";
import { expect, test } from "vitest";
import { unlimited } from "../config/definition.ts";
import { batchOf } from "../testing/sim-broker.ts";
import { FileStorage } from "./file-bytes.ts";
import { PartitionLog } from "./partition-log.ts";
import type { LogConfig } from "./partition-log.ts";

const startMs = 1_700_000_000_000;
const batchBytes = batchOf(["v"], startMs).length;
const config: LogConfig = {
  flushMessages: 1,
  flushMs: unlimited,
  indexIntervalBytes: 4_096,
  segmentBytes: 3 * batchBytes,
  segmentMs: 3_600_000,
  retentionBytes: -1,
  retentionMs: -1,
  delete: true,
};

/** A log whose disk fails as it is told to. */
class World {
  readonly simulation: Simulation = new Simulation(5);
  readonly warnings: string[] = [];

  open(overrides: Partial<LogConfig> = {}): PartitionLog {
    const { files, timers } = this.simulation.platform("a");
    const checkpoint = { recoveryPoint: 0, logStartOffset: 0 };
    const storage = new FileStorage(files, "/t-0");
    const warn = (text: string): void => void this.warnings.push(text);
    return PartitionLog.open(storage, { ...config, ...overrides }, timers, startMs, checkpoint, warn);
  }

  fail(operation: DiskOperation, ending: string, code: "EIO" | "ENOSPC"): void {
    this.simulation.host("a").diskFault = (asked, path) => (asked === operation && path.endsWith(ending) ? code : null);
  }

  mend(): void {
    this.simulation.host("a").diskFault = () => null;
  }
}

function append(log: PartitionLog): number {
  const header = new BatchHeader();
  header.open(batchOf(["v"], startMs));
  return log.append(header, 0, startMs);
}

test("a log on a full disk takes no more, and holds what it had taken when it is opened again", async () => {
  const world = new World();
  const log = world.open();
  append(log);
  append(log);
  const written = log.whenWritten(2)!;
  world.fail("write", ".log", "ENOSPC");
  expect(() => append(log)).toThrow(expect.objectContaining({ code: "ENOSPC" }));
  expect(log.logEndOffset).toBe(2);
  await expect(world.simulation.settle(written)).rejects.toMatchObject({ code: "ENOSPC" });
  world.mend();
  await expect(world.simulation.settle(log.close())).rejects.toMatchObject({ code: "ENOSPC" });
  const reopened = world.open();
  expect(reopened.logEndOffset).toBe(2);
  expect(world.warnings).toEqual([`cut ${String(batchBytes >> 1)} bytes and 0 segments that a crash left incomplete`]);
  expect(append(reopened)).toBe(2);
});

test.each<[string, DiskOperation, string]>([
  ["its segment", "create", "00000000000000000003.log"],
  ["its index", "create", "00000000000000000003.index"],
  ["the snapshot of its producers", "write", "00000000000000000003.snapshot.tmp"],
])("a log that cannot begin a segment, for want of %s, is whole up to there", async (_, operation, ending) => {
  const world = new World();
  const log = world.open({ flushMessages: unlimited });
  for (let i = 0; i < 3; i += 1) append(log);
  world.fail(operation, ending, "ENOSPC");
  expect(() => append(log)).toThrow(expect.objectContaining({ code: "ENOSPC" }));
  world.mend();
  await expect(world.simulation.settle(log.close())).rejects.toMatchObject({ code: "ENOSPC" });
  const reopened = world.open();
  expect([reopened.logEndOffset, world.warnings]).toEqual([3, []]);
  expect(append(reopened)).toBe(3);
});

test("whoever waits for a log whose sync failed is told, also who comes later", async () => {
  const world = new World();
  const log = world.open();
  append(log);
  world.fail("sync", ".log", "EIO");
  await expect(world.simulation.settle(log.whenWritten(1)!)).rejects.toMatchObject({ code: "EIO" });
  world.mend();
  await expect(log.whenWritten(1)).rejects.toMatchObject({ code: "EIO" });
  expect(log.highWatermark).toBe(0);
});

test("a log that is removed gives back the small files that were never synced", () => {
  const world = new World();
  const { files, timers } = world.simulation.platform("a");
  let open = 0;
  const counting: typeof files = {
    open: (path, options) => {
      const file = files.open(path, options);
      open += 1;
      let closed = false;
      return {
        path,
        size: () => file.size(),
        read: (into, at, length, position) => file.read(into, at, length, position),
        write: (chunks, position) => file.write(chunks, position),
        truncate: (length) => file.truncate(length),
        sync: () => file.sync(),
        close: () => {
          if (!closed) open -= 1;
          closed = true;
          file.close();
        },
      };
    },
    readAll: (path) => files.readAll(path),
    exists: (path) => files.exists(path),
    list: (path) => files.list(path),
    makeDirectory: (path) => files.makeDirectory(path),
    rename: (from, to) => files.rename(from, to),
    remove: (path) => files.remove(path),
    syncDirectory: (path) => files.syncDirectory(path),
    lock: (path) => files.lock(path),
  };
  const storage = new FileStorage(counting, "/t-0");
  const neverSynced = { ...config, flushMessages: unlimited };
  const log = PartitionLog.open(storage, neverSynced, timers, startMs, { recoveryPoint: 0, logStartOffset: 0 }, () => {});
  append(log);
  log.discard();
  expect(open).toBe(0);
});
