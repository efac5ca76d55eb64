import {
  MemoryEngine,
  type Checkpoint,
  type Engine,
  type EngineBatch,
  type EngineScan,
  type EngineSpace,
  type Slice,
} from "@millrace/core";
import type { Random } from "@millrace/platform";

/** A write of a batch, by the names of its space, so that it can be applied to any content. */
type Operation = { readonly store: string; readonly partition: number } & (
  | { readonly kind: "put"; readonly key: Buffer; readonly value: Buffer }
  | { readonly kind: "delete"; readonly key: Buffer }
  | { readonly kind: "deleteRange"; readonly from: Buffer | null; readonly to: Buffer | null }
  | { readonly kind: "checkpoint"; readonly checkpoint: Checkpoint | null }
);

/** Batches that were written, the first `synced` of them safe from anything. */
interface Journal {
  readonly batches: (readonly Operation[])[];
  synced: number;
  /** Number of times that batches were lost. */
  cuts: number;
}

/** A store's partition whose checkpoint was written. */
export interface MovedSpace {
  /** Directory of the engine. */
  readonly directory: string;
  /** Name of the store. */
  readonly store: string;
  /** Partition of the store. */
  readonly partition: number;
  /** Journal of the directory. */
  readonly journal: object;
}

/** One batch in so many is synced, as RocksDB's write-ahead log is now and then. */
const syncEvery = 8;

/**
 * State directories on a host's disk, kept in memory. A program that ends leaves everything that it wrote; a loss of power
 * leaves a prefix of the batches, at least those that were synced, and never a part of one.
 */
