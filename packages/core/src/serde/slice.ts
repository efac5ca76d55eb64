import { defineSerde, type Serde } from "./serde.ts";

/** Bytes `[start, end)` of a buffer, moved along instead of being made anew: a view would be an allocation per record. */
export class Slice {
  /** Buffer that the bytes lie in; shared, so do not write to it. */
  buffer: Buffer = noBytes;
  /** Position of the first byte in `buffer`. */
  start: number = 0;
  /** Position after the last byte in `buffer`. */
  end: number = 0;

  /** Points the slice at other bytes, without a copy. */
  set(buffer: Buffer, start: number, end: number): void {
    this.buffer = buffer;
    this.start = start;
    this.end = end;
  }

  /** A copy to keep. */
  copy(): Buffer {
    return Buffer.from(this.buffer.subarray(this.start, this.end));
  }
}

const noBytes = Buffer.alloc(0);

/** Writes bytes that are serialized already. Reading is not its business. */
export const slice: Serde<Slice> = defineSerde<Slice>({
  name: "slice",
  identity: "bytes",
  read(from, start, end) {
    const value = new Slice();
    value.set(from, start, end);
    return value;
  },
  sizeMax: (value) => value.end - value.start,
  write: (to, at, value) => copyBytes(value.buffer, value.start, value.end, to, at),
  size: (value) => value.end - value.start,
});

/** Copies `[start, end)` and returns the end in `to`. Few bytes go faster by hand than through a native call. */
export function copyBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  const length = end - start;
  if (length > 48) {
    if (start === 0 && end === from.length) to.set(from, at);
    else (from as Buffer).copy(to, at, start, end);
    return at + length;
  }
  for (let i = 0; i < length; i += 1) to[at + i] = from[start + i]!;
  return at + length;
}
