/** A buffer that is written over and over, and grows as needed. */
export class Scratch {
  buffer: Buffer = Buffer.allocUnsafeSlow(256);

  /** Makes room for `size` bytes; what was written before stays. */
  reserve(size: number): void {
    if (size <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(size, this.buffer.length * 2));
    this.buffer.copy(larger);
    this.buffer = larger;
  }
}
