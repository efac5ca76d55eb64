/** Zigzag varints as record batches hold them, written from numbers. The cursor reads them inline. */

/** Number of bytes that `writeVarint` takes for an int32. */
export function varintBytes(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  if (zigzag < 0x80) return 1;
  if (zigzag < 0x4000) return 2;
  if (zigzag < 0x20_0000) return 3;
  return zigzag < 0x1000_0000 ? 4 : 5;
}

/** Writes an int32. @returns the end */
export function writeVarint(buffer: Buffer, start: number, value: number): number {
  let zigzag = (value << 1) ^ (value >> 31);
  let at = start;
  while ((zigzag & ~0x7f) !== 0) {
    buffer[at] = (zigzag & 0x7f) | 0x80;
    at += 1;
    zigzag >>>= 7;
  }
  buffer[at] = zigzag;
  return at + 1;
}

/** Writes an integer within the range of int64. @returns the end */
export function writeVarlong(buffer: Buffer, start: number, value: number): number {
  if ((value | 0) === value) return writeVarint(buffer, start, value);
  const lowBits = value | 0;
  const highBits = Math.floor(value / 0x1_0000_0000) | 0;
  const sign = highBits >> 31;
  let low = ((lowBits << 1) ^ sign) >>> 0;
  let high = (((highBits << 1) | (lowBits >>> 31)) ^ sign) >>> 0;
  let at = start;
  while (high !== 0 || low >= 0x80) {
    buffer[at] = (low & 0x7f) | 0x80;
    at += 1;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  buffer[at] = low;
  return at + 1;
}
