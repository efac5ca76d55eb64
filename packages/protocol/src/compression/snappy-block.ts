import { DecompressedTooLargeError, MalformedCompressionError } from "./errors.ts";

/**
 * Decodes one raw Snappy block (format_description.txt of google/snappy): a varint of the decoded length, then literals
 * and copies. Written here, since the package that compresses for us hangs on a negative literal length.
 */
export function decompressSnappyBlock(source: Buffer, start: number, end: number, bytesMax: number): Buffer {
  const header = readLength(source, start, end);
  if (header.length > bytesMax) throw new DecompressedTooLargeError("snappy", bytesMax);
  // A three-byte copy makes at most 64 bytes. A greater length is wrong, and must not decide how much is allocated.
  if (header.length > (end - header.end) * 22) throw malformed("it is too short for its decoded length");
  const target = Buffer.allocUnsafeSlow(header.length);
  if (decodeInto(target, source, header.end, end) !== header.length) throw malformed("its content and decoded length differ");
  return target;
}

function readLength(source: Buffer, start: number, end: number): { length: number; end: number } {
  let length = 0;
  let scale = 1;
  for (let at = start; at < end && at < start + 5; at += 1) {
    const byte = source[at]!;
    length += (byte & 0x7f) * scale;
    if (byte < 0x80) return { length, end: at + 1 };
    scale *= 128;
  }
  throw malformed("its decoded length is cut");
}

/** @returns how many bytes were decoded */
function decodeInto(target: Buffer, source: Buffer, start: number, end: number): number {
  let from = start;
  let to = 0;
  while (from < end) {
    const tag = source[from]!;
    from += 1;
    let length = (tag >>> 2) + 1;
    if ((tag & 3) === 0) {
      if (length > 60) {
        const lengthBytes = length - 60;
        if (from + lengthBytes > end) throw malformed("a literal's length is cut");
        length = source.readUIntLE(from, lengthBytes) + 1;
        from += lengthBytes;
      }
      if (length > end - from || length > target.length - to) throw malformed("a literal is cut");
      copyLiteral(target, to, source, from, length);
      from += length;
    } else {
      let distance: number;
      if ((tag & 3) === 1) {
        if (from >= end) throw malformed("a copy is cut");
        length = ((tag >>> 2) & 7) + 4;
        distance = ((tag >>> 5) << 8) | source[from]!;
        from += 1;
      } else {
        const distanceBytes = (tag & 3) === 2 ? 2 : 4;
        if (from + distanceBytes > end) throw malformed("a copy is cut");
        distance = source.readUIntLE(from, distanceBytes);
        from += distanceBytes;
      }
      if (distance === 0 || distance > to || length > target.length - to) throw malformed("a copy reaches outside the block");
      for (let i = to; i < to + length; i += 1) target[i] = target[i - distance]!;
    }
    to += length;
  }
  return to;
}

function copyLiteral(target: Buffer, to: number, source: Buffer, from: number, length: number): void {
  if (length > 64) {
    source.copy(target, to, from, from + length);
    return;
  }
  for (let i = 0; i < length; i += 1) target[to + i] = source[from + i]!;
}

function malformed(reason: string): MalformedCompressionError {
  return new MalformedCompressionError("snappy", reason);
}
