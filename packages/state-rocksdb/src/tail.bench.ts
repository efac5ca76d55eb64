/**
 * Measures the cost of writes on their way to RocksDB, and the longest pause of the event loop while a million of them wait
 * for their changelog records, and while they drain.
 *
 *   node --conditions=millrace-source packages/state-rocksdb/src/tail.bench.ts
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Slice, StoreTail, WriteBudget } from "@millrace/core";
import { openEngine } from "./index.ts";

const writes = 1_000_000;
/** Number of records that a task processes between two looks at the clock. */
const recordsPerSlice = 64;

const directory = mkdtempSync(join(tmpdir(), "millrace-tail-"));
const engine = await openEngine(directory);
const key = new Slice();
const value = new Slice();
key.set(Buffer.alloc(16), 0, 16);
value.set(Buffer.alloc(64, 7), 0, 64);
let seed = 1;

function random(below: number): number {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return Math.floor((seed / 4294967296) * below);
}

/** Calls until it returns false; the longest call in milliseconds of this thread's CPU time (a busy machine adds its own pauses), and all of them in nanoseconds a write. */
function measured(name: string, call: () => boolean): void {
  const before = process.cpuUsage();
  let longestMs = 0;
  for (let goOn = true; goOn;) {
    const began = process.threadCpuUsage();
    goOn = call();
    const { user, system } = process.threadCpuUsage(began);
    longestMs = Math.max(longestMs, (user + system) / 1000);
  }
  const { user, system } = process.cpuUsage(before);
  const perWrite = (((user + system) * 1000) / writes).toFixed(0);
  process.stdout.write(`${name.padEnd(40)} ${perWrite.padStart(6)} ns a write, longest pause ${longestMs.toFixed(1)} ms\n`);
}

for (const keys of [10_000, 10_000_000]) {
  const tail = new StoreTail(engine, engine.space(`of ${String(keys)}`, 0), new WriteBudget(2 ** 40), false);
  tail.begin({ origin: "topic", offset: 0, streamTimeMs: Number.NaN, writtenMs: 0 });
  let count = 0;
  measured(`${String(keys)} keys, writing`, () => {
    for (let i = 0; i < recordsPerSlice; i += 1) {
      key.buffer.writeUInt32BE(random(keys), 12);
      tail.logged();
      tail.put(key, value, Number.NaN);
    }
    count += recordsPerSlice;
    return count < writes;
  });
  tail.acknowledged(0, count);
  let nowMs = 0;
  measured(`${String(keys)} keys, draining`, () => tail.drain((nowMs += 1)));
}
await engine.close();
rmSync(directory, { recursive: true, force: true });
