import type { File, Files } from "@millrace/platform";
import { Simulation } from "@millrace/platform/sim";
import { BatchHeader } from "@millrace/protocol";
import { expect, test } from "vitest";
import { unlimited } from "../config/definition.ts";
import { batchOf } from "../testing/sim-broker.ts";
import { FileStorage } from "./file-bytes.ts";
import { LeaderEpochs } from "./leader-epochs.ts";
import { PartitionLog } from "./partition-log.ts";
import type { LogConfig } from "./partition-log.ts";
import { decodeSnapshot, encodeSnapshot } from "./producer-snapshot.ts";
import { ProducerStates } from "./producer-states.ts";
import { recoverSegments } from "./recovery.ts";
import type { LogCheckpoint } from "./recovery.ts";

const startMs = 1_700_000_000_000;
const batchBytes = batchOf(["v"], startMs).length;
/** An index entry for every third batch, a segment for ten. */
const config: LogConfig = {
  flushMessages: unlimited,
  flushMs: unlimited,
  indexIntervalBytes: 2 * batchBytes,
  segmentBytes: 10 * batchBytes,
  segmentMs: 3_600_000,
  retentionBytes: -1,
  retentionMs: -1,
  delete: true,
};
const fromTheStart: LogCheckpoint = { recoveryPoint: 0, logStartOffset: 0 };

class World {
  readonly simulation: Simulation = new Simulation(1);
  bytesRead = 0;
  readonly files: Files;

  constructor() {
    const { files } = this.simulation.platform("a");
    const counted = (file: File): File => ({
      path: file.path,
      size: () => file.size(),
      read: (into, at, length, position) => {
        this.bytesRead += length;
        return file.read(into, at, length, position);
      },
      write: (chunks, position) => file.write(chunks, position),
      truncate: (length) => file.truncate(length),
      sync: () => file.sync(),
      close: () => file.close(),
    });
    this.files = {
      open: (path, options) => counted(files.open(path, options)),
      readAll: (path) => files.readAll(path),
      exists: (path) => files.exists(path),
      list: (path) => files.list(path),
      makeDirectory: (path) => files.makeDirectory(path),
      rename: (from, to) => files.rename(from, to),
      remove: (path) => files.remove(path),
      syncDirectory: (path) => files.syncDirectory(path),
      lock: (path) => files.lock(path),
    };
  }

  open(checkpoint: LogCheckpoint = fromTheStart): PartitionLog {
    const { timers } = this.simulation.platform("a");
    return PartitionLog.open(new FileStorage(this.files, "/t-0"), config, timers, startMs, checkpoint, () => {});
  }

  /** Appends so many batches of one record, a millisecond apart, and returns what is known after a clean close. */
  async write(batches: number, epoch = 0): Promise<LogCheckpoint> {
    const log = this.open();
    for (let i = 0; i < batches; i += 1) append(log, startMs + log.logEndOffset, epoch);
    await this.simulation.settle(log.close());
    return { recoveryPoint: log.recoveryPoint, logStartOffset: 0, closedCleanly: true };
  }

  walked(checkpoint: LogCheckpoint): number {
    return recoverSegments(new FileStorage(this.files, "/t-0"), checkpoint, config.indexIntervalBytes, startMs).walkedCount;
  }

  index(baseOffset: number): number[][] {
    const bytes = this.files.readAll(segmentFile(baseOffset, "index")) ?? Buffer.alloc(0);
    return Array.from({ length: bytes.length / 8 }, (_, i) => [bytes.readInt32BE(8 * i), bytes.readInt32BE(8 * i + 4)]);
  }

  timeIndex(baseOffset: number): number[][] {
    const bytes = this.files.readAll(segmentFile(baseOffset, "timeindex")) ?? Buffer.alloc(0);
    return Array.from({ length: bytes.length / 12 }, (_, i) => [
      Number(bytes.readBigInt64BE(12 * i)) - startMs,
      bytes.readInt32BE(12 * i + 8),
    ]);
  }

