import { ErrorCode, fetch } from "@millrace/protocol";
import type { FetchRequest, FetchResponseInput } from "@millrace/protocol";
import { LogRemovedError } from "../errors.ts";
import type { LogSlice, PartitionLog } from "../log/partition-log.ts";
import { isUnreadable } from "../log/produced-batch.ts";
import type { Topic } from "../topic/topics.ts";
import { handler } from "./guard.ts";
import type { FindLed } from "./guard.ts";
import type { Handler, RequestContext, Services } from "./handler.ts";
import { NewLeaders } from "./new-leaders.ts";
import type { NodeEndpoint } from "./new-leaders.ts";

type TopicResponse = FetchResponseInput["responses"][number];
type PartitionResponse = TopicResponse["partitions"][number];

/** One partition of a fetch request. */
interface Target {
  readonly topicName: string;
  readonly topicId: string;
  readonly partition: number;
  /** Undefined: unknown. */
  readonly topic: Topic | undefined;
  /** Leader epoch that the client knows; -1: it does not check. */
  readonly leaderEpoch: number;
  readonly offset: number;
  readonly bytesMax: number;
}

/** Answer that can be given at the moment. */
interface Attempt {
  /** Logs of the partitions that this node leads, null for the others. */
  readonly logs: readonly (PartitionLog | null)[];
  readonly slices: readonly (LogSlice | null)[];
  readonly errorCodes: readonly number[];
  /** Bytes of the slices; but a partition that has more to give counts with all that may be taken of it, as in Kafka. */
  readonly bytesWaited: number;
  readonly failed: boolean;
}

/** A fetch request, as far as it does not change while it waits. */
interface Fetching {
  readonly services: Services;
  readonly context: RequestContext;
  readonly leaderOf: FindLed;
  readonly targets: readonly Target[];
  readonly bytesMax: number;
}

/**
 * Fetch: whole batches as they lie in the log. It waits up to `maxWaitMs` for `minBytes` to be there, but not if a
 * partition has an error to tell, such as that its leader has moved. Fetch sessions (KIP-227) are declined by the session id 0.
 */
export const fetchHandler: Handler = handler(fetch, { where: "leader", refuse }, (services, request, context, leaderOf) => {
  if (request.sessionId !== 0 && request.sessionEpoch > 0) return respond(ErrorCode.FETCH_SESSION_ID_NOT_FOUND, [], []);
  const targets = targetsOf(services, request, context.version);
  const bytesMax = Math.min(request.maxBytes, services.config.fetchMaxBytes);
  const fetching: Fetching = { services, context, leaderOf, targets, bytesMax };
  const attempt = locate(fetching);
  tellDamage(services, targets, attempt);
  if (isReady(attempt, fetching, request) || request.maxWaitMs <= 0) return answer(fetching, attempt);
  return wait(fetching, request);
});

/** Versions below 7 have no error but the partitions'. */
function refuse(errorCode: number, { topics }: FetchRequest, version: number): FetchResponseInput {
  if (version >= 7) return respond(errorCode, [], []);
  const responses = topics.map(({ topic, topicId, partitions }) => ({
    topic,
    topicId,
    partitions: partitions.map(({ partition }) => partitionResponse(partition, errorCode, null, [])),
  }));
  return respond(errorCode, responses, []);
}

/** Logs whose damage was told of, and the offset at which a consumer met it: it asks there again and again. */
const damaged = new WeakMap<PartitionLog, number>();

function tellDamage({ log: warn }: Services, targets: readonly Target[], { logs, errorCodes }: Attempt): void {
  for (const [i, { topicName, partition, offset }] of targets.entries()) {
    const log = logs[i]!;
    if (log === null || errorCodes[i] !== ErrorCode.CORRUPT_MESSAGE || damaged.get(log) === offset) continue;
    damaged.set(log, offset);
    warn("error", `${topicName}-${partition} cannot be read at offset ${offset}: the disk damaged its batches`);
  }
}

function targetsOf({ topics }: Services, request: FetchRequest, version: number): Target[] {
  return request.topics.flatMap(({ topic: name, topicId, partitions }) => {
    const topic = version >= 13 ? topics.byId(topicId) : topics.get(name);
    return partitions.map((asked): Target => ({
      topicName: topic?.name ?? name,
      topicId,
      partition: asked.partition,
      topic,
      leaderEpoch: asked.currentLeaderEpoch,
      offset: Number(asked.fetchOffset),
      bytesMax: asked.partitionMaxBytes,
    }));
  });
}

