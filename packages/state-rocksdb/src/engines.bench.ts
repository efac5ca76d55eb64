/**
 * Measures the speed of the engines on disk: puts in batches of 1 MiB, single gets, gets of 100 keys at a time, and scans.
 * Wall time, and the CPU time of all threads per operation.
 *
 *   node --conditions=millrace-source packages/state-rocksdb/src/engines.bench.ts [ENTRIES] [memory|rocksdb|sqlite]
 *
 * Keys have 16 bytes, values 100. Ascending keys are what window stores write, random ones key-value stores.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryEngine, Slice, type Engine, type EngineSpace } from "@millrace/core";
import { openEngine } from "./index.ts";

const entries = Number(process.argv[2] ?? 500_000);
const batchBytesMax = 1024 * 1024;
const value = new Slice();
value.set(Buffer.alloc(100, "value "), 0, 100);

/** A permutation of 32 bits: random keys without a table of them. */
function scattered(i: number): number {
  let x = Math.imul(i ^ (i >>> 16), 0x45d9f3b);
  x = Math.imul(x ^ (x >>> 16), 0x45d9f3b);
  return (x ^ (x >>> 16)) >>> 0;
}

class Keys {
  readonly slice: Slice = new Slice();
  readonly #random: boolean;
  readonly #bytes: Buffer = Buffer.alloc(16);

  constructor(random: boolean) {
    this.#random = random;
    this.slice.set(this.#bytes, 0, 16);
  }

  at(i: number): Slice {
    this.#bytes.writeUInt32BE(this.#random ? scattered(i) : i, 0);
    this.#bytes.writeUInt32BE(i, 12);
    return this.slice;
  }
}

async function measure(name: string, count: number, run: () => void): Promise<void> {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  run();
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const { user, system } = process.cpuUsage(cpu);
  const perSecond = Math.round(count / seconds).toLocaleString("en");
  console.log(`  ${name.padEnd(34)} ${perSecond.padStart(10)} /s  ${((user + system) / count).toFixed(2)} µs CPU`);
}

function fill(engine: Engine, space: EngineSpace, keys: Keys): void {
  const batch = engine.batch();
  for (let i = 0; i < entries; i += 1) {
    batch.putSlice(space, keys.at(i), value);
    if (batch.bytes >= batchBytesMax) {
      engine.write(batch);
      batch.clear();
    }
  }
  engine.write(batch);
}

function gets(space: EngineSpace, keys: Keys, present: boolean): number {
  const found = new Slice();
  let count = 0;
  for (let i = 0; i < entries; i += 1) {
    // not in the order of the puts, and in half of the runs just beside what was put
    const key = keys.at(scattered(i) % entries);
    if (!present) key.buffer[15] = key.buffer[15]! ^ 0x80;
    if (!present) key.buffer[11] = 1;
    if (space.find(key, found)) count += 1;
    key.buffer[11] = 0;
  }
  return count;
}

function manyGets(space: EngineSpace, keys: Keys): void {
  for (let i = 0; i + 100 <= entries; i += 100) {
    const wanted: Buffer[] = [];
    for (let j = i; j < i + 100; j += 1) wanted.push(keys.at(scattered(j) % entries).copy());
    space.getMany(wanted);
  }
}

function scanAll(space: EngineSpace): number {
  const scan = space.scan(null, null, false);
  let count = 0;
  while (scan.next()) count += 1;
  return count;
}

function shortScans(space: EngineSpace, keys: Keys, count: number): void {
  for (let i = 0; i < count; i += 1) {
    const scan = space.scan(keys.at(scattered(i) % entries).copy(), null, false);
    for (let j = 0; j < 5; j += 1) scan.next();
    scan.close();
  }
}

async function run(name: string, open: (directory: string) => Promise<Engine>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  try {
    console.log(`${name}, ${entries.toLocaleString("en")} entries`);
    const engine = await open(directory);
    for (const random of [false, true]) {
      const space = engine.space(random ? "random" : "ascending", 0);
      const keys = new Keys(random);
      const order = random ? "random" : "ascending";
      await measure(`puts, ${order} keys`, entries, () => fill(engine, space, keys));
      await measure(`puts again, ${order} keys`, entries, () => fill(engine, space, keys));
      await measure(`gets, ${order} keys`, entries, () => void gets(space, keys, true));
      await measure(`gets of what is not there, ${order}`, entries, () => void gets(space, keys, false));
      await measure(`gets in hundreds, ${order} keys`, entries, () => manyGets(space, keys));
      await measure(`scan of all, ${order} keys`, entries, () => void scanAll(space));
      await measure(`scans of 5, ${order} keys`, 20_000, () => shortScans(space, keys, 20_000));
    }
    await engine.close();
    const reopened = process.hrtime.bigint();
    await (await open(directory)).close();
    console.log(`  opened and closed again in ${(Number(process.hrtime.bigint() - reopened) / 1e6).toFixed(0)} ms`);
    console.log(`  peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const wanted = process.argv[3];
const engines: readonly (readonly [string, (directory: string) => Promise<Engine>])[] = [
  ["memory", async () => new MemoryEngine()],
  ["rocksdb", (directory) => openEngine(directory, { engine: "rocksdb" })],
  ["sqlite", (directory) => openEngine(directory, { engine: "sqlite" })],
];
for (const [name, open] of engines) if (wanted === undefined || wanted === name) await run(name, open);