  text(name: string): string {
    return this.files.readAll(`/t-0/${name}`)!.toString();
  }
}

function append(log: PartitionLog, timestampMs: number, epoch = 0, producerId = -1): void {
  const header = new BatchHeader();
  header.open(
    batchOf(["v"], timestampMs, producerId < 0 ? {} : { producerId, producerEpoch: 0, baseSequence: log.logEndOffset }),
  );
  log.append(header, epoch, startMs);
}

function segmentFile(baseOffset: number, ending: string): string {
  return `/t-0/${String(baseOffset).padStart(20, "0")}.${ending}`;
}

test("a segment has Kafka's files: an entry once more than the interval was written, the largest timestamp at the end", async () => {
  const world = new World();
  await world.write(12);
  expect(world.files.list("/t-0")).toEqual([
    "00000000000000000000.index",
    "00000000000000000000.log",
    "00000000000000000000.timeindex",
    "00000000000000000010.index",
    "00000000000000000010.log",
    "00000000000000000010.snapshot",
    "00000000000000000010.timeindex",
    "00000000000000000012.snapshot",
    "leader-epoch-checkpoint",
  ]);
  expect(world.index(0)).toEqual([
    [3, 3 * batchBytes],
    [6, 6 * batchBytes],
    [9, 9 * batchBytes],
  ]);
  expect(world.timeIndex(0)).toEqual([
    [3, 3],
    [6, 6],
    [9, 9],
  ]);
  expect(world.index(10)).toEqual([]);
  expect(world.timeIndex(10)).toEqual([[11, 1]]);
});

test("a time index only rises, and leads to the batch that holds the largest timestamp", async () => {
  const world = new World();
  const log = world.open();
  for (const timestamp of [5, 9, 1, 2, 3, 4, 9, 8, 7]) append(log, startMs + timestamp);
  expect(log.offsetForTimestamp(startMs + 9)).toEqual({ offset: 1, timestampMs: startMs + 9 });
  await world.simulation.settle(log.close());
  expect(world.timeIndex(0)).toEqual([[9, 1]]);
});

test("after a clean shutdown the log is opened with a look at its ends, however long it is", async () => {
  const world = new World();
  const checkpoint = await world.write(1_000);
  world.bytesRead = 0;
  expect(world.walked(checkpoint)).toBe(0);
  expect(world.bytesRead).toBeLessThanOrEqual(100 * 2 * config.segmentBytes);
  const log = world.open(checkpoint);
  expect(log.logEndOffset).toBe(1_000);
  expect(log.offsetForTimestamp(startMs + 777)).toEqual({ offset: 777, timestampMs: startMs + 777 });
  expect(log.locate(555, batchBytes, true)).toMatchObject({ position: 5 * batchBytes, length: batchBytes });
  append(log, startMs + 1_000);
  expect(log.logEndOffset).toBe(1_001);
});

test("after a crash only what follows the recovery point is walked", async () => {
  const world = new World();
  await world.write(95);
  expect(world.walked({ recoveryPoint: 65, logStartOffset: 0 })).toBe(4);
  expect(world.walked({ recoveryPoint: 60, logStartOffset: 0 })).toBe(5);
  expect(world.walked({ recoveryPoint: 0, logStartOffset: 0 })).toBe(10);
});

