const lengthBytes = 4;

/** Bytes that are reserved for a frame at first: a length alone must not cost what its sender claims. */
const reservedBytesMax = 1024 * 1024;

/** Lengths that frames may have. */
export interface FrameBounds {
  /** Bytes of the shortest frame. */
  readonly bytesMin: number;
  /** Bytes of the longest frame. */
  readonly bytesMax: number;
}

/**
 * Cuts a stream of bytes into Kafka's frames, requests or responses: an int32 length, then so many bytes.
 *
 * Each frame is copied into a buffer of its own with exactly its length, so its receiver may keep views of it. A frame above 1 MiB is
 * copied again as it grows.
 */
export class FrameAssembler {
  readonly #bounds: FrameBounds;
  readonly #onFrame: (frame: Buffer) => void;
  readonly #onBadLength: (length: number) => void;
  readonly #length: Buffer = Buffer.alloc(lengthBytes);
  #lengthFilled = 0;
  #frame: Buffer | null = null;
  #frameLength = 0;
  #frameFilled = 0;
  #stopped = false;

  /**
   * @param bounds a frame beyond them calls `onBadLength` and ends the assembly: nobody can tell where the next one begins
   * @param onFrame is called with each frame, in their order
   */
  constructor(bounds: FrameBounds, onFrame: (frame: Buffer) => void, onBadLength: (length: number) => void) {
    this.#bounds = bounds;
    this.#onFrame = onFrame;
    this.#onBadLength = onBadLength;
  }

  /** Takes bytes `[start, end)`. The caller may reuse the buffer after the call. */
  push(buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end && !this.#stopped) {
      at = this.#frame === null ? this.#takeLength(buffer, at, end) : this.#takeBody(this.#frame, buffer, at, end);
    }
  }

  /** Ignores all later bytes. */
  stop(): void {
    this.#stopped = true;
    this.#frame = null;
  }

  #takeLength(buffer: Buffer, start: number, end: number): number {
    let at = start;
    while (this.#lengthFilled < lengthBytes && at < end) {
      this.#length[this.#lengthFilled++] = buffer[at++]!;
    }
    if (this.#lengthFilled < lengthBytes) return at;
    this.#lengthFilled = 0;
    const length = this.#length.readInt32BE(0);
    if (length < this.#bounds.bytesMin || length > this.#bounds.bytesMax) {
      this.stop();
      this.#onBadLength(length);
      return end;
    }
    if (length === 0) this.#onFrame(Buffer.alloc(0));
    else {
      this.#frame = Buffer.allocUnsafe(Math.min(length, reservedBytesMax));
      this.#frameLength = length;
      this.#frameFilled = 0;
    }
    return at;
  }

  #takeBody(begun: Buffer, buffer: Buffer, start: number, end: number): number {
    const bytes = Math.min(this.#frameLength - this.#frameFilled, end - start);
    const frame = this.#withRoom(begun, this.#frameFilled + bytes);
    buffer.copy(frame, this.#frameFilled, start, start + bytes);
    this.#frameFilled += bytes;
    if (this.#frameFilled === this.#frameLength) {
      this.#frame = null;
      this.#onFrame(frame);
    }
    return start + bytes;
  }

  #withRoom(frame: Buffer, bytes: number): Buffer {
    if (bytes <= frame.length) return frame;
    const larger = Buffer.allocUnsafe(Math.min(Math.max(bytes, 2 * frame.length), this.#frameLength));
    frame.copy(larger, 0, 0, this.#frameFilled);
    this.#frame = larger;
    return larger;
  }
}
