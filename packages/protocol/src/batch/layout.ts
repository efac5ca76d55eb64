/** Byte positions in a record batch of magic 2, from its first byte (KIP-98; DefaultRecordBatch). */
export const baseOffsetAt = 0;
export const lengthAt = 8;
export const leaderEpochAt = 12;
export const magicAt = 16;
export const crcAt = 17;
export const attributesAt = 21;
export const lastOffsetDeltaAt = 23;
export const baseTimestampAt = 27;
export const maxTimestampAt = 35;
export const producerIdAt = 43;
export const producerEpochAt = 51;
export const baseSequenceAt = 53;
export const countAt = 57;
/** Position of the first record; also the size of the header. */
export const recordsAt = 61;
/** Size of base offset and length. The length does not count these bytes. */
export const lengthOverheadBytes = 12;

/** Bits of the attributes: three for the codec, one for each flag. */
export const codecMask = 0x07;
export const logAppendTimeBit = 0x08;
export const transactionalBit = 0x10;
export const controlBit = 0x20;
export const deleteHorizonBit = 0x40;

/** Values that stand for "none" in a batch: no idempotence, no timestamp, an unknown leader epoch. */
export const noProducerId = -1;
export const noSequence = -1;
export const noLeaderEpoch = -1;
export const noTimestamp = -1;

/** Part of the layout that readers of whole batches need. */
export interface BatchLayout {
  /** Position of the length, an int32. */
  readonly lengthAt: number;
  /** Number of bytes in front of those that the length counts. */
  readonly lengthOverheadBytes: number;
  /** Position of the magic, an int8. */
  readonly magicAt: number;
  /** Position of the attributes, an int16. */
  readonly attributesAt: number;
  /** Bits of the attributes that name the codec. */
  readonly codecMask: number;
  /** Bit of the attributes for a batch of a transaction. */
  readonly transactionalBit: number;
  /** Position of the number of records, an int32. */
  readonly countAt: number;
  /** Position of the first record; also the size of the header. */
  readonly recordsAt: number;
}

/** Byte positions and bits of a record batch of magic 2, from its first byte. */
export const batchLayout: BatchLayout = Object.freeze({
  lengthAt,
  lengthOverheadBytes,
  magicAt,
  attributesAt,
  codecMask,
  transactionalBit,
  countAt,
  recordsAt,
});
