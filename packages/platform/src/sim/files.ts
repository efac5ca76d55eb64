import { FileClosedError } from "../file-closed-error.ts";
import type { File, FileLock, Files } from "../index.ts";
import { Directory, type Disk, type DiskOperation } from "./disk.ts";
import { HostCrashedError, SimulationFileError } from "./errors.ts";
import type { FileContents } from "./file-contents.ts";
import type { Trace } from "./trace.ts";

/** Machine, as far as files know it. */
export interface DiskHost {
  readonly name: string;
  /** Gives the error that the program sees instead of the operation's success; null: none. */
  diskFault(operation: DiskOperation, path: string): "EIO" | "ENOSPC" | null;
  /** Draws the time that a sync takes. */
  drawDiskLatencyUs(): number;
}

/** Program that uses a disk. */
interface DiskUser {
  readonly host: DiskHost;
  readonly alive: boolean;
  readonly scheduler: { readonly trace: Trace };
  /** Schedules an event of the program, `delayUs` from its now. */
  schedule(kind: "sync", delayUs: number, run: () => void): unknown;
}

/**
 * Access of a program to its host's disk. After the program crashed, its changes are ignored and its promises never settle;
 * calls that must return a value throw `HostCrashedError`.
 */
export class SimulationFiles implements Files {
  readonly #on: DiskUser;
  readonly #disk: Disk;
  /** They end with the program, of which a host runs one at a time. */
  readonly #locks = new Set<string>();

  constructor(on: DiskUser, disk: Disk) {
    this.#on = on;
    this.#disk = disk;
  }

  open(path: string, options: { readonly create?: boolean } = {}): File {
    assertAlive(this.#on);
    if (options.create === true && this.#disk.find(path) === null) checkFault(this.#on, "create", path);
    const contents = this.#disk.openFile(path, options.create === true);
    trace(this.#on, "open", path, contents.size, null);
    return new SimulationFile(this.#on, path, contents);
  }

  readAll(path: string): Buffer | null {
    assertAlive(this.#on);
    const entry = this.#disk.find(path);
    if (entry instanceof Directory) throw new SimulationFileError("EISDIR", path);
    return entry?.copy() ?? null;
  }

  exists(path: string): boolean {
    assertAlive(this.#on);
    return this.#disk.find(path) !== null;
  }

  list(path: string): string[] {
    assertAlive(this.#on);
    const entry = this.#disk.find(path);
    if (entry === null) return [];
    if (!(entry instanceof Directory)) throw new SimulationFileError("ENOTDIR", path);
    return [...entry.entries.keys()].sort();
  }

  makeDirectory(path: string): void {
    if (!this.#on.alive) return;
    if (this.#disk.find(path) === null) checkFault(this.#on, "create", path);
    trace(this.#on, "make directory", path, 0, null);
    this.#disk.makeDirectory(path);
  }

  rename(from: string, to: string): void {
    if (!this.#on.alive) return;
    checkFault(this.#on, "rename", from);
    trace(this.#on, "rename", `${from} to ${to}`, 0, null);
    this.#disk.rename(from, to);
  }

  remove(path: string): void {
    if (!this.#on.alive) return;
    trace(this.#on, "remove", path, 0, null);
    this.#disk.remove(path);
  }

  syncDirectory(path: string): Promise<void> {
    if (!this.#on.alive) return new Promise(() => undefined);
    const directory = this.#disk.find(path);
    if (!(directory instanceof Directory)) {
      return Promise.reject(new SimulationFileError(directory === null ? "ENOENT" : "ENOTDIR", path));
    }
    const sequence = this.#disk.seal();
    return synced(this.#on, path, () => {
      this.#disk.synced(directory, sequence);
    });
  }

  lock(path: string): FileLock | null {
    assertAlive(this.#on);
    if (this.#locks.has(path)) return null;
    this.#locks.add(path);
    trace(this.#on, "lock", path, 0, null);
    let held = true;
    return {
      release: () => {
        if (held) this.#locks.delete(path);
        held = false;
      },
    };
  }
}

class SimulationFile implements File {
  readonly path: string;
  readonly #on: DiskUser;
  readonly #contents: FileContents;
  #closed = false;

  constructor(on: DiskUser, path: string, contents: FileContents) {
    this.#on = on;
    this.path = path;
    this.#contents = contents;
  }

  size(): number {
    assertAlive(this.#on);
    return this.#open().size;
  }

  read(into: Uint8Array, at: number, length: number, position: number): number {
    assertAlive(this.#on);
    return this.#open().read(into, at, length, position);
  }

  write(chunks: readonly Uint8Array[], position: number): void {
    if (!this.#on.alive) return;
    const contents = this.#open();
    const fault = this.#on.host.diskFault("write", this.path);
    if (fault !== null) {
      if (fault === "ENOSPC") contents.write([firstHalf(chunks)], position);
      throw new SimulationFileError(fault, this.path);
    }
    let at = position;
    for (const chunk of chunks) {
      trace(this.#on, "write", this.path, at, chunk);
      at += chunk.length;
    }
    contents.write(chunks, position);
  }

  truncate(length: number): void {
    if (!this.#on.alive) return;
    const contents = this.#open();
    trace(this.#on, "truncate", this.path, length, null);
    contents.truncate(length);
  }

  sync(): Promise<void> {
    if (!this.#on.alive) return new Promise(() => undefined);
    const contents = this.#open();
    const sequence = contents.seal();
    return synced(this.#on, this.path, () => {
      contents.synced(sequence);
    });
  }

  close(): void {
    this.#closed = true;
  }

  #open(): FileContents {
    if (this.#closed) throw new FileClosedError(this.path);
    return this.#contents;
  }
}

function checkFault(on: DiskUser, operation: DiskOperation, path: string): void {
  const fault = on.host.diskFault(operation, path);
  if (fault !== null) throw new SimulationFileError(fault, path);
}

function firstHalf(chunks: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(chunks);
  return bytes.subarray(0, bytes.length >> 1);
}

/** Makes everything durable at its end that was captured at its beginning, and nothing earlier. */
function synced(on: DiskUser, path: string, done: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    on.schedule("sync", on.host.drawDiskLatencyUs(), () => {
      const fault = on.host.diskFault("sync", path);
      if (fault !== null) {
        reject(new SimulationFileError(fault, path));
        return;
      }
      trace(on, "synced", path, 0, null);
      done();
      resolve();
    });
  });
}

function assertAlive(on: DiskUser): void {
  if (!on.alive) throw new HostCrashedError(on.host.name);
}

function trace(on: DiskUser, what: string, path: string, count: number, bytes: Uint8Array | null): void {
  on.scheduler.trace.detail(what, path, count, bytes);
}
