/// <reference types="node" preserve="true" />
export { MalformedMessageError, UnwritableValueError } from "./bytes/errors.ts";
export { Reader, type UnknownTaggedField, zeroUuid } from "./bytes/reader.ts";
export { type RecordsInput, Writer } from "./bytes/writer.ts";
export { type ErrorName, type KafkaErrorCode, ErrorCode, errorByCode, errorCodes } from "./errors/error-codes.ts";
export type { AnyApi, Api, Message, VersionedMessage } from "./messages/api.ts";
export { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from "./messages/consumer-protocol.ts";
export { FrameAssembler, type FrameBounds } from "./messages/frame-assembler.ts";
export {
  UnsupportedVersionError,
  apiByKey,
  decodeRequestHeader,
  decodeResponseHeader,
  encodeRequest,
  encodeResponse,
  requestHeaderVersion,
  responseHeaderVersion,
} from "./messages/frame.ts";
export { type TimestampType, BatchHeader, sequenceAfter } from "./batch/batch-header.ts";
export { BatchWriter, type SealOptions } from "./batch/batch-writer.ts";
export { BufferPool } from "./batch/buffer-pool.ts";
export {
  type ControlRecord,
  type ControlRecordType,
  type TransactionMarker,
  encodeTransactionMarker,
  readControlRecord,
} from "./batch/control-record.ts";
export { type BatchContent, type RecordContent, encodeBatch } from "./batch/encode-batch.ts";
export { CorruptBatchError, type CorruptBatchStage, UnsupportedMagicError, UnwritableRecordError } from "./batch/errors.ts";
export { type ExactRecord, exactRecord } from "./batch/exact-record.ts";
export { type FieldWriter, bytesWriter, checkSizeMax, fieldSpareBytes, writeField } from "./batch/field-writer.ts";
export { readInt64, writeInt64 } from "./batch/int64.ts";
export { type BatchLayout, batchLayout } from "./batch/layout.ts";
export { RecordCursor, type RecordCursorOptions } from "./batch/record-cursor.ts";
export type { RecordHeader } from "./batch/record-header.ts";
export type { Codec, CodecLevels, CodecName } from "./compression/codec.ts";
export { codecById, codecs, decompressedBytesMaxDefault } from "./compression/codecs.ts";
export { DecompressedTooLargeError, MalformedCompressionError, UnknownCodecError } from "./compression/errors.ts";
export { crc32c } from "./hash/crc32c.ts";
export { groupPartition, javaHashCode } from "./hash/java-hash-code.ts";
export { murmur2, partitionForKey } from "./hash/murmur2.ts";
export * from "./messages/generated/index.ts";
