import type { File, Files } from "@millrace/platform";
import { snapshotName } from "./segment-bytes.ts";
import type { LogStorage, SegmentBytes } from "./segment-bytes.ts";
import type { IndexKind } from "./segment-index.ts";

/** Bytes read at once when batch headers are walked: a few entries of the offset index. */
const windowBytes = 16 * 1024;

/** The stretch of one segment that was read last for its headers: one for all segments of a partition. */
class ScanWindow {
  readonly buffer: Buffer = Buffer.allocUnsafeSlow(windowBytes);
  owner: FileBytes | null = null;
  start = 0;
  end = 0;
}

/** A segment's bytes in a plain file: record batches, one after the other. */
class FileBytes implements SegmentBytes {
  size: number;
  readonly #file: File;
  readonly #window: ScanWindow;
  readonly #files: Files;
  /** The path without the ending. */
  readonly #path: string;
  readonly #indexes = new Map<IndexKind, File>();

  constructor(files: Files, path: string, create: boolean, window: ScanWindow) {
    const file = files.open(`${path}.log`, { create });
    this.#files = files;
    this.#path = path;
    this.#file = file;
    this.#window = window;
    this.size = file.size();
  }

  append(batch: Uint8Array): void {
    this.#file.write([batch], this.size);
    this.size += batch.length;
  }

  read(position: number, length: number): Uint8Array[] {
    const bytes = Buffer.allocUnsafeSlow(Math.max(Math.min(length, this.size - position), 0));
    const count = this.#file.read(bytes, 0, bytes.length, position);
    return [count === bytes.length ? bytes : bytes.subarray(0, count)];
  }

  view(position: number, lengthMin: number): Buffer {
    const window = this.#window;
    const end = Math.min(position + lengthMin, this.size);
    if (window.owner !== this || position < window.start || end > window.end) {
      if (lengthMin > window.buffer.length) return this.read(position, lengthMin)[0] as Buffer;
      const length = Math.max(Math.min(window.buffer.length, this.size - position), 0);
      window.owner = this;
      window.start = position;
      window.end = position + this.#file.read(window.buffer, 0, length, position);
    }
    return window.buffer.subarray(position - window.start, window.end - window.start);
  }

  truncate(size: number): void {
    this.#file.truncate(size);
    this.size = size;
    this.#window.owner = null;
  }

  sync(): Promise<void> {
    return this.#file.sync();
  }

  readIndex(kind: IndexKind): Buffer | null {
    return this.#files.readAll(`${this.#path}.${kind}`);
  }

  writeIndex(kind: IndexKind, position: number, entries: Uint8Array): void {
    this.#index(kind).write([entries], position);
  }

  rewriteIndex(kind: IndexKind, entries: Uint8Array): void {
    const file = this.#index(kind);
    file.truncate(0);
    if (entries.length > 0) file.write([entries], 0);
  }

  async replaceIndex(kind: IndexKind, entries: Uint8Array): Promise<void> {
    const path = `${this.#path}.${kind}`;
    const file = this.#files.open(`${path}${temporary}`, { create: true });
    try {
      file.truncate(0);
      if (entries.length > 0) file.write([entries], 0);
      await file.sync();
    } finally {
      file.close();
    }
    this.#files.rename(`${path}${temporary}`, path);
  }

