import type { Codec } from "./codec.ts";
import { DecompressedTooLargeError } from "./errors.ts";

/** No compression: both ways give back the buffer itself. */
export const none: Codec = {
  id: 0,
  name: "none",
  levels: null,
  compress(source: Buffer): Buffer {
    return source;
  },
  decompress(source: Buffer, bytesMax: number): Buffer {
    if (source.length > bytesMax) throw new DecompressedTooLargeError("none", bytesMax);
    return source;
  },
};
