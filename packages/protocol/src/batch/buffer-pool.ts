/**
 * Pool of buffers of one size for open batches. Buffers are used again once the broker has acknowledged them; larger ones are
 * allocated on demand and not kept.
 */
export class BufferPool {
  /** Size of the pooled buffers in bytes. */
  readonly bufferBytes: number;
  readonly #idleMax: number;
  readonly #idle: Buffer[] = [];
  /** Lent buffers by their memory, so that any view of one, such as a sealed batch, can be returned. */
  readonly #lent = new WeakMap<ArrayBufferLike, Buffer>();

  /**
   * @param bufferBytes size of a buffer, default 64 KiB. It should hold a batch of `batch.size` and one more record, or each batch
   * costs a second buffer
   * @param idleMax number of unused buffers that are kept, default 1024
   */
  constructor(bufferBytes: number = 64 * 1024, idleMax: number = 1024) {
    this.bufferBytes = bufferBytes;
    this.#idleMax = idleMax;
  }

  /** Lends a buffer of at least `bytesMin` bytes, with arbitrary content. */
  acquire(bytesMin: number): Buffer {
    if (bytesMin > this.bufferBytes) return Buffer.allocUnsafeSlow(bytesMin);
    const buffer = this.#idle.pop() ?? Buffer.allocUnsafeSlow(this.bufferBytes);
    this.#lent.set(buffer.buffer, buffer);
    return buffer;
  }

  /** Takes back a buffer or any view of one. Buffers that are not lent at present are ignored. The bytes may change at once. */
  release(view: Buffer): void {
    const buffer = this.#lent.get(view.buffer);
    if (buffer === undefined) return;
    this.#lent.delete(view.buffer);
    if (this.#idle.length < this.#idleMax) this.#idle.push(buffer);
  }

  /** Number of buffers that wait to be used again. */
  get idleCount(): number {
    return this.#idle.length;
  }
}
