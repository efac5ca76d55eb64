import { BatchHeader, ErrorCode, produce } from "@millrace/protocol";
import type { ProduceRequest, ProduceResponseInput } from "@millrace/protocol";
import { FrameRefusedError } from "../errors.ts";
import { refusal } from "../log/batch-refusal.ts";
import type { BatchRefusal } from "../log/batch-refusal.ts";
import { isTransactional, validateProduced } from "../log/produced-batch.ts";
import type { PartitionLog } from "../log/partition-log.ts";
import type { Topic } from "../topic/topics.ts";
import type { Handler, Services } from "./handler.ts";

type TopicResponse = ProduceResponseInput["responses"][number];
type PartitionResponse = TopicResponse["partitionResponses"][number];

/** View of the batch that is being handled. One suffices, since handling is synchronous. */
const header: BatchHeader = new BatchHeader();

/**
 * Produce: each batch is validated down to its records, gets its offsets written into it, and is appended; where nothing is
 * wrong with it as the bytes it came in. The answer waits only where the topic wants records synced first; with acks 0 there is
 * none, and an error closes the connection.
 */
export function produceHandler(services: Services): Handler<ProduceRequest, ProduceResponseInput> {
  const { topics } = services;
  return {
    api: produce,
    handle(request, { version }) {
      const waits: Promise<void>[] = [];
      const unauthorized =
        request.transactionalId === null &&
        request.topicData.some(({ partitionData }) => partitionData.some(({ records }) => isTransactional(records)));
      const responses = request.topicData.map(({ name, topicId, partitionData }): TopicResponse => {
        const topic = version >= 13 ? topics.byId(topicId) : topics.get(name);
        const missing = version >= 13 ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        const partitionResponses = partitionData.map(({ index, records }) => {
          if (unauthorized) return failed(index, unnamedTransaction);
          if (request.acks < -1 || request.acks > 1) return failed(index, unacceptable);
          const log = topic?.partitions[index];
          if (topic === undefined || log === undefined)
            return failed(index, refusal(missing, "The topic or partition is not known."));
          return produceTo(services, topic, log, index, records, version, waits);
        });
        return { name, topicId, partitionResponses };
      });
      const response: ProduceResponseInput = { responses, throttleTimeMs: 0 };
      if (request.acks === 0) return refuseUnanswerable(responses);
      return waits.length === 0 ? response : Promise.all(waits).then(() => response);
    },
  };
}

/** Checks and appends one batch. Promises that the answer must wait for are added to `waits`; they never reject. */
function produceTo(
  services: Services,
  topic: Topic,
  log: PartitionLog,
  index: number,
  records: Buffer | null,
  version: number,
  waits: Promise<void>[],
): PartitionResponse {
  const nowMs = services.platform.clock.nowMs();
  const refused = validateProduced(header, records, topic.config, version, nowMs);
  if (refused !== null) return failed(index, refused);
  if (log.failure !== null) return failed(index, unwritable);
  const { producerId, producerEpoch, baseSequence, lastSequence, lastOffsetDelta } = header;
  const duplicate = producerId < 0 ? null : log.producers.duplicateOf(producerId, producerEpoch, baseSequence, lastSequence);
  const appended = duplicate ?? append(services, topic, log, index, nowMs);
  if ("errorCode" in appended) return failed(index, appended);
  const response: PartitionResponse = {
    index,
    errorCode: ErrorCode.NONE,
    baseOffset: BigInt(appended.baseOffset),
    // That of a batch that was there already is told whatever its type.
    logAppendTimeMs: topic.config.logAppendTime || duplicate !== null ? BigInt(appended.timestampMs) : -1n,
    logStartOffset: BigInt(log.logStartOffset),
  };
  const written = log.whenWritten(appended.baseOffset + lastOffsetDelta + 1);
  if (written !== null) waits.push(written.catch(() => void Object.assign(response, failed(index, unsynced))));
  return response;
}

/** Appends the batch that `header` stands at, if its producer may go on with it. */
function append(
  { leaderEpoch, log: logLine }: Services,
  topic: Topic,
  log: PartitionLog,
  index: number,
  nowMs: number,
): { readonly baseOffset: number; readonly timestampMs: number } | BatchRefusal {
  const { producerId, producerEpoch, baseSequence } = header;
  const sequenceError = producerId < 0 ? ErrorCode.NONE : log.producers.check(producerId, producerEpoch, baseSequence);
  if (sequenceError !== ErrorCode.NONE) {
    return refusal(sequenceError, `Producer ${producerId} in epoch ${producerEpoch} cannot go on with sequence ${baseSequence}.`);
  }
  try {
    return { baseOffset: log.append(header, leaderEpoch, nowMs), timestampMs: nowMs };
  } catch (error) {
    logLine("error", `appending to ${topic.name}-${index} failed: ${String(error)}`);
    return unwritable;
  }
}

const unnamedTransaction = refusal(
  ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
  "A batch belongs to a transaction, but the request names none.",
);
const unacceptable = refusal(ErrorCode.INVALID_REQUIRED_ACKS, "acks must be -1, 0 or 1.");
const unwritable = refusal(ErrorCode.KAFKA_STORAGE_ERROR, "The log cannot be written; a restart of the broker recovers it.");
const unsynced = refusal(ErrorCode.KAFKA_STORAGE_ERROR, "The log could not be synced.");

function failed(index: number, { errorCode, message, faults }: BatchRefusal): PartitionResponse {
  return {
    index,
    errorCode,
    baseOffset: -1n,
    logAppendTimeMs: -1n,
    logStartOffset: -1n,
    recordErrors: faults.map((fault) => ({ batchIndex: fault.position, batchIndexErrorMessage: fault.message })),
    errorMessage: message,
  };
}

/** With acks 0 closing the connection is the only way to tell the producer that something went wrong. */
function refuseUnanswerable(responses: readonly TopicResponse[]): null {
  for (const { partitionResponses } of responses) {
    for (const { errorCode, errorMessage } of partitionResponses) {
      if (errorCode !== ErrorCode.NONE)
        throw new FrameRefusedError(`records sent with acks=0 were refused: ${errorMessage ?? errorCode}`);
    }
  }
  return null;
}
