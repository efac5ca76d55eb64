/** Default limit for the write sets of a thread: 64 MiB. */
const writeBytesMaxDefault: number = 64 * 1024 * 1024;

/**
 * The memory that the stores of a stream thread share for writes that are not in the engine yet. A write is never refused;
 * whoever processes records looks here before the next one.
 */
export class WriteBudget {
  /** Limit of `bytes` from which on the budget is full. Default 64 MiB. */
  readonly bytesMax: number;
  /** Estimated size of the writes of all stores in bytes, overhead included. */
  bytes: number = 0;

  constructor(bytesMax: number = writeBytesMaxDefault) {
    this.bytesMax = bytesMax;
  }

  /** No further record is to be processed until something was drained. */
  get isFull(): boolean {
    return this.bytes >= this.bytesMax;
  }
}