test.each<[string, (world: World) => void]>([
  ["is missing", ({ files }) => files.remove(segmentFile(10, "index"))],
  ["is missing, the one of times", ({ files }) => files.remove(segmentFile(10, "timeindex"))],
  ["is cut within an entry", ({ files }) => files.open(segmentFile(10, "index")).truncate(9)],
  ["has lost its end", ({ files }) => files.open(segmentFile(10, "index")).truncate(8)],
  ["has lost its end, the one of times", ({ files }) => files.open(segmentFile(10, "timeindex")).truncate(24)],
  ["ends with zeros", ({ files }) => files.open(segmentFile(10, "index")).truncate(80)],
  ["ends with zeros, the one of times", ({ files }) => files.open(segmentFile(10, "timeindex")).truncate(120)],
  ["leads beyond the end", ({ files }) => files.open(segmentFile(10, "index")).write([Buffer.from([9])], 16)],
  ["leads into a batch", ({ files }) => files.open(segmentFile(10, "index")).write([Buffer.from([1])], 23)],
])("an index that %s is built anew", async (_, damage) => {
  const world = new World();
  const checkpoint = await world.write(25);
  const index = world.index(10);
  const timeIndex = world.timeIndex(10);
  damage(world);
  expect([world.index(10), world.timeIndex(10)]).not.toEqual([index, timeIndex]);
  expect(world.walked(checkpoint)).toBe(1);
  const log = world.open(checkpoint);
  expect(log.logEndOffset).toBe(25);
  await world.simulation.settle(log.flush());
  expect([world.index(10), world.timeIndex(10)]).toEqual([index, timeIndex]);
});

test("an index that is not there at all is no reason to refuse, nor are leftovers of removed segments", async () => {
  const world = new World();
  const checkpoint = await world.write(25);
  for (const name of world.files.list("/t-0")) if (!name.endsWith(".log")) world.files.remove(`/t-0/${name}`);
  for (const name of ["00000000000000000005.index", "00000000000000000003.log.deleted", "00000000000000000010.index.tmp"]) {
    world.files.open(`/t-0/${name}`, { create: true }).close();
  }
  const log = world.open(checkpoint);
  await world.simulation.settle(log.close());
  expect(log.logEndOffset).toBe(25);
  expect(world.files.list("/t-0").filter((name) => /005|deleted|tmp/.test(name))).toEqual([]);
  expect(world.index(10)).toHaveLength(3);
});

test("leader epochs are written down with the offset at which they begin", async () => {
  const world = new World();
  await world.write(3, 0);
  await world.write(2, 4);
  expect(world.text("leader-epoch-checkpoint")).toBe("0\n2\n0 0\n4 3\n");
});

test("leader epochs are read as far as they make sense, and end where the log was cut", () => {
  const epochs = LeaderEpochs.decode("0\n3\n1 0\n2 50\n5 8");
  expect(epochs.latest).toBe(2);
  expect(epochs.encode(20)).toBe("0\n2\n1 20\n2 50\n");
  expect(epochs.encode(50)).toBe("0\n1\n2 50\n");
  epochs.cut(50);
  expect(epochs.latest).toBe(1);
  expect(LeaderEpochs.decode("\0\0\0").latest).toBe(-1);
});

test("what producers wrote is known after a restart without a look at their batches", async () => {
  const world = new World();
  const log = world.open();
  for (let i = 0; i < 25; i += 1) append(log, startMs, 0, 7);
  await world.simulation.settle(log.close());
  const checkpoint = { recoveryPoint: 25, logStartOffset: 0, closedCleanly: true };
  expect(world.walked(checkpoint)).toBe(0);
  const { producers } = world.open(checkpoint);
  for (const sequence of [20, 21, 22, 23, 24]) expect(producers.duplicateOf(7, 0, sequence, sequence)!.baseOffset).toBe(sequence);
  expect(producers.duplicateOf(7, 0, 19, 19)).toBeNull();
});

test("a snapshot survives its encoding, sequences beyond 2^31 - 1 too, and a torn one is recognised", () => {
  const producers = new ProducerStates();
  producers.update(5, 3, { firstSequence: 2 ** 31 - 2, lastSequence: 1, baseOffset: 2 ** 40, timestampMs: startMs }, startMs);
  producers.update(6, 0, { firstSequence: 0, lastSequence: 9, baseOffset: 11, timestampMs: -1 }, startMs);
  const bytes = encodeSnapshot(producers);
  expect([...decodeSnapshot(bytes, startMs)!.batches()]).toEqual([...producers.batches()]);
  for (let length = 0; length < bytes.length; length += 1) expect(decodeSnapshot(bytes.subarray(0, length), startMs)).toBeNull();
  bytes[20]! ^= 1;
  expect(decodeSnapshot(bytes, startMs)).toBeNull();
});
