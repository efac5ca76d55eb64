import { createRequire } from "node:module";
import { compressLz4BlockPortable, decompressLz4BlockPortable, lz4BlockContentBytes } from "./lz4-block-portable.ts";

/** Compresses and decompresses single LZ4 blocks, which hold no length of their own. */
export interface Lz4Blocks {
  /** Returns the block for `source[start, end)`. It may be longer than its content. */
  compress(source: Buffer, start: number, end: number): Uint8Array;
  /** Returns the content, at most `contentBytesMax` bytes; null when the block is damaged or holds more. */
  decompress(source: Buffer, start: number, end: number, contentBytesMax: number): Uint8Array | null;
}

/** Size of the content's length, which the WebAssembly build puts in front of a block. */
const lengthBytes = 4;

export const portableLz4Blocks: Lz4Blocks = { compress: compressLz4BlockPortable, decompress: decompressLz4BlockPortable };

/**
 * The WebAssembly build of lz4_flex, or null where it does not load. It needs the exact length of the content, and returns stale
 * memory for a match of distance 0. A walk through the block beforehand finds the length and refuses such matches.
 */
export const wasmLz4Blocks: Lz4Blocks | null = loadWasm();

export const lz4Blocks: Lz4Blocks = wasmLz4Blocks ?? portableLz4Blocks;

interface LoadedWasm {
  compress(content: Uint8Array): Uint8Array;
  decompress(lengthAndBlock: Uint8Array): Uint8Array;
}

function loadWasm(): Lz4Blocks | null {
  let loaded: LoadedWasm;
  try {
    loaded = createRequire(import.meta.url)("lz4-wasm-nodejs") as LoadedWasm;
  } catch {
    return null;
  }
  let scratch = Buffer.allocUnsafeSlow(lengthBytes + 64 * 1024);
  return {
    compress(source: Buffer, start: number, end: number): Uint8Array {
      return loaded.compress(source.subarray(start, end)).subarray(lengthBytes);
    },
    decompress(source: Buffer, start: number, end: number, contentBytesMax: number): Uint8Array | null {
      const contentBytes = lz4BlockContentBytes(source, start, end);
      if (contentBytes < 0 || contentBytes > contentBytesMax) return null;
      const bytes = lengthBytes + end - start;
      if (bytes > scratch.length) scratch = Buffer.allocUnsafeSlow(bytes);
      scratch.writeUInt32LE(contentBytes, 0);
      source.copy(scratch, lengthBytes, start, end);
      try {
        return loaded.decompress(scratch.subarray(0, bytes));
      } catch {
        return null;
      }
    },
  };
}
