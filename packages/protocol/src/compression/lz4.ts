import { xxhash32 } from "../hash/xxhash32.ts";
import type { Codec } from "./codec.ts";
import { DecompressedTooLargeError, MalformedCompressionError } from "./errors.ts";
import { type Lz4Blocks, lz4Blocks } from "./lz4-block.ts";

/** The LZ4 frame format (lz4_Frame_format.md of lz4/lz4) over a given block codec. Blocks use the fast mode, as Java's do at its default level. */
export function lz4Over(blocks: Lz4Blocks): Codec {
  return {
    id: 3,
    name: "lz4",
    levels: null,
    compress: (source: Buffer): Buffer => compressFrame(source, blocks),
    decompress: (source: Buffer, bytesMax: number): Buffer => decompressFrame(source, bytesMax, blocks),
  };
}

/** LZ4 as Java writes it: independent blocks of 64 KiB without checksums. Reads frames with independent blocks of any size. */
export const lz4: Codec = lz4Over(lz4Blocks);

const magic = 0x184d2204;
const blockBytesWritten = 64 * 1024;
/** Magic; version 1 with independent blocks; blocks of 64 KiB; second byte of the xxHash32 of the last two. */
const headerWritten: Buffer = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
/** Set in a block's length when the block holds its content as it is. */
const storedBit = 0x8000_0000;

function compressFrame(source: Buffer, blocks: Lz4Blocks): Buffer {
  const blockCount = Math.ceil(source.length / blockBytesWritten);
  const frame = Buffer.allocUnsafe(headerWritten.length + source.length + 4 * blockCount + 4);
  frame.set(headerWritten);
  let to = headerWritten.length;
  for (let start = 0; start < source.length; start += blockBytesWritten) {
    const end = Math.min(start + blockBytesWritten, source.length);
    const block = blocks.compress(source, start, end);
    const stored = block.length >= end - start;
    to = frame.writeUInt32LE(stored ? storedBit + end - start : block.length, to);
    if (stored) to += source.copy(frame, to, start, end);
    else {
      frame.set(block, to);
      to += block.length;
    }
  }
  to = frame.writeUInt32LE(0, to);
  return frame.subarray(0, to);
}

interface FrameHeader {
  readonly blocksAt: number;
  readonly blockBytesMax: number;
  readonly hasBlockChecksums: boolean;
  readonly hasContentChecksum: boolean;
}

function readHeader(source: Buffer): FrameHeader {
  if (source.length < 7) throw malformed("its header is cut");
  if (source.readUInt32LE(0) !== magic) throw malformed("it does not begin with the frame's magic number");
  const flags = source[4]!;
  const sizes = source[5]!;
  if (flags >>> 6 !== 1) throw malformed(`version ${flags >>> 6} of the frame is not known`);
  if ((flags & 0x02) !== 0) throw malformed("a reserved flag is set");
  if ((flags & 0x01) !== 0) throw malformed("it needs a dictionary");
  if ((flags & 0x20) === 0) throw malformed("its blocks depend on each other, which Kafka does not allow");
  const blockSizeId = (sizes >>> 4) & 0x07;
  if ((sizes & 0x8f) !== 0 || blockSizeId < 4) throw malformed("its block size is not one of the format's");
  const checksumAt = (flags & 0x08) !== 0 ? 14 : 6;
  if (source.length <= checksumAt) throw malformed("its header is cut");
  if (((xxhash32(source, 4, checksumAt) >>> 8) & 0xff) !== source[checksumAt]) throw malformed("its header's checksum is wrong");
  return {
    blocksAt: checksumAt + 1,
    blockBytesMax: 1 << (8 + 2 * blockSizeId),
    hasBlockChecksums: (flags & 0x10) !== 0,
    hasContentChecksum: (flags & 0x04) !== 0,
  };
}

/** Decompresses one frame. Bytes behind the end mark are not read, as in Java. */
function decompressFrame(source: Buffer, bytesMax: number, blocks: Lz4Blocks): Buffer {
  const header = readHeader(source);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  let at = header.blocksAt;
  for (;;) {
    if (source.length - at < 4) throw malformed("its end mark is missing");
    const size = source.readUInt32LE(at);
    at += 4;
    if (size === 0) break;
    const end = at + (size & ~storedBit);
    if (end + (header.hasBlockChecksums ? 4 : 0) > source.length) throw malformed("a block is cut");
    if (end - at > header.blockBytesMax) throw malformed("a block is longer than the frame allows");
    const part = size >= storedBit ? source.subarray(at, end) : decompressBlock(source, at, end, header, blocks);
    bytes += part.length;
    if (bytes > bytesMax) throw new DecompressedTooLargeError("lz4", bytesMax);
    parts.push(part);
    if (header.hasBlockChecksums && source.readUInt32LE(end) !== xxhash32(source, at, end))
      throw malformed("a block's checksum is wrong");
    at = header.hasBlockChecksums ? end + 4 : end;
  }
  const content = parts.length === 1 ? asBuffer(parts[0]!) : Buffer.concat(parts, bytes);
  if (header.hasContentChecksum) checkContent(source, at, content);
  return content;
}

function decompressBlock(source: Buffer, start: number, end: number, header: FrameHeader, blocks: Lz4Blocks): Uint8Array {
  const part = blocks.decompress(source, start, end, header.blockBytesMax);
  if (part === null) throw malformed("a block is damaged");
  return part;
}

function checkContent(source: Buffer, at: number, content: Buffer): void {
  if (source.length - at < 4) throw malformed("its content checksum is cut");
  if (source.readUInt32LE(at) !== xxhash32(content, 0, content.length)) throw malformed("its content checksum is wrong");
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function malformed(reason: string): MalformedCompressionError {
  return new MalformedCompressionError("lz4", reason);
}