  async syncIndexes(): Promise<void> {
    await Promise.all([this.#index("index").sync(), this.#index("timeindex").sync()]);
    // They are complete, and not needed again: the segment is sealed.
    this.#closeIndexes();
  }

  close(): void {
    this.#closeIndexes();
    this.#file.close();
  }

  #index(kind: IndexKind): File {
    let file = this.#indexes.get(kind);
    if (file === undefined) this.#indexes.set(kind, (file = this.#files.open(`${this.#path}.${kind}`, { create: true })));
    return file;
  }

  #closeIndexes(): void {
    for (const file of this.#indexes.values()) file.close();
    this.#indexes.clear();
  }
}

/** Suffix of a file's name until the file is whole. */
const temporary = ".tmp";
/** Endings of the files that belong to a segment: Kafka's transaction indexes are not written. */
const companions = ["index", "timeindex", "txnindex", "snapshot"] as const;
const companionFile = /^(\d{20})\.(index|timeindex|txnindex)$/;
const snapshotFile = /^(\d{20})\.snapshot$/;

/**
 * A partition's segments as files of one directory, which is made if it is missing: `<base offset in 20 digits>.log` with
 * `.index` and `.timeindex` beside it, as Kafka has them.
 */
export class FileStorage implements LogStorage {
  readonly durable = true;
  readonly #files: Files;
  readonly #directory: string;
  readonly #window = new ScanWindow();
  /** Small files whose bytes the next sync of the directory must see to. */
  readonly #unsynced: File[] = [];

  /** Further operation that the first sync waits for. */
  #made: (() => Promise<void>) | null;

  /** @param made makes the directory's own existence last; null if it does already */
  constructor(files: Files, directory: string, made: (() => Promise<void>) | null = null) {
    this.#files = files;
    this.#directory = directory;
    this.#made = made;
    files.makeDirectory(directory);
  }

  list(): number[] {
    const names = this.#files.list(this.#directory);
    const logs = new Set(names.filter((name) => /^\d{20}\.log$/.test(name)).map((name) => name.slice(0, 20)));
    for (const name of names) {
      const owner = companionFile.exec(name)?.[1];
      // What a crash left of a segment whose removal had begun, or of a file that was not whole; or what Kafka had put aside.
      const leftOver = (owner !== undefined && !logs.has(owner)) || name.endsWith(temporary) || name.endsWith(".deleted");
      if (leftOver) this.#files.remove(`${this.#directory}/${name}`);
    }
    return [...logs].map(Number).sort((a, b) => a - b);
  }

  open(baseOffset: number): SegmentBytes {
    return new FileBytes(this.#files, this.#path(baseOffset), false, this.#window);
  }

  create(baseOffset: number): SegmentBytes {
    this.remove(baseOffset);
    const path = this.#path(baseOffset);
    for (const kind of ["index", "timeindex"]) this.#files.open(`${path}.${kind}`, { create: true }).close();
    return new FileBytes(this.#files, path, true, this.#window);
  }

  remove(baseOffset: number): void {
    const path = this.#path(baseOffset);
    this.#files.remove(`${path}.log`);
    for (const ending of companions) this.#files.remove(`${path}.${ending}`);
  }

  listSnapshots(): number[] {
    return this.#files.list(this.#directory).flatMap((name) => {
      const offset = snapshotFile.exec(name)?.[1];
      return offset === undefined ? [] : [Number(offset)];
    });
  }

  removeSnapshot(offset: number): void {
    this.#files.remove(`${this.#directory}/${snapshotName(offset)}`);
  }

  readFile(name: string): Buffer | null {
    return this.#files.readAll(`${this.#directory}/${name}`);
  }

  writeFile(name: string, bytes: Uint8Array): void {
    const path = `${this.#directory}/${name}`;
    const file = this.#files.open(`${path}${temporary}`, { create: true });
    this.#unsynced.push(file);
    file.truncate(0);
    file.write([bytes], 0);
    this.#files.rename(`${path}${temporary}`, path);
  }

  async syncDirectory(): Promise<void> {
    const unsynced = this.#unsynced.splice(0);
    await Promise.all(unsynced.map((file) => file.sync().finally(() => file.close())));
    await this.#files.syncDirectory(this.#directory);
    const made = this.#made;
    this.#made = null;
    await made?.();
  }

  close(): void {
    for (const file of this.#unsynced.splice(0)) file.close();
  }

  #path(baseOffset: number): string {
    return `${this.#directory}/${baseOffset.toString().padStart(20, "0")}`;
  }
}
