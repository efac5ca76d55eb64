/**
 * Measures the cost of keeping produced batches: CPU and time per batch, and megabytes a second, on the disk of the temporary
 * directory.
 *
 *   node --conditions=millrace-source packages/broker-lite/src/log/partition-log.bench.ts
 *
 * append: one write into the segment, and the index in memory. commit: eight producers, each of which waits for the disk
 * before it sends again. open: the start after a clean shutdown, and the one after a crash that knows of no sync.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodePlatform } from "@millrace/platform/node";
import { BatchHeader } from "@millrace/protocol";
import { unlimited } from "../config/definition.ts";
import { batchOf } from "../testing/sim-broker.ts";
import { FileStorage } from "./file-bytes.ts";
import { PartitionLog } from "./partition-log.ts";
import type { LogConfig } from "./partition-log.ts";
import type { LogCheckpoint } from "./recovery.ts";

const { files, timers, clock } = nodePlatform();
const config: LogConfig = {
  flushMessages: unlimited,
  flushMs: unlimited,
  indexIntervalBytes: 4_096,
  segmentBytes: 64 * 1024 * 1024,
  segmentMs: unlimited,
  retentionBytes: -1,
  retentionMs: -1,
  delete: true,
};
let directories = 0;
const fromTheStart: LogCheckpoint = { recoveryPoint: 0, logStartOffset: 0 };

function open(path: string, overrides: Partial<LogConfig> = {}, checkpoint: LogCheckpoint = fromTheStart): PartitionLog {
  const warn = (text: string): void => void process.stderr.write(`${text}\n`);
  return PartitionLog.open(new FileStorage(files, path), { ...config, ...overrides }, timers, clock.nowMs(), checkpoint, warn);
}

function say(what: string, batches: number, bytes: number, began: bigint, cpu: NodeJS.CpuUsage): void {
  const wallUs = Number(process.hrtime.bigint() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const megabytes = bytes === 0 ? "" : `, ${(bytes / wallUs).toFixed(0)} MB/s`;
  process.stdout.write(
    `${what.padEnd(32)} ${(wallUs / batches).toFixed(2)} µs a batch, ${((user + system) / batches).toFixed(2)} µs of CPU${megabytes}\n`,
  );
}

function measureAppend(directory: string, valueBytes: number, batches: number): void {
  const log = open(join(directory, `append-${(directories += 1)}`));
  const bytes = batchOf(["x".repeat(valueBytes)], 1_700_000_000_000);
  const header = new BatchHeader();
  header.open(bytes);
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  for (let i = 0; i < batches; i += 1) log.append(header, 0, 0);
  say(`append, ${valueBytes} bytes`, batches, batches * bytes.length, began, cpu);
  log.discard();
}

async function measureCommit(directory: string, batches: number): Promise<void> {
  const log = open(join(directory, "commit"), { flushMessages: 1 });
  const bytes = batchOf(["x".repeat(1_000)], 1_700_000_000_000);
  const header = new BatchHeader();
  header.open(bytes);
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  const produce = async (): Promise<void> => {
    for (let i = 0; i < batches / 8; i += 1) {
      log.append(header, 0, 0);
      await log.whenWritten(log.logEndOffset);
    }
  };
  await Promise.all(Array.from({ length: 8 }, produce));
  say("commit, 8 producers, 1000 bytes", batches, batches * bytes.length, began, cpu);
  await log.close();
}

async function measureOpen(directory: string, batches: number): Promise<void> {
  const path = join(directory, "open");
  const log = open(path);
  const header = new BatchHeader();
  header.open(batchOf(["x".repeat(1_000)], 1_700_000_000_000));
  for (let i = 0; i < batches; i += 1) log.append(header, 0, 0);
  await log.close();
  const checkpoint = { recoveryPoint: batches, logStartOffset: 0 };
  for (const [what, given] of [
    ["open after a clean shutdown", { ...checkpoint, closedCleanly: true }],
    ["open after a crash", fromTheStart],
  ] as const) {
    const cpu = process.cpuUsage();
    const began = process.hrtime.bigint();
    open(path, {}, given).discard();
    say(what, batches, 0, began, cpu);
  }
}

const directory = mkdtempSync(join(tmpdir(), "millrace-log-"));
try {
  measureAppend(directory, 1_000, 20_000);
  for (const valueBytes of [100, 1_000, 16_000]) measureAppend(directory, valueBytes, valueBytes > 10_000 ? 20_000 : 200_000);
  await measureCommit(directory, 4_000);
  await measureOpen(directory, 200_000);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
