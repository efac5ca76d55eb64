import type { RecordContext } from "./record-context.ts";

const empty = Buffer.alloc(0);

/** Bytes of a record as it was read, in place: positions in the buffer that its batch lies in. An end of -1 is null. */
export class RawRecord {
  /** Topic that the record was read from; null: there is no record. */
  topic: string | null = null;
  /** Partition that the record was read from. */
  partition: number = -1;
  /** Offset of the record. */
  offset: number = Number.NaN;
  /** Buffer that the positions are of. */
  buffer: Buffer = empty;
  /** Position of the key's first byte. */
  keyStart: number = 0;
  /** Position behind the key; -1: it is null. */
  keyEnd: number = -1;
  /** Position of the value's first byte. */
  valueStart: number = 0;
  /** Position behind the value; -1: it is null. */
  valueEnd: number = -1;

  /** Tells if these are the bytes of the record in flight. While a cache writes what earlier records left there, they are not. */
  isOf({ topic, partition, offset }: RecordContext): boolean {
    return this.topic !== null && this.topic === topic && this.partition === partition && this.offset === offset;
  }

  /** Copies the key's bytes; null: it has none. */
  keyBytes(): Buffer | null {
    return this.keyEnd === -1 ? null : Buffer.from(this.buffer.subarray(this.keyStart, this.keyEnd));
  }

  /** Copies the value's bytes; null: it has none. */
  valueBytes(): Buffer | null {
    return this.valueEnd === -1 ? null : Buffer.from(this.buffer.subarray(this.valueStart, this.valueEnd));
  }

  /** Lets go of the buffer. */
  clear(): void {
    this.topic = null;
    this.buffer = empty;
    this.keyEnd = -1;
    this.valueEnd = -1;
  }
}
