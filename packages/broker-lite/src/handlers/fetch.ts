import { ErrorCode, fetch } from "@millrace/protocol";
import type { FetchRequest, FetchResponseInput } from "@millrace/protocol";
import { LogRemovedError } from "../errors.ts";
import type { LogSlice, PartitionLog } from "../log/partition-log.ts";
import { isUnreadable } from "../log/produced-batch.ts";
import type { Handler, RequestContext, Services } from "./handler.ts";

type TopicResponse = FetchResponseInput["responses"][number];
type PartitionResponse = TopicResponse["partitions"][number];

/** One partition of a fetch request, as far as it does not change while the fetch waits. */
interface Target {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  /** Null if `errorCode` tells why there is none. */
  readonly log: PartitionLog | null;
  readonly errorCode: number;
  readonly offset: number;
  readonly bytesMax: number;
}

/** Records that can be answered at the moment. */
interface Attempt {
  readonly slices: readonly (LogSlice | null)[];
  readonly errorCodes: readonly number[];
  /** Bytes of the slices; but a partition that has more to give counts with all that may be taken of it, as in Kafka. */
  readonly bytesWaited: number;
  readonly failed: boolean;
}

/**
 * Fetch: whole batches as they lie in the log. It waits up to `maxWaitMs` for `minBytes` to be there, but not if a
 * partition has an error to tell. Fetch sessions (KIP-227) are declined by the session id 0.
 */
export function fetchHandler(services: Services): Handler<FetchRequest, FetchResponseInput> {
  return {
    api: fetch,
    handle(request, context) {
      if (request.sessionId !== 0 && request.sessionEpoch > 0) return respond(ErrorCode.FETCH_SESSION_ID_NOT_FOUND, []);
      const targets = resolve(services, request, context.version);
      const bytesMax = Math.min(request.maxBytes, services.config.fetchMaxBytes);
      const attempt = locate(targets, bytesMax, context.version);
      tellDamage(services, targets, attempt);
      if (isReady(attempt, targets, request, bytesMax) || request.maxWaitMs <= 0) return answer(services, targets, attempt);
      return wait(services, targets, bytesMax, request, context);
    },
  };
}

/** Logs whose damage was told of, and the offset at which a consumer met it: it asks there again and again. */
const damaged = new WeakMap<PartitionLog, number>();

function tellDamage({ log: warn }: Services, targets: readonly Target[], { errorCodes }: Attempt): void {
  for (const [i, { log, topic, partition, offset }] of targets.entries()) {
    if (log === null || errorCodes[i] !== ErrorCode.CORRUPT_MESSAGE || damaged.get(log) === offset) continue;
    damaged.set(log, offset);
    warn("error", `${topic}-${partition} cannot be read at offset ${offset}: the disk damaged its batches`);
  }
}

function resolve({ topics, leaderEpoch }: Services, request: FetchRequest, version: number): Target[] {
  return request.topics.flatMap(({ topic: name, topicId, partitions }) => {
    const topic = version >= 13 ? topics.byId(topicId) : topics.get(name);
    return partitions.map((asked): Target => {
      const log = topic?.partitions[asked.partition] ?? null;
      const errorCode = log === null ? missing(version) : checkEpoch(asked.currentLeaderEpoch, leaderEpoch);
      return {
        topic: topic?.name ?? name,
        topicId,
        partition: asked.partition,
        log: errorCode === ErrorCode.NONE ? log : null,
        errorCode,
        offset: Number(asked.fetchOffset),
        bytesMax: asked.partitionMaxBytes,
      };
    });
  });
}

function missing(version: number): number {
  return version >= 13 ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
}

function checkEpoch(asked: number, current: number): number {
  if (asked < 0 || asked === current) return ErrorCode.NONE;
  return asked < current ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH;
}

