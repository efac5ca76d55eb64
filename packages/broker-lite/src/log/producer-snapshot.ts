import { crc32c } from "@millrace/protocol";
import { ProducerStates } from "./producer-states.ts";

const version = 1;
const headerBytes = 10;
const entryBytes = 46;
const crcAt = 2;
/** Positions in the file. The checksum covers the bytes from `countAt` on. */
const countAt = 6;
const sequenceMax = 2 ** 31 - 1;

/**
 * The bytes of a `.snapshot` file, in Kafka's format (`ProducerSnapshot.json`): `int16` version, `uint32` CRC-32C of the
 * rest, `int32` count, then the entries. Kafka writes the last batch of each producer; here each batch that is remembered
 * is an entry, the oldest first, so that a reader who keeps one per producer keeps the last, as Kafka does.
 */
export function encodeSnapshot(producers: ProducerStates): Buffer {
  const batches = [...producers.batches()];
  const bytes = Buffer.alloc(headerBytes + batches.length * entryBytes);
  bytes.writeInt16BE(version, 0);
  bytes.writeInt32BE(batches.length, countAt);
  let at = headerBytes;
  for (const { producerId, epoch, batch } of batches) {
    const { firstSequence, lastSequence, baseOffset, timestampMs } = batch;
    const offsetDelta = (lastSequence - firstSequence + sequenceMax + 1) % (sequenceMax + 1);
    bytes.writeBigInt64BE(BigInt(producerId), at);
    bytes.writeInt16BE(epoch, at + 8);
    bytes.writeInt32BE(lastSequence, at + 10);
    bytes.writeBigInt64BE(BigInt(baseOffset + offsetDelta), at + 14);
    bytes.writeInt32BE(offsetDelta, at + 22);
    bytes.writeBigInt64BE(BigInt(timestampMs), at + 26);
    // No transaction coordinator wrote to the producer's partition, and no transaction of it is open.
    bytes.writeInt32BE(-1, at + 34);
    bytes.writeBigInt64BE(-1n, at + 38);
    at += entryBytes;
  }
  bytes.writeUInt32BE(crc32c(bytes, countAt, bytes.length), crcAt);
  return bytes;
}

/** Decodes a snapshot; null if it is torn, or of an unknown version. */
export function decodeSnapshot(bytes: Buffer, nowMs: number): ProducerStates | null {
  if (bytes.length < headerBytes || bytes.readInt16BE(0) !== version) return null;
  if (crc32c(bytes, countAt, bytes.length) !== bytes.readUInt32BE(crcAt)) return null;
  const count = bytes.readInt32BE(countAt);
  if (bytes.length !== headerBytes + count * entryBytes) return null;
  const producers = new ProducerStates();
  for (let at = headerBytes; at < bytes.length; at += entryBytes) {
    const lastSequence = bytes.readInt32BE(at + 10);
    const offsetDelta = bytes.readInt32BE(at + 22);
    const batch = {
      firstSequence: (lastSequence - offsetDelta + sequenceMax + 1) % (sequenceMax + 1),
      lastSequence,
      baseOffset: Number(bytes.readBigInt64BE(at + 14)) - offsetDelta,
      timestampMs: Number(bytes.readBigInt64BE(at + 26)),
    };
    producers.update(Number(bytes.readBigInt64BE(at)), bytes.readInt16BE(at + 8), batch, nowMs);
  }
  return producers;
}
