/**
 * Buffers of one size for open batches, used again once the broker has acknowledged them. Larger ones are made and dropped.
 */
export class BufferPool {
  readonly bufferBytes: number;
  readonly #idleMax: number;
  readonly #idle: Buffer[] = [];
  /** Lent buffers by their memory, so that any view of one, such as a sealed batch, can be given back. */
  readonly #lent = new WeakMap<ArrayBufferLike, Buffer>();

  /**
   * @param bufferBytes should hold a batch of `batch.size` and one more record, or each batch costs a second buffer
   * @param idleMax how many unused buffers are kept
   */
  constructor(bufferBytes: number = 64 * 1024, idleMax: number = 1024) {
    this.bufferBytes = bufferBytes;
    this.#idleMax = idleMax;
  }

  /** A buffer of at least this many bytes, with arbitrary content. */
  acquire(bytesMin: number): Buffer {
    if (bytesMin > this.bufferBytes) return Buffer.allocUnsafeSlow(bytesMin);
    const buffer = this.#idle.pop() ?? Buffer.allocUnsafeSlow(this.bufferBytes);
    this.#lent.set(buffer.buffer, buffer);
    return buffer;
  }

  /** Takes back a buffer or any view of it; foreign and already returned ones are ignored. Its bytes may change at once. */
  release(view: Buffer): void {
    const buffer = this.#lent.get(view.buffer);
    if (buffer === undefined) return;
    this.#lent.delete(view.buffer);
    if (this.#idle.length < this.#idleMax) this.#idle.push(buffer);
  }

  /** How many buffers wait to be used again. */
  get idleCount(): number {
    return this.#idle.length;
  }
}