export class SimulatedState {
  /** Called before and after each batch is written: where a test may end the program. */
  onWrite: ((moment: "before" | "after") => void) | null = null;
  readonly #random: Random;
  readonly #journals = new Map<string, Journal>();
  readonly #views = new Map<string, { readonly journal: Journal; readonly cuts: number; readonly engine: JournaledEngine }>();
  #moved: MovedSpace[] = [];
  #program = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Those that an engine was opened in. */
  directories(): readonly string[] {
    return [...this.#journals.keys()];
  }

  /** An engine on what the directory holds. */
  open(directory: string): Engine {
    const journal = this.#journals.get(directory) ?? { batches: [], synced: 0, cuts: 0 };
    this.#journals.set(directory, journal);
    return new JournaledEngine(journal, this.#program, this);
  }

  /** True: `takeMoved` has something. */
  get hasMoved(): boolean {
    return this.#moved.length > 0;
  }

  /** Gives the stores whose checkpoint was written since the last call, each once. */
  takeMoved(): readonly MovedSpace[] {
    const moved = this.#moved;
    this.#moved = [];
    return moved;
  }

  /** An engine that shows what the directory holds now, to look at; the same one until a crash takes something away. */
  view(directory: string): Engine {
    const journal = this.#journals.get(directory)!;
    let view = this.#views.get(directory);
    if (view === undefined || view.journal !== journal || view.cuts !== journal.cuts) {
      view = { journal, cuts: journal.cuts, engine: new JournaledEngine(journal, Number.NaN, this) };
      this.#views.set(directory, view);
    }
    view.engine.catchUp();
    return view.engine;
  }

  /** The program is over: its engines write nothing any more. */
  kill(): void {
    this.#program += 1;
  }

  /** The power is gone. */
  crash(): void {
    this.kill();
    for (const journal of this.#journals.values()) {
      const unsynced = journal.batches.length - journal.synced;
      journal.cuts += 1;
      journal.batches.length = journal.synced + (this.#random.uint32() % (unsynced + 1));
      journal.synced = journal.batches.length;
    }
  }

  /** All state directories are deleted. */
  clear(): void {
    this.kill();
    this.#journals.clear();
    this.#moved = [];
  }

  /** For engines. Returns whether the batch was written. */
  write(journal: Journal, program: number, operations: readonly Operation[]): boolean {
    if (program !== this.#program) return false;
    this.onWrite?.("before");
    if (program !== this.#program) return false;
    journal.batches.push(operations);
    for (const { kind, store, partition } of operations) if (kind === "checkpoint") this.#move(journal, store, partition);
    if (journal.batches.length % syncEvery === 0) journal.synced = journal.batches.length;
    return true;
  }

  #move(journal: Journal, store: string, partition: number): void {
    if (this.#moved.some((one) => one.journal === journal && one.store === store && one.partition === partition)) return;
    const [directory] = [...this.#journals].find(([, one]) => one === journal)!;
    this.#moved.push({ journal, directory, store, partition });
  }

  /** Reports the end of a write to `onWrite`, so that a scenario can crash the host right after it. */
  wrote(): void {
    this.onWrite?.("after");
  }
}

class JournaledEngine implements Engine {
  readonly name = "simulated";
  readonly persistent = true;
  /** False from the moment on when nothing may be read any more. */
  isOpen = true;
  readonly #memory = new MemoryEngine();
  /** Number of batches of the journal that it shows. */
  #applied = 0;
  readonly #journal: Journal;
  readonly #program: number;
  readonly #state: SimulatedState;

  constructor(journal: Journal, program: number, state: SimulatedState) {
    this.#journal = journal;
    this.#program = program;
    this.#state = state;
    this.catchUp();
  }

  /** Applies what was written by others since. */
  catchUp(): void {
    const { batches } = this.#journal;
    for (; this.#applied < batches.length; this.#applied += 1) this.#apply(batches[this.#applied]!);
  }

  space(store: string, partition: number): EngineSpace {
    return new JournaledSpace(this.#memory.space(store, partition), this);
  }

  batch(): EngineBatch {
    return new RecordedBatch();
  }

  write(batch: EngineBatch): void {
    const { operations } = batch as RecordedBatch;
    if (operations.length === 0 || !this.#state.write(this.#journal, this.#program, [...operations])) return;
    this.catchUp();
    this.#state.wrote();
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.#journal.synced = this.#journal.batches.length;
    await this.#memory.close();
  }

  #apply(operations: readonly Operation[]): void {
    const batch = this.#memory.batch();
    for (const operation of operations) {
      const space = this.#memory.space(operation.store, operation.partition);
      if (operation.kind === "put") batch.put(space, operation.key, operation.value);
      else if (operation.kind === "delete") batch.delete(space, operation.key);
      else if (operation.kind === "deleteRange") batch.deleteRange(space, operation.from, operation.to);
      else batch.checkpoint(space, operation.checkpoint);
    }
    this.#memory.write(batch);
  }
}

class JournaledSpace implements EngineSpace {
  readonly store: string;
  readonly partition: number;
  readonly #content: EngineSpace;
  readonly #engine: JournaledEngine;

  constructor(content: EngineSpace, engine: JournaledEngine) {
    this.store = content.store;
    this.partition = content.partition;
    this.#content = content;
    this.#engine = engine;
  }

  get(key: Uint8Array): Buffer | null {
    return this.#content.get(key);
  }

  find(key: Slice, value: Slice): boolean {
    return this.#content.find(key, value);
  }

  getMany(keys: readonly Uint8Array[]): (Buffer | null)[] {
    return this.#content.getMany(keys);
  }

  scan(from: Uint8Array | null, to: Uint8Array | null, reverse: boolean): EngineScan {
    return new JournaledScan(this.#content.scan(from, to, reverse), this.#engine);
  }

  checkpoint(): Checkpoint | null {
    return this.#content.checkpoint();
  }
}

/** Ends with its engine, as a scan of a real disk does. */
class JournaledScan implements EngineScan {
  readonly key: Slice;
  readonly value: Slice;
  readonly #content: EngineScan;
  readonly #engine: JournaledEngine;

  constructor(content: EngineScan, engine: JournaledEngine) {
    this.#content = content;
    this.#engine = engine;
    this.key = content.key;
    this.value = content.value;
  }

  next(): boolean {
    return this.#engine.isOpen && this.#content.next();
  }

  close(): void {
    this.#content.close();
  }
}

class RecordedBatch implements EngineBatch {
  bytes: number = 0;
  operations: Operation[] = [];

  put(space: EngineSpace, key: Uint8Array, value: Uint8Array): void {
    this.bytes += key.length + value.length;
    this.#add(space, { kind: "put", key: Buffer.from(key), value: Buffer.from(value) });
  }

  putSlice(space: EngineSpace, key: Slice, value: Slice): void {
    this.put(space, key.copy(), value.copy());
  }

  delete(space: EngineSpace, key: Uint8Array): void {
    this.bytes += key.length;
    this.#add(space, { kind: "delete", key: Buffer.from(key) });
  }

  deleteSlice(space: EngineSpace, key: Slice): void {
    this.delete(space, key.copy());
  }

  deleteRange(space: EngineSpace, from: Uint8Array | null, to: Uint8Array | null): void {
    this.#add(space, {
      kind: "deleteRange",
      from: from === null ? null : Buffer.from(from),
      to: to === null ? null : Buffer.from(to),
    });
  }

  checkpoint(space: EngineSpace, checkpoint: Checkpoint | null): void {
    this.#add(space, { kind: "checkpoint", checkpoint });
  }

  clear(): void {
    this.bytes = 0;
    this.operations = [];
  }

  #add({ store, partition }: EngineSpace, operation: WithoutSpace<Operation>): void {
    this.operations.push({ store, partition, ...operation });
  }
}

type WithoutSpace<T> = T extends unknown ? Omit<T, "store" | "partition"> : never;
