import { BatchHeader, ErrorCode, produce } from "@millrace/protocol";
import type { ProduceRequest, ProduceResponseInput } from "@millrace/protocol";
import { FrameRefusedError } from "../errors.ts";
import { checkProducedBatch } from "../log/produced-batch.ts";
import type { BatchRefusal } from "../log/produced-batch.ts";
import type { PartitionLog } from "../log/partition-log.ts";
import type { Topic } from "../topic/topics.ts";
import type { Handler, Services } from "./handler.ts";

type TopicResponse = ProduceResponseInput["responses"][number];
type PartitionResponse = TopicResponse["partitionResponses"][number];

/** Where the batch that is handled at the moment is looked at: handling is synchronous. */
const header: BatchHeader = new BatchHeader();

/**
 * Produce: each batch is checked, gets its offsets written into it, and is appended as the bytes it came in. The answer
 * waits only where the topic wants records synced first; with acks 0 there is none, and an error closes the connection.
 */
export function produceHandler(services: Services): Handler<ProduceRequest, ProduceResponseInput> {
  const { topics, log } = services;
  return {
    api: produce,
    handle(request, { version }) {
      const waits: Promise<void>[] = [];
      const responses = request.topicData.map(({ name, topicId, partitionData }): TopicResponse => {
        const topic = version >= 13 ? topics.byId(topicId) : topics.get(name);
        const missing = version >= 13 ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        const partitionResponses = partitionData.map(({ index, records }) => {
          if (request.acks < -1 || request.acks > 1) return failed(index, simple(ErrorCode.INVALID_REQUIRED_ACKS, "acks must be -1, 0 or 1."));
          const partition = topic?.partitions[index];
          if (topic === undefined || partition === undefined) return failed(index, simple(missing, "The topic or partition is not known."));
          return append(services, topic, partition, index, records, version, waits);
        });
        return { name, topicId, partitionResponses };
      });
      const response: ProduceResponseInput = { responses, throttleTimeMs: 0 };
      if (request.acks === 0) {
        waits.forEach((wait) => wait.catch((error: unknown) => log("error", `syncing produced records failed: ${String(error)}`)));
        return refuseUnanswerable(responses);
      }
      return waits.length === 0 ? response : Promise.all(waits).then(() => response);
    },
  };
}

function append(
  { platform, leaderEpoch, log }: Services, topic: Topic, partition: PartitionLog, index: number, records: Buffer | null, version: number,
  waits: Promise<void>[],
): PartitionResponse {
  const nowMs = platform.clock.nowMs();
  const refusal = checkProducedBatch(header, records, topic.config, version, nowMs);
  if (refusal !== null) return failed(index, refusal);
  const { producerId, producerEpoch, baseSequence, lastSequence, lastOffsetDelta } = header;
  let baseOffset: number;
  let appendTimeMs = topic.config.logAppendTime ? nowMs : -1;
  const duplicate = producerId < 0 ? null : partition.producers.duplicateOf(producerId, producerEpoch, baseSequence, lastSequence);
  if (duplicate !== null) {
    baseOffset = duplicate.baseOffset;
    if (topic.config.logAppendTime) appendTimeMs = duplicate.timestampMs;
  } else {
    const sequenceError = producerId < 0 ? ErrorCode.NONE : partition.producers.check(producerId, producerEpoch, baseSequence);
    if (sequenceError !== ErrorCode.NONE) {
      return failed(index, simple(sequenceError, `Producer ${producerId} in epoch ${producerEpoch} cannot go on with sequence ${baseSequence}.`));
    }
    if (partition.failure !== null) return failed(index, simple(ErrorCode.KAFKA_STORAGE_ERROR, "The log failed; a restart of the broker recovers it."));
    if (topic.config.logAppendTime) header.setMaxTimestamp("LogAppendTime", nowMs);
    try {
      baseOffset = partition.append(header, leaderEpoch, nowMs);
    } catch (error) {
      log("error", `appending to ${topic.name}-${index} failed: ${String(error)}`);
      return failed(index, simple(ErrorCode.KAFKA_STORAGE_ERROR, "The log could not be written."));
    }
  }
  const response: PartitionResponse = {
    index, errorCode: ErrorCode.NONE, baseOffset: BigInt(baseOffset), logAppendTimeMs: BigInt(appendTimeMs),
    logStartOffset: BigInt(partition.logStartOffset),
  };
  const written = partition.whenWritten(baseOffset + lastOffsetDelta + 1);
  if (written !== null) waits.push(written.catch(() => void Object.assign(response, failed(index, simple(ErrorCode.KAFKA_STORAGE_ERROR, "The log could not be synced.")))));
  return response;
}

function simple(errorCode: number, message: string): BatchRefusal {
  return { errorCode, message, records: [] };
}

function failed(index: number, { errorCode, message, records }: BatchRefusal): PartitionResponse {
  return {
    index, errorCode, baseOffset: -1n, logAppendTimeMs: -1n, logStartOffset: -1n,
    recordErrors: records.map((batchIndex) => ({ batchIndex, batchIndexErrorMessage: message })),
    errorMessage: message,
  };
}

/** With acks 0 closing the connection is the only way to tell the producer that something went wrong. */
function refuseUnanswerable(responses: readonly TopicResponse[]): null {
  for (const { partitionResponses } of responses) {
    for (const { errorCode, errorMessage } of partitionResponses) {
      if (errorCode !== ErrorCode.NONE) throw new FrameRefusedError(`records sent with acks=0 were refused: ${errorMessage ?? errorCode}`);
    }
  }
  return null;
}
