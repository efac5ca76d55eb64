import snappyBlocks from "snappyjs";
import type { Codec } from "./codec.ts";
import { DecompressedTooLargeError, MalformedCompressionError } from "./errors.ts";
import { decompressSnappyBlock } from "./snappy-block.ts";

/**
 * Snappy in the stream framing of Java's `SnappyOutputStream` (xerial): a 16-byte header, then blocks, each an int32
 * length and a raw Snappy block of at most 32 KiB of content. Input without the header is read as one raw block, as Java does.
 */
export const snappy: Codec = {
  id: 2,
  name: "snappy",
  levels: null,
  compress(source: Buffer): Buffer {
    const parts: Uint8Array[] = [streamHeader];
    for (let at = 0; at < source.length; at += blockBytesMax) {
      const block = compressBlock(source.subarray(at, at + blockBytesMax));
      const length = Buffer.allocUnsafe(4);
      length.writeInt32BE(block.length);
      parts.push(length, block);
    }
    return Buffer.concat(parts);
  },
  decompress(source: Buffer, bytesMax: number): Buffer {
    if (!hasHeader(source, 0)) return decompressSnappyBlock(source, 0, source.length, bytesMax);
    const parts: Buffer[] = [];
    let at = 0;
    let bytes = 0;
    while (at < source.length) {
      // A header may come again where streams were joined.
      if (hasHeader(source, at)) {
        at += streamHeader.length;
        continue;
      }
      if (source.length - at < 4) throw new MalformedCompressionError("snappy", "a block's length is cut");
      const end = at + 4 + source.readInt32BE(at);
      if (end <= at + 4 || end > source.length) throw new MalformedCompressionError("snappy", "a block is cut");
      const part = decompressSnappyBlock(source, at + 4, end, bytesMax - bytes);
      bytes += part.length;
      if (bytes > bytesMax) throw new DecompressedTooLargeError("snappy", bytesMax);
      parts.push(part);
      at = end;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, bytes);
  },
};

const blockBytesMax = 32 * 1024;

/** Magic, then the version and the least compatible version, both 1. */
const streamHeader: Buffer = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
const magicBytes = 8;

function hasHeader(source: Buffer, at: number): boolean {
  return source.length - at >= streamHeader.length && source.compare(streamHeader, 0, magicBytes, at, at + magicBytes) === 0;
}

const compressBlock = snappyBlocks.compress;
