import { posix } from "node:path";
import { SimulationFileError } from "./errors.ts";
import { FileContents } from "./file-contents.ts";
import type { SeededRandom } from "./seeded-random.ts";

export class Directory {
  readonly entries: Map<string, FileContents | Directory> = new Map();
}

/** Operation on a disk that the disk can refuse. Removals and truncations always succeed. */
export type DiskOperation = "create" | "write" | "sync" | "rename";

/** The longest name that file systems take. */
const nameBytesMax = 255;

type Entry = FileContents | Directory;

/** One name of a directory before an operation. */
interface EntryBefore {
  readonly directory: Directory;
  readonly name: string;
  readonly entry: Entry | undefined;
}

/** A creation, removal or rename that no `syncDirectory` covers yet. It happens wholly or not at all. */
interface Operation {
  readonly sequence: number;
  readonly before: readonly EntryBefore[];
}

/** A tree of directories and files that survives its host's programs, and loses at a crash what was not synced. */
export class Disk {
  readonly #root: Directory = new Directory();
  #journal: Operation[] = [];
  #sequence = 0;

  /** The file or directory at a path; null if there is none. */
  find(path: string): Entry | null {
    let entry: Entry = this.#root;
    for (const name of namesOf(path)) {
      const next: Entry | undefined = entry instanceof Directory ? entry.entries.get(name) : undefined;
      if (next === undefined) return null;
      entry = next;
    }
    return entry;
  }

  openFile(path: string, create: boolean): FileContents {
    const found = this.find(path);
    if (found instanceof Directory) throw new SimulationFileError("EISDIR", path);
    if (found !== null) return found;
    const { directory, name } = this.#parent(path);
    if (!create) throw new SimulationFileError("ENOENT", path);
    const file = new FileContents();
    this.#change([[directory, name, file]]);
    return file;
  }

  makeDirectory(path: string): void {
    let directory = this.#root;
    for (const name of namesOf(path)) {
      let next = directory.entries.get(name);
      if (next === undefined) {
        next = new Directory();
        this.#change([[directory, name, next]]);
      }
      if (!(next instanceof Directory)) throw new SimulationFileError("ENOTDIR", path);
      directory = next;
    }
  }

  rename(from: string, to: string): void {
    const source = this.#parent(from);
    const target = this.#parent(to);
    const entry = source.directory.entries.get(source.name);
    if (entry === undefined) throw new SimulationFileError("ENOENT", from);
    const replaced = target.directory.entries.get(target.name);
    if (replaced === entry) return;
    if (entry instanceof Directory && isWithin(namesOf(from), namesOf(to))) throw new SimulationFileError("EINVAL", to);
    if (replaced !== undefined) checkReplaceable(entry, replaced, to);
    this.#change([
      [source.directory, source.name, undefined],
      [target.directory, target.name, entry],
    ]);
  }

  /** Entry by entry, the innermost first: a crash may come in between. */
  remove(path: string): void {
    const entry = this.find(path);
    if (entry === null || entry === this.#root) return;
    if (entry instanceof Directory) for (const name of entry.entries.keys()) this.remove(`${path}/${name}`);
    const { directory, name } = this.#parent(path);
    this.#change([[directory, name, undefined]]);
  }

  /** Returns the number of the last operation that a sync beginning now will make durable. */
  seal(): number {
    return this.#sequence;
  }

  /** A sync of `directory` is done: so are its operations up to `sequence`, and those of others that they rest on. */
  synced(directory: Directory, sequence: number): void {
    const touched = new Set([directory]);
    const kept: Operation[] = [];
    for (const operation of this.#journal.toReversed()) {
      if (operation.sequence <= sequence && operation.before.some((before) => touched.has(before.directory))) {
        for (const before of operation.before) touched.add(before.directory);
      } else {
        kept.push(operation);
      }
    }
    this.#journal = kept.toReversed();
  }

  /**
   * The power is gone. Each directory keeps its unsynced operations up to a drawn one; then each file its bytes, but for
   * pages that are lost if `losesPages`.
   */
  crash(random: SeededRandom, losesPages: boolean): void {
    for (const operation of this.#lostOperations(random).toReversed()) {
      for (const { directory, name, entry } of operation.before.toReversed()) setEntry(directory, name, entry);
    }
    this.#journal = [];
    crashFiles(this.#root, random, losesPages);
  }

  #lostOperations(random: SeededRandom): Operation[] {
    const left = new Map<Directory, number>();
    for (const { before } of this.#journal)
      for (const { directory } of before) left.set(directory, (left.get(directory) ?? 0) + 1);
    for (const [directory, count] of left) left.set(directory, random.below(count + 1));
    const lost: Operation[] = [];
    for (const operation of this.#journal) {
      const survives = operation.before.every(({ directory }) => left.get(directory)! > 0);
      for (const { directory } of operation.before) left.set(directory, survives ? left.get(directory)! - 1 : 0);
      if (!survives) lost.push(operation);
    }
    return lost;
  }

  /** The directory of a path, which must exist, and the last name. */
  #parent(path: string): { readonly directory: Directory; readonly name: string } {
    const names = namesOf(path);
    const name = names.pop();
    if (name === undefined) throw new SimulationFileError("EISDIR", path);
    let directory: Entry | undefined = this.#root;
    for (const step of names) {
      if (!(directory instanceof Directory)) throw new SimulationFileError("ENOTDIR", path);
      directory = directory.entries.get(step);
      if (directory === undefined) throw new SimulationFileError("ENOENT", path);
    }
    if (!(directory instanceof Directory)) throw new SimulationFileError("ENOTDIR", path);
    return { directory, name };
  }

  #change(changes: readonly (readonly [Directory, string, Entry | undefined])[]): void {
    for (const [, name] of changes)
      if (Buffer.byteLength(name) > nameBytesMax) throw new SimulationFileError("ENAMETOOLONG", name);
    this.#sequence += 1;
    const before = changes.map(([directory, name]) => ({ directory, name, entry: directory.entries.get(name) }));
    this.#journal.push({ sequence: this.#sequence, before });
    for (const [directory, name, entry] of changes) setEntry(directory, name, entry);
  }
}

/** Relative paths begin at the root: a simulated program has no other working directory. */
function namesOf(path: string): string[] {
  return posix
    .normalize(`/${path}`)
    .split("/")
    .filter((name) => name !== "");
}

function isWithin(outer: readonly string[], inner: readonly string[]): boolean {
  return outer.every((name, i) => inner[i] === name);
}

function checkReplaceable(entry: Entry, replaced: Entry, path: string): void {
  if (entry instanceof Directory) {
    if (!(replaced instanceof Directory)) throw new SimulationFileError("ENOTDIR", path);
    if (replaced.entries.size > 0) throw new SimulationFileError("ENOTEMPTY", path);
  } else if (replaced instanceof Directory) {
    throw new SimulationFileError("EISDIR", path);
  }
}

function setEntry(directory: Directory, name: string, entry: Entry | undefined): void {
  if (entry === undefined) directory.entries.delete(name);
  else directory.entries.set(name, entry);
}

function crashFiles(directory: Directory, random: SeededRandom, losesPages: boolean): void {
  for (const entry of directory.entries.values()) {
    if (entry instanceof Directory) crashFiles(entry, random, losesPages);
    else entry.crash(random, losesPages);
  }
}
