import { ErrorCode } from "@millrace/protocol";
import type { AnyApi, Api } from "@millrace/protocol";
import type { GroupShard } from "../coordinator/group-shard.ts";
import type { PartitionLog } from "../log/partition-log.ts";
import type { Topic } from "../topic/topics.ts";
import type { Answer, Handler, RequestContext, Services, Where } from "./handler.ts";

/** A partition that this node leads. */
export interface Led {
  readonly topic: Topic;
  readonly log: PartitionLog;
  readonly leaderEpoch: number;
}

/** Declaration of a handler's place and its error answer. */
interface Declared<W extends Where, Request, Response> {
  readonly where: W;
  refuse(errorCode: number, request: Request, version: number): Response;
}

/** Declaration of a handler whose requests concern one group each. */
interface DeclaredOfGroup<Request, Response> extends Declared<"coordinator", Request, Response> {
  group(request: Request): string;
  /** Error code of the answer while the group's coordinator loads. Default: `COORDINATOR_LOAD_IN_PROGRESS`. */
  readonly whileLoading?: number;
}

type Serve<Request, Response, Access extends readonly unknown[]> = (
  services: Services,
  request: Request,
  context: RequestContext,
  ...access: Access
) => Answer<Response>;

/** Looks up a partition's log, if this node leads it; else returns the error code for it. */
export type FindLed = typeof leaderOf;
/** Looks up the shard of a group, if this node coordinates it; else returns the error code for it. */
export type FindShard = typeof shardFor;

/**
 * Declares the handler of an API. `serve` gets its logs and groups through the guard only: the shard of the request's group, or
 * a function that looks up each partition or group; the guard answers `NOT_LEADER_OR_FOLLOWER`, `NOT_COORDINATOR` and their kin for the rest.
 */
export function handler<Request, Response>(
  api: Api<Request, unknown, unknown, Response>,
  declared: DeclaredOfGroup<Request, Response>,
  serve: Serve<Request, Response, [shard: GroupShard]>,
): Handler;
export function handler<Request, Response>(
  api: Api<Request, unknown, unknown, Response>,
  declared: Declared<"coordinator", Request, Response>,
  serve: Serve<Request, Response, [shardOf: FindShard]>,
): Handler;
export function handler<Request, Response>(
  api: Api<Request, unknown, unknown, Response>,
  declared: Declared<"leader", Request, Response>,
  serve: Serve<Request, Response, [find: FindLed]>,
): Handler;
export function handler<Request, Response>(
  api: Api<Request, unknown, unknown, Response>,
  declared: Declared<"any" | "controller", Request, Response>,
  serve: Serve<Request, Response, []>,
): Handler;
export function handler(
  api: AnyApi,
  declared: Declared<Where, any, object> | DeclaredOfGroup<any, object>,
  serve: Serve<any, object, any[]>,
): Handler {
  const { where } = declared;
  const refuse = (errorCode: number, request: unknown, version: number): object => declared.refuse(errorCode, request, version);
  if ("group" in declared) return { api, where, refuse, serve: groupGuard(declared, serve) };
  const access = where === "leader" ? [leaderOf] : where === "coordinator" ? [shardFor] : [];
  return { api, where, refuse, serve: (services, request, context) => serve(services, request, context, ...access) };
}

/**
 * Returns a partition, if this node leads it in the epoch that the client knows, or the error code. Kafka's
 * ReplicaManager.getPartitionOrError and Partition.checkCurrentLeaderEpoch: a node that does not lead says so whatever the epoch.
 *
 * @param topic undefined: unknown
 * @param askedEpoch leader epoch that the client knows; -1: it does not check
 * @param missing error code if there is no such topic or partition
 */
export function leaderOf(
  services: Services,
  topic: Topic | undefined,
  partition: number,
  askedEpoch: number,
  missing: number,
): Led | number {
  const log = topic?.partitions[partition];
  if (topic === undefined || log === undefined) return missing;
  const { nodeId, epoch } = services.placement.leader(topic, partition);
  if (nodeId !== services.nodeId) return ErrorCode.NOT_LEADER_OR_FOLLOWER;
  if (askedEpoch >= 0 && askedEpoch !== epoch)
    return askedEpoch < epoch ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH;
  return { topic, log, leaderEpoch: epoch };
}

/** Returns the shard of a group, if this node coordinates it and has loaded it, or the error code. */
export function shardFor(services: Services, groupId: string): GroupShard | number {
  return services.groups.find(groupId);
}

/** Guards a handler whose requests concern one group each. */
function groupGuard(
  declared: {
    group(request: any): string;
    refuse(errorCode: number, request: any, version: number): object;
    readonly whileLoading?: number;
  },
  serve: (services: Services, request: any, context: RequestContext, shard: GroupShard) => Answer<object>,
): (services: Services, request: unknown, context: RequestContext) => Answer<object> {
  const { whileLoading = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS } = declared;
  return (services, request, context) => {
    const groupId = declared.group(request);
    if (groupId === "") return declared.refuse(ErrorCode.INVALID_GROUP_ID, request, context.version);
    const shard = shardFor(services, groupId);
    if (typeof shard !== "number") return serve(services, request, context, shard);
    const errorCode = shard === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? whileLoading : shard;
    return declared.refuse(errorCode, request, context.version);
  };
}
