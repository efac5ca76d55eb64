import { crc32c } from "@millrace/protocol";
import type { Scene } from "./scene.ts";

const crcAt = 17;
const attributesAt = 21;

/**
 * Changes a batch on the disk of a broker whose data directory is `data`, behind the broker's back. The first partition's first
 * segment; batches lie there as they are on the wire.
 */
function rewriteBatch(scene: Scene, topic: string, index: number, change: (batch: Buffer) => void): void {
  const { files } = scene.cluster.simulation.platform("broker");
  const path = `data/${topic}-0/${"0".repeat(20)}.log`;
  const log = files.readAll(path)!;
  let at = 0;
  for (let i = 0; i < index; i += 1) at += 12 + log.readInt32BE(at + 8);
  // Its length may be what was damaged.
  const length = log.readInt32BE(at + 8);
  const batch = length < 0 ? log.subarray(at) : log.subarray(at, at + 12 + length);
  change(batch);
  const file = files.open(path);
  file.write([batch], at);
  file.close();
}

/** Turns over all bits of one byte; once more, and it is as before. */
export function flip(scene: Scene, topic: string, index: number, byteInBatch: number): void {
  rewriteBatch(scene, topic, index, (batch) => {
    batch.writeUInt8(batch.readUInt8(byteInBatch) ^ 0xff, byteInBatch);
  });
}

/** Makes a batch one of markers, as transactions leave them in a log. */
export function markControl(scene: Scene, topic: string, index: number): void {
  rewriteBatch(scene, topic, index, (batch) => {
    batch.writeInt16BE(batch.readInt16BE(attributesAt) | 0x20, attributesAt);
    batch.writeUInt32BE(crc32c(batch, attributesAt, batch.length), crcAt);
  });
}
