import { BatchHeader, ErrorCode, produce } from "@millrace/protocol";
import type { ProduceResponseInput } from "@millrace/protocol";
import { FrameRefusedError } from "../errors.ts";
import { refusal } from "../log/batch-refusal.ts";
import type { BatchRefusal } from "../log/batch-refusal.ts";
import { isTransactional, validateProduced } from "../log/produced-batch.ts";
import { handler } from "./guard.ts";
import type { Led } from "./guard.ts";
import type { Handler, Services } from "./handler.ts";
import { NewLeaders } from "./new-leaders.ts";

type TopicResponse = ProduceResponseInput["responses"][number];
type PartitionResponse = TopicResponse["partitionResponses"][number];

/** View of the batch that is being handled. One suffices, since handling is synchronous. */
const header: BatchHeader = new BatchHeader();

/**
 * Produce: each batch is validated down to its records, gets its offsets written into it, and is appended; where nothing is
 * wrong with it as the bytes it came in. The answer waits only where the topic wants records synced first; with acks 0 there is
 * none, and an error closes the connection.
 */
export const produceHandler: Handler = handler(
  produce,
  {
    where: "leader",
    refuse: (errorCode, { topicData }) => ({
      responses: topicData.map(({ name, topicId, partitionData }) => ({
        name,
        topicId,
        partitionResponses: partitionData.map(({ index }) => failed(index, refusal(errorCode, "The request was refused."))),
      })),
      throttleTimeMs: 0,
    }),
  },
  (services, request, context, leaderOf) => {
    const { version } = context;
    const { topics } = services;
    const waits: Promise<void>[] = [];
    const unauthorized =
      request.transactionalId === null &&
      request.topicData.some(({ partitionData }) => partitionData.some(({ records }) => isTransactional(records)));
    const newLeaders = new NewLeaders(services, context);
    const responses = request.topicData.map(({ name, topicId, partitionData }): TopicResponse => {
      const topic = version >= 13 ? topics.byId(topicId) : topics.get(name);
      const missing = version >= 13 ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
      const partitionResponses = partitionData.map(({ index, records }): PartitionResponse => {
        if (unauthorized) return failed(index, unnamedTransaction);
        if (request.acks < -1 || request.acks > 1) return failed(index, unacceptable);
        const led = leaderOf(services, topic, index, -1, missing);
        if (typeof led !== "number") return produceTo(services, led, index, records, version, waits);
        if (led === missing) return failed(index, refusal(missing, "The topic or partition is not known."));
        return { ...failed(index, moved), currentLeader: newLeaders.of(topic!, index) };
      });
      return { name, topicId, partitionResponses };
    });
    const response: ProduceResponseInput = { responses, throttleTimeMs: 0, nodeEndpoints: newLeaders.endpoints };
    if (request.acks === 0) return refuseUnanswerable(responses);
    return waits.length === 0 ? response : Promise.all(waits).then(() => response);
  },
);

/** Checks and appends one batch. Promises that the answer must wait for are added to `waits`; they never reject. */
function produceTo(
  services: Services,
  led: Led,
  index: number,
  records: Buffer | null,
  version: number,
  waits: Promise<void>[],
): PartitionResponse {
  const { topic, log } = led;
  const nowMs = services.platform.clock.nowMs();
  const refused = validateProduced(header, records, topic.config, version, nowMs);
  if (refused !== null) return failed(index, refused);
  if (log.failure !== null) return failed(index, unwritable);
  const { producerId, producerEpoch, baseSequence, lastSequence, lastOffsetDelta } = header;
  const duplicate = producerId < 0 ? null : log.producers.duplicateOf(producerId, producerEpoch, baseSequence, lastSequence);
  const appended = duplicate ?? append(services, led, index, nowMs);
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
  { log: logLine }: Services,
  { topic, log, leaderEpoch }: Led,
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
const moved = refusal(ErrorCode.NOT_LEADER_OR_FOLLOWER, "Another node leads the partition.");
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
