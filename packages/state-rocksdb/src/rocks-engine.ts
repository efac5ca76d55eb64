import {
  OperationList,
  type Checkpoint,
  type Engine,
  type EngineBatch,
  type EngineSpace,
  type OperationTarget,
} from "@millrace/core";
import { EngineCorruptError } from "./errors.ts";
import { encodeCheckpoint, redoKey } from "./format.ts";
import { checkFormat, StoreIds } from "./meta.ts";
import { BatchOrder, decodeRedo, encodeRedo, type OrderedBatch, type Redo } from "./redo.ts";
import type { RocksBinding } from "./rocks-binding.ts";
import { openRocksDatabase, type RocksDatabase } from "./rocks-database.ts";
import { RocksSpace } from "./rocks-space.ts";
import { Scratch } from "./scratch.ts";

const cacheBytesDefault = 64 * 1024 * 1024;
const memtableBytesDefault = 32 * 1024 * 1024;

export interface RocksOptions {
  /** Blocks of tables kept in memory, for all stores together. RocksDB only. Default: 64 MiB. Java: 50 MiB for each store and partition. */
  readonly cacheBytes?: number;
  /**
   * Writes kept in memory before they become a table, for all stores together; while tables are written it may be half as
   * much again. RocksDB only. Default: 32 MiB. Java: 16 MiB up to three times, for each store and partition.
   */
  readonly memtableBytes?: number;
}

/** Opens the engine on RocksDB: one database per instance and state directory, which holds all its stores and partitions. */
export async function openRocksEngine(binding: RocksBinding, directory: string, options: RocksOptions): Promise<Engine> {
  const { cacheBytes = cacheBytesDefault, memtableBytes = memtableBytesDefault } = options;
  const database = await openRocksDatabase(binding, { directory, cacheBytes, memtableBytes });
  try {
    checkFormat(database);
    finishLast(database);
    return new RocksEngine(database, new StoreIds(database));
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Goes on with a batch that the last process began. */
function finishLast(database: RocksDatabase): void {
  const bytes = database.getMeta(redoKey);
  if (bytes === null) return;
  const redo = decodeRedo(bytes);
  if (redo === null) throw new EngineCorruptError(database.directory, "the record of a batch that was begun cannot be read.");
  finish(database, redo);
}

function finish(database: RocksDatabase, { ranges, late }: Redo): void {
  for (const range of ranges) database.deleteRange(range);
  for (const { key, value } of late) {
    if (value === null) database.delete(key);
    else database.put(key, value);
  }
  database.putMeta(redoKey, null);
  database.write();
}

class RocksEngine implements Engine {
  readonly name = "rocksdb";
  readonly persistent = true;
  readonly #database: RocksDatabase;
  readonly #storeIds: StoreIds;
  readonly #spaces: Map<string, RocksSpace> = new Map();
  readonly #writer: RocksWriter;
  /** Batch that the disk did not let finish. It must be done before later writes, and must not be forgotten. */
  #unfinished: OrderedBatch | null = null;

  constructor(database: RocksDatabase, storeIds: StoreIds) {
    this.#database = database;
    this.#storeIds = storeIds;
    this.#writer = new RocksWriter(database);
  }

  space(store: string, partition: number): EngineSpace {
    const id = `${partition} ${store}`;
    let space = this.#spaces.get(id);
    if (space === undefined) {
      space = new RocksSpace(store, partition, this.#storeIds.idOf(store), this.#database);
      this.#spaces.set(id, space);
    }
    return space;
  }

  batch(): EngineBatch {
    return new OperationList<RocksSpace>();
  }

  write(batch: EngineBatch): void {
    const list = batch as OperationList<RocksSpace>;
    if (this.#unfinished !== null) this.#finish(this.#unfinished);
    if (list.ranges > 0) {
      this.#writeRanges(list);
      return;
    }
    try {
      list.replay(this.#writer);
    } catch (error) {
      this.#database.drop();
      throw error;
    }
    this.#database.write();
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  #writeRanges(list: OperationList<RocksSpace>): void {
    const order = new BatchOrder();
    list.replay(order);
    const ordered = order.ordered();
    const { early, ranges, late, checkpoints } = ordered;
    for (const { key, value } of early) {
      if (value === null) this.#database.delete(key);
      else this.#database.put(key, value);
    }
    for (const [space, checkpoint] of checkpoints) this.#writer.checkpoint(space as RocksSpace, checkpoint);
    this.#database.putMeta(redoKey, encodeRedo(ranges, late));
    this.#database.write();
    this.#finish(ordered);
  }

  #finish(ordered: OrderedBatch): void {
    this.#unfinished = ordered;
    finish(this.#database, ordered);
    this.#unfinished = null;
  }
}

/** Collects a batch without range deletes. */
class RocksWriter implements OperationTarget<RocksSpace> {
  readonly #database: RocksDatabase;
  readonly #values: Scratch = new Scratch(Buffer.alloc(0));

  constructor(database: RocksDatabase) {
    this.#database = database;
  }

  put(space: RocksSpace, bytes: Buffer, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    this.#database.put(space.keys.of(bytes, keyStart, keyEnd), this.#values.of(bytes, valueStart, valueEnd));
  }

  delete(space: RocksSpace, bytes: Buffer, keyStart: number, keyEnd: number): void {
    this.#database.delete(space.keys.of(bytes, keyStart, keyEnd));
  }

  /** Batches with range deletes do not come here. */
  deleteRange(): void {}

  checkpoint(space: RocksSpace, checkpoint: Checkpoint | null): void {
    this.#database.putMeta(space.checkpointKey, checkpoint === null ? null : encodeCheckpoint(checkpoint));
  }
}
