import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Codec } from "./codec.ts";
import { DecompressedTooLargeError, MalformedCompressionError } from "./errors.ts";
import { zlibFailure } from "./zlib-failure.ts";

/** Zstandard (KIP-110). Level 0 is the default, 3; levels below 0 trade size for speed. Brokers accept it from Produce version 7 and Fetch version 10 on. */
export const zstd: Codec = {
  id: 4,
  name: "zstd",
  levels: { min: -131_072, max: 22, default: 3 },
  compress(source: Buffer, level?: number): Buffer {
    if (level === undefined) return zstdCompressSync(source);
    return zstdCompressSync(source, { params: { [constants.ZSTD_c_compressionLevel]: level } });
  },
  decompress(source: Buffer, bytesMax: number): Buffer {
    try {
      // Node stops after the first frame. Java reads on, and fails on bytes that are no frame.
      const first = decompressFrame(source, bytesMax);
      if (first.consumedBytes === source.length) return first.content;
      const contents = [first.content];
      let at = first.consumedBytes;
      let bytes = first.content.length;
      while (at < source.length) {
        const { content, consumedBytes } = decompressFrame(source.subarray(at), Math.max(1, bytesMax - bytes));
        at += consumedBytes;
        bytes += content.length;
        if (bytes > bytesMax) throw new DecompressedTooLargeError("zstd", bytesMax);
        contents.push(content);
      }
      return Buffer.concat(contents, bytes);
    } catch (error) {
      throw error instanceof DecompressedTooLargeError ? error : zlibFailure("zstd", error, bytesMax);
    }
  },
};

function decompressFrame(source: Buffer, bytesMax: number): { content: Buffer; consumedBytes: number } {
  // With `info` the result holds the engine too, which the type definitions do not know.
  const { buffer, engine } = zstdDecompressSync(source, { maxOutputLength: bytesMax, info: true }) as unknown as {
    buffer: Buffer;
    engine: { bytesWritten: number };
  };
  if (engine.bytesWritten === 0) throw new MalformedCompressionError("zstd", "nothing in it is a frame");
  return { content: buffer, consumedBytes: engine.bytesWritten };
}
