import { gunzipSync, gzipSync } from "node:zlib";
import type { Codec } from "./codec.ts";
import { zlibFailure } from "./zlib-failure.ts";

/** Gzip (RFC 1952), several members allowed. Levels 1 to 9, default 6. */
export const gzip: Codec = {
  id: 1,
  name: "gzip",
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
