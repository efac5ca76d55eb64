// Generated from schema/InitProducerId.api by schema/generate.ts. Change the table, then run it again.
import type { Reader, UnknownTaggedField } from "../../bytes/reader.ts";
import type { Writer } from "../../bytes/writer.ts";
import type { Api } from "../api.ts";

/** InitProducerIdRequest (key 22), versions 0-5. */
export interface InitProducerIdRequest {
  /** Transactional id (`transactional.id`). Null: idempotent only. */
  transactionalId: string | null;
  /** Time after which the coordinator aborts a transaction, in milliseconds. */
  transactionTimeoutMs: number;
  /** Id of the producer. -1: a new one. Version 3 on. */
  producerId: bigint;
  /** Epoch that the producer has; -1: none yet. Version 3 on, default -1. */
  producerEpoch: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link InitProducerIdRequest} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface InitProducerIdRequestInput {
  /** Transactional id (`transactional.id`). Null: idempotent only. */
  readonly transactionalId: string | null;
  /** Time after which the coordinator aborts a transaction, in milliseconds. */
  readonly transactionTimeoutMs: number;
  /** Id of the producer. -1: a new one. Version 3 on. */
  readonly producerId?: bigint | undefined;
  /** Epoch that the producer has; -1: none yet. Version 3 on, default -1. */
  readonly producerEpoch?: number | undefined;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/** InitProducerIdResponse (key 22), versions 0-5. */
export interface InitProducerIdResponse {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  throttleTimeMs: number;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  errorCode: number;
  /** Id of the producer. Default -1. */
  producerId: bigint;
  /** Epoch of the producer id. */
  producerEpoch: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * Form of {@link InitProducerIdResponse} for writing. Fields that have a default, or that some version lacks, may be left
 * out.
 */
export interface InitProducerIdResponseInput {
  /** Time for which the client should send nothing, in milliseconds; 0: no quota is exceeded. Default 0. */
  readonly throttleTimeMs?: number | undefined;
  /** Kafka's error, a number of `ErrorCode`; 0: none. */
  readonly errorCode: number;
  /** Id of the producer. Default -1. */
  readonly producerId?: bigint | undefined;
  /** Epoch of the producer id. */
  readonly producerEpoch: number;
  /** Tagged fields that this package does not know, kept as they came (KIP-482). Undefined: none. */
  readonly unknownTaggedFields?: readonly UnknownTaggedField[] | undefined;
}

/**
 * A producer id for an idempotent or transactional producer (KIP-98).
 * 2: flexible. 3: keep the id, raise the epoch (KIP-360). 4: PRODUCER_FENCED. 5: transactions version 2 (KIP-890).
 */
export const initProducerId: Api<
  InitProducerIdRequest,
  InitProducerIdResponse,
  InitProducerIdRequestInput,
  InitProducerIdResponseInput
> = {
  key: 22,
  name: "InitProducerId",
  minVersion: 0,
  maxVersion: 5,
  flexibleFrom: 2,
  request: { read: readInitProducerIdRequest, write: writeInitProducerIdRequest },
  response: { read: readInitProducerIdResponse, write: writeInitProducerIdResponse },
};

function readInitProducerIdRequest(from: Reader, version: number): InitProducerIdRequest {
  const flexible = version >= 2;
  const transactionalId = from.nullableString(flexible);
  const transactionTimeoutMs = from.int32();
  const producerId = version >= 3 ? from.int64() : -1n;
  const producerEpoch = version >= 3 ? from.int16() : -1;
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { transactionalId, transactionTimeoutMs, producerId, producerEpoch, unknownTaggedFields };
}

function writeInitProducerIdRequest(to: Writer, message: InitProducerIdRequestInput, version: number): void {
  const flexible = version >= 2;
  to.nullableString(message.transactionalId, flexible);
  to.int32(message.transactionTimeoutMs);
  if (version >= 3) to.int64(message.producerId ?? -1n);
  if (version >= 3) to.int16(message.producerEpoch ?? -1);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}

function readInitProducerIdResponse(from: Reader, version: number): InitProducerIdResponse {
  const flexible = version >= 2;
  const throttleTimeMs = from.int32();
  const errorCode = from.int16();
  const producerId = from.int64();
  const producerEpoch = from.int16();
  const unknownTaggedFields = flexible ? from.unknownTaggedFields() : undefined;
  return { throttleTimeMs, errorCode, producerId, producerEpoch, unknownTaggedFields };
}

function writeInitProducerIdResponse(to: Writer, message: InitProducerIdResponseInput, version: number): void {
  const flexible = version >= 2;
  to.int32(message.throttleTimeMs ?? 0);
  to.int16(message.errorCode);
  to.int64(message.producerId ?? -1n);
  to.int16(message.producerEpoch);
  if (flexible) to.unknownTaggedFields(message.unknownTaggedFields);
}
