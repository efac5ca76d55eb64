/**
 * Metadata that a task commits beside an offset, so that another instance (also one of Java's) continues with the same times:
 *
 *     base64( magic int8 = 2 ‖ partition time int64 ‖ [ count int32 ‖ { length int32 ‖ name UTF-8 ‖ value int64 } … ] )
 *
 * Without processor values the part in brackets is absent. Magic 1 has the time alone. A time of -1 is unknown.
 *
 * @see Java's `TopicPartitionMetadata` and `ProcessorMetadata`
 */
export interface OffsetMetadata {
  /** The largest timestamp taken from the partition, -1 if none. */
  readonly partitionTimeMs: number;
  /** Times that operators keep across restarts, by a name of theirs. */
  readonly processorTimesMs: ReadonlyMap<string, number>;
}

const magic = 2;
const unknown: OffsetMetadata = Object.freeze({ partitionTimeMs: -1, processorTimesMs: new Map<string, number>() });

/** Writes the text that is committed beside an offset, as Java writes it. */
export function encodeOffsetMetadata(metadata: OffsetMetadata): string {
  const entries = [...metadata.processorTimesMs].map(([name, timeMs]) => ({ name: Buffer.from(name, "utf8"), timeMs }));
  const entryBytes = entries.reduce((bytes, entry) => bytes + 4 + entry.name.length + 8, 0);
  const buffer = Buffer.alloc(9 + (entries.length === 0 ? 0 : 4 + entryBytes));
  buffer.writeInt8(magic, 0);
  buffer.writeBigInt64BE(BigInt(metadata.partitionTimeMs), 1);
  if (entries.length === 0) return buffer.toString("base64");
  let at = buffer.writeInt32BE(entries.length, 9);
  for (const { name, timeMs } of entries) {
    at = buffer.writeInt32BE(name.length, at);
    at += name.copy(buffer, at);
    at = buffer.writeBigInt64BE(BigInt(timeMs), at);
  }
  return buffer.toString("base64");
}

/**
 * Decodes committed metadata. Text that cannot be decoded counts as unknown, as in Java: the task then begins without a time
 * instead of failing.
 */
export function decodeOffsetMetadata(text: string | null): OffsetMetadata {
  const buffer = Buffer.from(text ?? "", "base64");
  const version = buffer.length < 9 ? 0 : buffer.readInt8(0);
  if (version !== 1 && version !== magic) return unknown;
  const partitionTimeMs = Number(buffer.readBigInt64BE(1));
  if (version === 1 || buffer.length === 9) return { partitionTimeMs, processorTimesMs: new Map() };
  const processorTimesMs = decodeProcessorTimes(buffer);
  return processorTimesMs === null ? unknown : { partitionTimeMs, processorTimesMs };
}

function decodeProcessorTimes(buffer: Buffer): Map<string, number> | null {
  const timesMs = new Map<string, number>();
  if (buffer.length < 13) return null;
  const count = buffer.readInt32BE(9);
  let at = 13;
  for (let i = 0; i < count; i += 1) {
    if (at + 4 > buffer.length) return null;
    const length = buffer.readInt32BE(at);
    const end = at + 4 + length;
    if (length < 0 || end + 8 > buffer.length) return null;
    timesMs.set(buffer.toString("utf8", at + 4, end), Number(buffer.readBigInt64BE(end)));
    at = end + 8;
  }
  return timesMs;
}
