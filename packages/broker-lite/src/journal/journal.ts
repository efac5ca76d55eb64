import type { File, Files } from "@millrace/platform";
import { crc32c } from "@millrace/protocol";
import type { JournalEntry } from "./entry.ts";

/** Append-only file of facts that the broker must remember. */
export interface Journal {
  append(entry: JournalEntry): void;
  /** Resolves once everything appended before the call is on the disk. Calls during a sync share the next one. */
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

/** Callbacks of a journal's owner. */
export interface JournalOwner {
  /** Takes an entry that the file holds; they come in order. */
  apply(entry: JournalEntry): void;
  /** Entries that lead to the present state, for when the file is written anew. */
  snapshot(): Iterable<JournalEntry>;
  /** The file ends with so many bytes that are no entry, and that will be cut off, unless this throws. */
  torn(bytes: number): void;
}

/**
 * A file of entries, each `length:uint32 crc32c:uint32 json`. Opening it replays every entry and cuts a torn tail. Once it
 * has grown to four times what its state needs, it is written anew beside the old one, which it then replaces.
 *
 * An entry that could not be written, the disk being full, leaves the journal as it was. After a sync that failed nobody
 * knows what the disk holds, whatever later syncs say: the journal then takes no more, and opening it again tells.
 */
export class FileJournal implements Journal {
  readonly #files: Files;
  readonly #directory: string;
  readonly #path: string;
  readonly #owner: JournalOwner;
  /** The files that entries go to: one, but two from when the next one is written until its rename is durable. */
  #current: JournalFile[];
  #rewriteBytes: number;
  #rewriting = false;
  #rewritten: Promise<void> = Promise.resolve();
  #syncing: Promise<void> | null = null;
  /** The sync after the one under way, for all who came since that began. */
  #nextSync: Promise<void> | null = null;
  #failure: Error | null = null;

  private constructor(files: Files, directory: string, name: string, current: JournalFile, owner: JournalOwner) {
    this.#files = files;
    this.#directory = directory;
    this.#path = `${directory}/${name}`;
    this.#current = [current];
    this.#rewriteBytes = Math.max(rewriteBytesMin, current.bytes * 4);
    this.#owner = owner;
  }

  static async open(files: Files, directory: string, name: string, owner: JournalOwner): Promise<FileJournal> {
    const path = `${directory}/${name}`;
    files.remove(`${path}.new`);
    const content = files.readAll(path) ?? Buffer.alloc(0);
    const bytes = replay(content, owner);
    if (content.length > bytes) owner.torn(content.length - bytes);
    const file = files.open(path, { create: true });
    try {
      if (content.length > bytes) file.truncate(bytes);
      await file.sync();
      await files.syncDirectory(directory);
    } catch (error) {
      file.close();
      throw error;
    }
    return new FileJournal(files, directory, name, { file, bytes }, owner);
  }

  /** @throws what the disk throws; the entry is then not in the journal */
  append(entry: JournalEntry): void {
    if (this.#failure !== null) throw this.#failure;
    // Before the entry, which then goes to both files: whether the state knows of it already is its owner's affair.
    if (!this.#rewriting && this.#current[0]!.bytes > this.#rewriteBytes) {
      this.#rewriting = true;
      this.#rewritten = this.#rewrite();
    }
    const bytes = frame(entry);
    try {
      for (const { file, bytes: end } of this.#current) file.write([bytes], end);
    } catch (error) {
      for (const { file, bytes: end } of this.#current) file.truncate(end);
      throw error;
    }
    for (const target of this.#current) target.bytes += bytes.length;
  }

  sync(): Promise<void> {
    if (this.#syncing === null) return this.#sync();
    this.#nextSync ??= this.#syncing.then(
      () => this.#sync(),
      () => this.#sync(),
    );
    return this.#nextSync;
  }

  async close(): Promise<void> {
    await this.#rewritten;
    try {
      await this.sync();
    } finally {
      for (const target of this.#current) target.file.close();
    }
  }

  #sync(): Promise<void> {
    this.#nextSync = null;
    this.#syncing = this.#syncFiles();
    return this.#syncing;
  }

  async #syncFiles(): Promise<void> {
    try {
      if (this.#failure === null) await Promise.all(this.#current.map(({ file }) => file.sync()));
    } catch (error) {
      this.#failure ??= error as Error;
    }
    this.#syncing = null;
    if (this.#failure !== null) throw this.#failure;
  }

  async #rewrite(): Promise<void> {
    const path = `${this.#path}.new`;
    const old = this.#current[0]!;
    let next: JournalFile | null = null;
    try {
      next = { file: this.#files.open(path, { create: true }), bytes: 0 };
      for (const entry of this.#owner.snapshot()) {
        const bytes = frame(entry);
        next.file.write([bytes], next.bytes);
        next.bytes += bytes.length;
      }
      this.#current = [old, next];
      await next.file.sync();
      this.#files.rename(path, this.#path);
    } catch {
      // The old file is whole and still in place; an append beyond twice its size tries again.
      this.#current = [old];
      this.#rewriteBytes = old.bytes * 2;
      this.#rewriting = false;
      next?.file.close();
      this.#files.remove(path);
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
    this.#rewriting = false;
    old.file.close();
  }
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
function replay(bytes: Buffer, owner: JournalOwner): number {
  let at = 0;
  while (at + frameHeaderBytes <= bytes.length) {
    const start = at + frameHeaderBytes;
    const end = start + bytes.readUInt32BE(at);
    // Zeros, where a crash left a hole, would be an empty entry with a right checksum.
    if (end === start || end > bytes.length || crc32c(bytes, start, end) !== bytes.readUInt32BE(at + 4)) break;
    owner.apply(JSON.parse(bytes.toString("utf8", start, end)) as JournalEntry);
    at = end;
  }
  return at;
}
