import { gunzipSync, gzipSync } from "node:zlib";
import type { Codec } from "./codec.ts";
import { zlibFailure } from "./zlib-failure.ts";

/** Gzip (RFC 1952), several members allowed. Level -1 is zlib's own default, 6. */
export const gzip: Codec = {
  id: 1,
  name: "gzip",
  levels: { min: 1, max: 9, default: -1 },
  compress(source: Buffer, level?: number): Buffer {
    return level === undefined ? gzipSync(source) : gzipSync(source, { level });
  },
  decompress(source: Buffer, bytesMax: number): Buffer {
    try {
      return gunzipSync(source, { maxOutputLength: bytesMax });
    } catch (error) {
      throw zlibFailure("gzip", error, bytesMax);
    }
  },
};
