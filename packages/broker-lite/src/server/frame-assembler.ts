import { FrameRefusedError } from "../errors.ts";

/** Api key, api version and correlation id: no request is shorter. */
const frameBytesMin = 8;
/** What is reserved for a frame at first: a length alone must not cost its sender's claim in memory. */
const reservedBytesMax = 1024 * 1024;

/** Cuts a stream of bytes into frames, each `size:int32` and that many bytes. Every frame is a buffer of its own. */
export class FrameAssembler {
  readonly #bytesMax: number;
  /** The size in front of the frame, as far as it came. */
  readonly #size = Buffer.alloc(4);
  #sizeBytes = 0;
  #frame: Buffer | null = null;
  #frameBytes = 0;
  #frameSize = 0;

  /** @param bytesMax the largest frame that is taken */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /**
   * Takes the bytes `[start, end)` of `buffer` and adds the frames that they complete to `frames`.
   * @throws {FrameRefusedError} when a size cannot be a request's
   */
  push(buffer: Buffer, start: number, end: number, frames: Buffer[]): void {
    let at = start;
    while (at < end) {
      if (this.#frame === null) {
        this.#size[this.#sizeBytes] = buffer[at]!;
        this.#sizeBytes += 1;
        at += 1;
        if (this.#sizeBytes === 4) this.#begin();
        continue;
      }
      const taken = Math.min(this.#frameSize - this.#frameBytes, end - at);
      this.#reserve(taken);
      buffer.copy(this.#frame, this.#frameBytes, at, at + taken);
      this.#frameBytes += taken;
      at += taken;
      if (this.#frameBytes === this.#frameSize) {
        frames.push(this.#frame);
        this.#frame = null;
        this.#sizeBytes = 0;
      }
    }
  }

  #begin(): void {
    const size = this.#size.readInt32BE(0);
    if (size < frameBytesMin) throw new FrameRefusedError(`a frame of ${size} bytes cannot hold a request`);
    if (size > this.#bytesMax)
      throw new FrameRefusedError(`a frame of ${size} bytes is larger than socket.request.max.bytes, ${this.#bytesMax}`);
    this.#frameSize = size;
    this.#frameBytes = 0;
    this.#frame = Buffer.allocUnsafe(Math.min(size, reservedBytesMax));
  }

  #reserve(bytes: number): void {
    const needed = this.#frameBytes + bytes;
    if (needed <= this.#frame!.length) return;
    const larger = Buffer.allocUnsafe(Math.min(Math.max(needed, this.#frame!.length * 2), this.#frameSize));
    this.#frame!.copy(larger, 0, 0, this.#frameBytes);
    this.#frame = larger;
  }
}
