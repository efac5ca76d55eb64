import { MemoryEngine, type Output, type StoreEntry, type Subtopology, type TaskStore, TaskStores } from "@millrace/core";
import type { Engine } from "@millrace/core";
import { RecordCursor } from "@millrace/protocol";

/** Records of a changelog partition as they were fetched. */
interface Chunk {
  readonly buffer: Buffer;
  readonly nextOffset: number;
}

/** Content of a store on a disk, in the moment of a write. */
export interface Snapshot {
  /** Host of the disk. */
  readonly host: string;
  /** Virtual time of the write, in milliseconds since the begin of the run. */
  readonly atMs: number;
  /** Offset before which the disk holds everything that the changelog says. */
  readonly checkpoint: number;
  /** Entries in the order of their keys. */
  readonly entries: readonly StoreEntry[];
}

/** A store's partition, and what is needed to open it. */
export interface FollowedStore {
  readonly applicationId: string;
  readonly subtopology: Subtopology;
  readonly store: string;
  readonly partition: number;
}

/** Opens a store on an engine, to look at it. Nothing is written. */
export function openFollowed({ applicationId, subtopology, store, partition }: FollowedStore, engine: Engine): TaskStore {
  const stores = new TaskStores({
    taskId: `${String(subtopology.id)}_${String(partition)}`,
    applicationId,
    partition,
    nodes: subtopology.nodes,
    specs: subtopology.stores,
    defaults: { key: null, value: null },
    output: nowhere,
    engine,
    cache: null,
  });
  return stores.get(store);
}

const nowhere: Output = {
  topic: (name) => ({ name, partitionCount: 1, append: () => undefined }),
};

/**
 * A changelog partition as it grows, against which snapshots of disks are judged: at its checkpoint a disk must hold what a
 * restoration up to there makes.
 */
export class FollowedChangelog {
  /** The next offset that was not fetched yet. */
  nextOffset = 0;
  /** Number of snapshots that were judged. */
  judged = 0;
  readonly #followed: FollowedStore;
  readonly #onRecord: (key: Buffer, value: Buffer | null, offset: number) => void;
  readonly #chunks: Chunk[] = [];
  #pending: Snapshot[] = [];
  #model: TaskStore;
  /** The model holds what the changelog says before this offset. */
  #modelOffset = 0;

  constructor(followed: FollowedStore, onRecord: (key: Buffer, value: Buffer | null, offset: number) => void) {
    this.#followed = followed;
    this.#onRecord = onRecord;
    this.#model = openFollowed(followed, new MemoryEngine());
  }

  /** Snapshots that wait for records of the changelog. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Takes fetched batches. Returns the first snapshot that they show to be wrong, with the reason; null if there is none. */
  add(buffer: Buffer, nextOffset: number): { readonly snapshot: Snapshot; readonly flaw: string } | null {
    this.#chunks.push({ buffer, nextOffset });
    this.#visit(buffer);
    this.nextOffset = nextOffset;
    const ready = this.#pending.filter(({ checkpoint }) => checkpoint <= nextOffset);
    this.#pending = this.#pending.filter(({ checkpoint }) => checkpoint > nextOffset);
    for (const snapshot of ready) {
      const flaw = this.#flawOf(snapshot);
      if (flaw !== null) return { snapshot, flaw };
    }
    return null;
  }

  /** Judges a snapshot, or keeps it until the changelog has been fetched that far. Returns what is wrong; null: nothing yet. */
  judge(snapshot: Snapshot): string | null {
    if (snapshot.checkpoint <= this.nextOffset) return this.#flawOf(snapshot);
    this.#pending.push(snapshot);
    return null;
  }

  #visit(buffer: Buffer): void {
    const cursor = new RecordCursor();
    for (let at = cursor.open(buffer, 0); at !== -1; at = cursor.open(buffer, at)) {
      if (cursor.isControl) continue;
      while (cursor.next()) {
        if (cursor.offset < this.nextOffset || cursor.keyEnd === -1) continue;
        const key = buffer.subarray(cursor.keyStart, cursor.keyEnd);
        this.#onRecord(key, cursor.valueEnd === -1 ? null : buffer.subarray(cursor.valueStart, cursor.valueEnd), cursor.offset);
      }
    }
  }

  #flawOf({ checkpoint, entries }: Snapshot): string | null {
    this.judged += 1;
    this.#restoreTo(checkpoint);
    const [stored, logged] = [entries.map(shown), this.#model.entries().map(shown)];
    if (stored.join() === logged.join()) return null;
    const only = (ours: readonly string[], theirs: readonly string[]): string =>
      ours.filter((entry) => !theirs.includes(entry)).join(", ") || "nothing";
    return `only the disk has ${only(stored, logged)}; only the changelog has ${only(logged, stored)}`;
  }

  #restoreTo(offset: number): void {
    if (offset < this.#modelOffset) {
      this.#model = openFollowed(this.#followed, new MemoryEngine());
      this.#modelOffset = 0;
    }
    const cursor = new RecordCursor();
    for (const { buffer, nextOffset } of this.#chunks) {
      if (nextOffset <= this.#modelOffset) continue;
      for (let at = cursor.open(buffer, 0); at !== -1; at = cursor.open(buffer, at))
        if (!cursor.isControl) this.#model.restore(cursor, offset);
      if (nextOffset >= offset) break;
    }
    this.#modelOffset = offset;
  }
}

function shown({ key, windowStartMs, value }: StoreEntry): string {
  const window = Number.isNaN(windowStartMs) ? "" : `@${String(windowStartMs)}`;
  return `${key.toString("hex")}${window}=${value.toString("hex")}`;
}