/** Fills the partitions in request order; the first that has anything gives at least one batch, whatever the limits (KIP-74). */
function locate(targets: readonly Target[], bytesMax: number, version: number): Attempt {
  const slices: (LogSlice | null)[] = [];
  const errorCodes: number[] = [];
  let bytes = 0;
  let bytesWaited = 0;
  let failed = false;
  for (const { log, errorCode, offset, bytesMax: partitionBytesMax } of targets) {
    let error = errorCode;
    let slice: LogSlice | null = null;
    if (log !== null) {
      error = problemOf(log, offset, version);
      const limit = Math.min(partitionBytesMax, bytesMax - bytes);
      try {
        if (error === ErrorCode.NONE) slice = log.locate(offset, limit, bytes === 0);
      } catch (unreadable) {
        if (!isUnreadable(unreadable)) throw unreadable;
        error = ErrorCode.CORRUPT_MESSAGE;
      }
      if (error === ErrorCode.NONE) {
        const isCut = slice === null ? offset < log.highWatermark : slice.isCut;
        bytesWaited += Math.max(slice?.length ?? 0, isCut ? limit : 0);
      }
    }
    failed ||= error !== ErrorCode.NONE;
    bytes += slice?.length ?? 0;
    slices.push(slice);
    errorCodes.push(error);
  }
  return { slices, errorCodes, bytesWaited, failed };
}

function problemOf(log: PartitionLog, offset: number, version: number): number {
  if (log.failure !== null) return log.failure instanceof LogRemovedError ? missing(version) : ErrorCode.KAFKA_STORAGE_ERROR;
  return offset < log.logStartOffset || offset > log.logEndOffset ? ErrorCode.OFFSET_OUT_OF_RANGE : ErrorCode.NONE;
}

function isReady({ bytesWaited, failed }: Attempt, targets: readonly Target[], request: FetchRequest, bytesMax: number): boolean {
  return failed || bytesWaited >= Math.min(request.minBytes, bytesMax) || targets.length === 0;
}

function wait(
  services: Services,
  targets: readonly Target[],
  bytesMax: number,
  request: FetchRequest,
  { version, onGone }: RequestContext,
): Promise<FetchResponseInput> {
  const { timers } = services.platform;
  return new Promise((done) => {
    let looking = false;
    let ended = false;
    const end = (): void => {
      ended = true;
      timer.cancel();
      onGone.delete(end);
      for (const { log } of targets) log?.listeners.delete(changed);
    };
    const look = (isLast: boolean): void => {
      if (ended) return;
      const attempt = locate(targets, bytesMax, version);
      if (!isLast && !isReady(attempt, targets, request, bytesMax)) return;
      end();
      done(answer(services, targets, attempt));
    };
    // However many batches arrive in a turn of the event loop, they are looked at once.
    const changed = (): void => {
      if (looking) return;
      looking = true;
      timers.soon(() => {
        looking = false;
        look(false);
      });
    };
    const timer = timers.after(request.maxWaitMs, () => look(true));
    onGone.add(end);
    for (const { log } of targets) log?.listeners.add(changed);
  });
}

function answer({ log: warn }: Services, targets: readonly Target[], { slices, errorCodes }: Attempt): FetchResponseInput {
  const responses: (TopicResponse & { readonly partitions: PartitionResponse[] })[] = [];
  for (const [i, target] of targets.entries()) {
    const { topic, topicId, partition, log } = target;
    let last = responses.at(-1);
    if (last === undefined || last.topic !== topic || last.topicId !== topicId)
      responses.push((last = { topic, topicId, partitions: [] }));
    let errorCode = errorCodes[i]!;
    let records: Uint8Array[] = [];
    const slice = slices[i]!;
    if (log !== null && slice !== null) {
      try {
        records = log.read(slice);
      } catch (error) {
        errorCode = ErrorCode.KAFKA_STORAGE_ERROR;
        warn("error", `reading ${topic}-${partition} failed: ${String(error)}`);
      }
    }
    last.partitions.push(partitionResponse(partition, errorCode, log, records));
  }
  return respond(ErrorCode.NONE, responses);
}

function partitionResponse(
  partitionIndex: number,
  errorCode: number,
  log: PartitionLog | null,
  records: Uint8Array[],
): PartitionResponse {
  const highWatermark = log === null ? -1n : BigInt(log.highWatermark);
  return {
    partitionIndex,
    errorCode,
    highWatermark,
    lastStableOffset: highWatermark,
    logStartOffset: log === null ? -1n : BigInt(log.logStartOffset),
    abortedTransactions: null,
    records,
  };
}

function respond(errorCode: number, responses: TopicResponse[]): FetchResponseInput {
  return { throttleTimeMs: 0, errorCode, sessionId: 0, responses };
}
