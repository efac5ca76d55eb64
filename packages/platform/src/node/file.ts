import { closeSync, fdatasync, fstatSync, ftruncateSync, readSync, writeSync, writevSync } from "node:fs";
import { FileClosedError } from "../file-closed-error.ts";
import type { File } from "../index.ts";

export class NodeFile implements File {
  readonly path: string;
  readonly #descriptor: number;
  #closed = false;
  #syncsPending = 0;

  constructor(path: string, descriptor: number) {
    this.path = path;
    this.#descriptor = descriptor;
  }

  size(): number {
    return fstatSync(this.#open()).size;
  }

  read(into: Uint8Array, at: number, length: number, position: number): number {
    const descriptor = this.#open();
    let done = 0;
    while (done < length) {
      const bytes = readSync(descriptor, into, at + done, length - done, position + done);
      if (bytes === 0) break;
      done += bytes;
    }
    return done;
  }

  write(chunks: readonly Uint8Array[], position: number): void {
    const descriptor = this.#open();
    if (chunks.length === 1) {
      writeWhole(descriptor, chunks[0]!, 0, position);
      return;
    }
    if (chunks.length === 0) return;
    // The system may take less than it is given: go on within the chunk where it stopped.
    let written = writevSync(descriptor, chunks, position);
    let at = position;
    for (const chunk of chunks) {
      if (written < chunk.length) writeWhole(descriptor, chunk, written, at);
      at += chunk.length;
      written = Math.max(0, written - chunk.length);
    }
  }

  truncate(length: number): void {
    ftruncateSync(this.#open(), length);
  }

  sync(): Promise<void> {
    const descriptor = this.#open();
    this.#syncsPending += 1;
    return new Promise((resolve, reject) => {
      fdatasync(descriptor, (error) => {
        this.#syncsPending -= 1;
        if (this.#closed && this.#syncsPending === 0) closeSync(descriptor);
        if (error === null) resolve();
        else reject(error);
      });
    });
  }

  /** Syncs under way go on: the descriptor is given back after the last of them, lest it be another file's by then. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#syncsPending === 0) closeSync(this.#descriptor);
  }

  #open(): number {
    if (this.#closed) throw new FileClosedError(this.path);
    return this.#descriptor;
  }
}

/** Writes `chunk` from `from` on; `position` is where its first byte belongs. */
function writeWhole(descriptor: number, chunk: Uint8Array, from: number, position: number): void {
  let done = from;
  while (done < chunk.length) done += writeSync(descriptor, chunk, done, chunk.length - done, position + done);
}
