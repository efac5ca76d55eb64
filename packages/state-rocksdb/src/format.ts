import { readInt64, writeInt64, type Checkpoint } from "@millrace/core";

/**
 * The layout on disk, the same in both engines. Two ordered maps of bytes:
 *
 * - data: `store id u16 ‖ partition u32 ‖ key` → value, all of a store partition next to each other;
 * - meta: what follows below.
 *
 * Numbers are big-endian, so that their order is that of the bytes. Store ids start at 1 and are never given again.
 */
export const formatVersion = 1;

/** The bytes in front of a store's own keys. */
export const prefixBytes = 6;
export const storesMax = 0xffff;

const tag = { format: 0x00, store: 0x01, checkpoint: 0x02, redo: 0x03 } as const;

/** meta: → `version u32` */
export const formatKey: Buffer = Buffer.of(tag.format);
/** meta: → a batch that was begun, see `redo.ts` */
export const redoKey: Buffer = Buffer.of(tag.redo);
/** meta: all store names lie in `[first, last)`, each as `tag ‖ store id u16` → its name in UTF-8 */
export const storeKeys: { readonly first: Buffer; readonly last: Buffer } = {
  first: Buffer.of(tag.store),
  last: Buffer.of(tag.store + 1),
};

export function encodeVersion(version: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(version);
  return bytes;
}

/** Null: no version was ever written so. */
export function decodeVersion(bytes: Buffer): number | null {
  const version = bytes.length === 4 ? bytes.readUInt32BE(0) : 0;
  return version === 0 ? null : version;
}

export function storeKey(id: number): Buffer {
  return Buffer.of(tag.store, id >> 8, id & 0xff);
}

/** 0, which is no store's id, if the key is none of `storeKey`. */
export function storeIdOf(key: Buffer): number {
  return key.length === 3 ? key.readUInt16BE(1) : 0;
}

/** Prefix of all keys of a store partition. */
export function spacePrefix(storeId: number, partition: number): Buffer {
  const bytes = Buffer.alloc(prefixBytes);
  bytes.writeUInt16BE(storeId);
  bytes.writeUInt32BE(partition, 2);
  return bytes;
}

/** The first key behind all that start with the prefix; one byte longer than any, where the prefix is the last of all. */
export function afterPrefix(prefix: Buffer): Buffer {
  const bytes = Buffer.from(prefix);
  for (let i = bytes.length - 1; i >= 0; i -= 1) {
    if (bytes[i] !== 0xff) {
      bytes[i] = bytes[i]! + 1;
      return bytes.subarray(0, i + 1);
    }
  }
  return Buffer.alloc(prefix.length + 1, 0xff);
}

export function withPrefix(prefix: Buffer, key: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(prefix.length + key.length);
  bytes.set(prefix, 0);
  bytes.set(key, prefix.length);
  return bytes;
}

const checkpointBytesMin = 24;

/** meta: → `offset i64 ‖ stream time f64 ‖ written f64 ‖ origin in Latin-1` */
export function checkpointKey(prefix: Buffer): Buffer {
  return withPrefix(Buffer.of(tag.checkpoint), prefix);
}

export function encodeCheckpoint({ origin, offset, streamTimeMs, writtenMs }: Checkpoint): Buffer {
  const bytes = Buffer.alloc(checkpointBytesMin + origin.length);
  writeInt64(bytes, 0, offset);
  bytes.writeDoubleBE(streamTimeMs, 8);
  bytes.writeDoubleBE(writtenMs, 16);
  bytes.write(origin, checkpointBytesMin, "latin1");
  return bytes;
}

/** Null: no checkpoint was ever written so. */
export function decodeCheckpoint(bytes: Buffer): Checkpoint | null {
  if (bytes.length < checkpointBytesMin) return null;
  const offset = readInt64(bytes, 0);
  if (!Number.isSafeInteger(offset)) return null;
  const origin = bytes.toString("latin1", checkpointBytesMin);
  return { origin, offset, streamTimeMs: bytes.readDoubleBE(8), writtenMs: bytes.readDoubleBE(16) };
}
