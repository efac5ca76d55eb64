import type { File, Files } from "@millrace/platform";
import type { LogStorage, SegmentBytes } from "./segment-bytes.ts";

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

  constructor(file: File, window: ScanWindow) {
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

  close(): void {
    this.#file.close();
  }
}

/** Kafka's name for a segment file: the base offset in 20 digits. */
function segmentFileName(baseOffset: number): string {
  return `${baseOffset.toString().padStart(20, "0")}.log`;
}

/** A partition's segments as files of one directory, which is made if it is missing. */
export class FileStorage implements LogStorage {
  readonly durable = true;
  readonly #files: Files;
  readonly #directory: string;
  readonly #window = new ScanWindow();

  constructor(files: Files, directory: string) {
    this.#files = files;
    this.#directory = directory;
    files.makeDirectory(directory);
  }

  list(): number[] {
    return this.#files
      .list(this.#directory)
      .filter((name) => /^\d{20}\.log$/.test(name))
      .map((name) => Number(name.slice(0, 20)))
      .sort((a, b) => a - b);
  }

  open(baseOffset: number): SegmentBytes {
    return new FileBytes(this.#files.open(this.#path(baseOffset)), this.#window);
  }

  create(baseOffset: number): SegmentBytes {
    this.#files.remove(this.#path(baseOffset));
    return new FileBytes(this.#files.open(this.#path(baseOffset), { create: true }), this.#window);
  }

  remove(baseOffset: number): void {
    this.#files.remove(this.#path(baseOffset));
  }

  syncDirectory(): Promise<void> {
    return this.#files.syncDirectory(this.#directory);
  }

  #path(baseOffset: number): string {
    return `${this.#directory}/${segmentFileName(baseOffset)}`;
  }
}
