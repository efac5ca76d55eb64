/**
 * The process that is killed: opens the engine, reports `open N`, N the batch that its directory has, and goes on with
 * batch N + 1. It reports each batch's number once its write has returned.
 *
 *   writer.ts ENGINE DIRECTORY SEED
 */
import { writeSync } from "node:fs";
import { openEngine, type EngineName } from "@millrace/state-rocksdb";
import { collect, operationsOf, spaceNames } from "./batches.ts";

const [name = "", directory = "", seedText = ""] = process.argv.slice(2);
const seed = Number(seedText);
// small memtables: tables are written and merged many times a second
const engine = await openEngine(directory, { engine: name as EngineName, memtableBytes: 512 * 1024, cacheBytes: 1024 * 1024 });
const [store, partition] = spaceNames[0]!;
let number = engine.space(store, partition).checkpoint()?.offset ?? 0;
writeSync(1, `open ${String(number)}\n`);
const batch = engine.batch();
for (;;) {
  number += 1;
  collect(operationsOf(seed, number), engine, batch);
  engine.write(batch);
  writeSync(1, `${String(number)}\n`);
  batch.clear();
}
