import type { File, Files } from "@millrace/platform";
import { crc32c } from "@millrace/protocol";
import type { JournalEntry } from "./entry.ts";

/** Where the broker writes down what it must remember. */
export interface Journal {
  append(entry: JournalEntry): void;
  /** Resolves once everything appended before the call is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Forgets everything: the broker's memory is all there is. */
export const memoryJournal: Journal = {
  append() {},
  sync: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

const frameHeaderBytes = 8;
const rewriteBytesMin = 1024 * 1024;

interface JournalFile {
  readonly file: File;
  bytes: number;
}

/**
 * A file of entries, each `length:uint32 crc32c:uint32 json`. Opening it replays every entry and cuts a torn tail. Once it
 * has grown to four times what its state needs, it is written anew beside the old one, which it then replaces.
 */
export class FileJournal implements Journal {
  readonly #files: Files;
  readonly #directory: string;
  readonly #path: string;
  readonly #snapshot: () => Iterable<JournalEntry>;
  /** The files that entries go to: one, but two from when the next one is written until its rename is durable. */
  #current: JournalFile[];
  #rewriteBytes: number;
  #rewriting: Promise<void> | null = null;

  private constructor(
    files: Files,
    directory: string,
    name: string,
    current: JournalFile,
    snapshot: () => Iterable<JournalEntry>,
  ) {
    this.#files = files;
    this.#directory = directory;
    this.#path = `${directory}/${name}`;
    this.#current = [current];
    this.#rewriteBytes = Math.max(rewriteBytesMin, current.bytes * 4);
    this.#snapshot = snapshot;
  }

  /**
   * @param apply is called with every entry of the file, in order
   * @param snapshot gives entries that lead to the present state, when the file is written anew
   */
  static async open(
    files: Files,
    directory: string,
    name: string,
    apply: (entry: JournalEntry) => void,
    snapshot: () => Iterable<JournalEntry>,
  ): Promise<FileJournal> {
    const path = `${directory}/${name}`;
    files.remove(`${path}.new`);
    const bytes = replay(files.readAll(path) ?? Buffer.alloc(0), apply);
    const file = files.open(path, { create: true });
    if (file.size() > bytes) file.truncate(bytes);
    await file.sync();
    await files.syncDirectory(directory);
    return new FileJournal(files, directory, name, { file, bytes }, snapshot);
  }

  append(entry: JournalEntry): void {
    const bytes = frame(entry);
    for (const target of this.#current) write(target, bytes);
    if (this.#rewriting === null && this.#current[0]!.bytes > this.#rewriteBytes) this.#rewriting = this.#rewrite();
  }

  async sync(): Promise<void> {
    await Promise.all(this.#current.map((target) => target.file.sync()));
  }

  async close(): Promise<void> {
    await this.#rewriting;
    await this.sync();
    for (const target of this.#current) target.file.close();
  }

  async #rewrite(): Promise<void> {
    const path = `${this.#path}.new`;
    const old = this.#current[0]!;
    const next: JournalFile = { file: this.#files.open(path, { create: true }), bytes: 0 };
    for (const entry of this.#snapshot()) write(next, frame(entry));
    this.#current = [old, next];
    try {
      await next.file.sync();
      this.#files.rename(path, this.#path);
    } catch {
      // The old file is whole and still in place; an append beyond twice its size tries again.
      this.#current = [old];
      this.#rewriteBytes = old.bytes * 2;
      this.#rewriting = null;
      next.file.close();
      return;
    }
    try {
      await this.#files.syncDirectory(this.#directory);
    } catch {
      // Which of the two a restart finds is open: both go on being written, and `rewriting` stays set.
      return;
    }
    this.#current = [next];
    this.#rewriteBytes = Math.max(rewriteBytesMin, next.bytes * 4);
    this.#rewriting = null;
    old.file.close();
  }
}

function write(target: JournalFile, bytes: Buffer): void {
  target.file.write([bytes], target.bytes);
  target.bytes += bytes.length;
}

function frame(entry: JournalEntry): Buffer {
  const json = Buffer.from(JSON.stringify(entry));
  const bytes = Buffer.allocUnsafe(frameHeaderBytes + json.length);
  bytes.writeUInt32BE(json.length, 0);
  bytes.writeUInt32BE(crc32c(json, 0, json.length), 4);
  json.copy(bytes, frameHeaderBytes);
  return bytes;
}

/** Applies the whole entries at the beginning of `bytes`; returns where they end. */
function replay(bytes: Buffer, apply: (entry: JournalEntry) => void): number {
  let at = 0;
  while (at + frameHeaderBytes <= bytes.length) {
    const start = at + frameHeaderBytes;
    const end = start + bytes.readUInt32BE(at);
    // Zeros, where a crash left a hole, would be an empty entry with a right checksum.
    if (end === start || end > bytes.length || crc32c(bytes, start, end) !== bytes.readUInt32BE(at + 4)) break;
    apply(JSON.parse(bytes.toString("utf8", start, end)) as JournalEntry);
    at = end;
  }
  return at;
}