function missing(version: number): number {
  return version >= 13 ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
}

/** Fills the partitions in request order; the first that has anything gives at least one batch, whatever the limits (KIP-74). */
function locate({ services, context: { version }, leaderOf, targets, bytesMax }: Fetching): Attempt {
  const logs: (PartitionLog | null)[] = [];
  const slices: (LogSlice | null)[] = [];
  const errorCodes: number[] = [];
  let bytes = 0;
  let bytesWaited = 0;
  let failed = false;
  for (const { topic, partition, leaderEpoch, offset, bytesMax: partitionBytesMax } of targets) {
    const led = leaderOf(services, topic, partition, leaderEpoch, missing(version));
    let error: number = typeof led === "number" ? led : ErrorCode.NONE;
    let slice: LogSlice | null = null;
    const log = typeof led === "number" ? null : led.log;
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
    logs.push(log);
    slices.push(slice);
    errorCodes.push(error);
  }
  return { logs, slices, errorCodes, bytesWaited, failed };
}

function problemOf(log: PartitionLog, offset: number, version: number): number {
  if (log.failure !== null) return log.failure instanceof LogRemovedError ? missing(version) : ErrorCode.KAFKA_STORAGE_ERROR;
  return offset < log.logStartOffset || offset > log.logEndOffset ? ErrorCode.OFFSET_OUT_OF_RANGE : ErrorCode.NONE;
}

function isReady({ bytesWaited, failed }: Attempt, { targets, bytesMax }: Fetching, request: FetchRequest): boolean {
  return failed || bytesWaited >= Math.min(request.minBytes, bytesMax) || targets.length === 0;
}

function wait(fetching: Fetching, request: FetchRequest): Promise<FetchResponseInput> {
  const { services, targets } = fetching;
  const { onGone } = fetching.context;
  const { timers } = services.platform;
  return new Promise((done) => {
    let looking = false;
    let ended = false;
    const end = (): void => {
      ended = true;
      timer.cancel();
      onGone.delete(end);
      for (const { topic, partition } of targets) topic?.partitions[partition]?.listeners.delete(changed);
    };
    const look = (isLast: boolean): void => {
      if (ended) return;
      const attempt = locate(fetching);
      if (!isLast && !isReady(attempt, fetching, request)) return;
      end();
      done(answer(fetching, attempt));
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
    for (const { topic, partition } of targets) topic?.partitions[partition]?.listeners.add(changed);
  });
}

function answer({ services, context, targets }: Fetching, { logs, slices, errorCodes }: Attempt): FetchResponseInput {
  const responses: (TopicResponse & { readonly partitions: PartitionResponse[] })[] = [];
  const newLeaders = new NewLeaders(services, context);
  for (const [i, { topic, topicName, topicId, partition }] of targets.entries()) {
    let last = responses.at(-1);
    if (last === undefined || last.topic !== topicName || last.topicId !== topicId)
      responses.push((last = { topic: topicName, topicId, partitions: [] }));
    const log = logs[i]!;
    const slice = slices[i]!;
    let errorCode = errorCodes[i]!;
    let records: Uint8Array[] = [];
    if (log !== null && slice !== null) {
      try {
        records = log.read(slice);
      } catch (error) {
        errorCode = ErrorCode.KAFKA_STORAGE_ERROR;
        services.log("error", `reading ${topicName}-${partition} failed: ${String(error)}`);
      }
    }
    const response = partitionResponse(partition, errorCode, log, records);
    const isMoved = errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER || errorCode === ErrorCode.FENCED_LEADER_EPOCH;
    last.partitions.push(isMoved ? { ...response, currentLeader: newLeaders.of(topic!, partition) } : response);
  }
  return respond(ErrorCode.NONE, responses, newLeaders.endpoints);
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

function respond(errorCode: number, responses: TopicResponse[], nodeEndpoints: NodeEndpoint[]): FetchResponseInput {
  return { throttleTimeMs: 0, errorCode, sessionId: 0, responses, nodeEndpoints };
}
