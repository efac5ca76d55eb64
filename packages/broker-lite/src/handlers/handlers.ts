import { apiVersionsHandler } from "./api-versions.ts";
import { createTopicsHandler } from "./create-topics.ts";
import { deleteRecordsHandler } from "./delete-records.ts";
import { deleteTopicsHandler } from "./delete-topics.ts";
import { describeConfigsHandler } from "./describe-configs.ts";
import { fetchHandler } from "./fetch.ts";
import { findCoordinatorHandler } from "./find-coordinator.ts";
import { deleteGroupsHandler } from "./delete-groups.ts";
import { describeClusterHandler } from "./describe-cluster.ts";
import { describeGroupsHandler } from "./describe-groups.ts";
import { listGroupsHandler } from "./list-groups.ts";
import type { AnyHandler, Services } from "./handler.ts";
import { heartbeatHandler } from "./heartbeat.ts";
import { initProducerIdHandler } from "./init-producer-id.ts";
import { joinGroupHandler } from "./join-group.ts";
import { leaveGroupHandler } from "./leave-group.ts";
import { listOffsetsHandler } from "./list-offsets.ts";
import { metadataHandler } from "./metadata.ts";
import { offsetCommitHandler } from "./offset-commit.ts";
import { offsetFetchHandler } from "./offset-fetch.ts";
import { produceHandler } from "./produce.ts";
import { syncGroupHandler } from "./sync-group.ts";

/** All APIs that are served, by their keys. */
export function handlersOf(services: Services): ReadonlyMap<number, AnyHandler> {
  const handlers = new Map<number, AnyHandler>();
  const all: readonly AnyHandler[] = [
    apiVersionsHandler(services, () => handlers.values()),
    produceHandler(services),
    fetchHandler(services),
    listOffsetsHandler(services),
    metadataHandler(services),
    offsetCommitHandler(services),
    offsetFetchHandler(services),
    findCoordinatorHandler(services),
    joinGroupHandler(services),
    heartbeatHandler(services),
    leaveGroupHandler(services),
    syncGroupHandler(services),
    listGroupsHandler(services),
    describeGroupsHandler(services),
    describeClusterHandler(services),
    deleteGroupsHandler(services),
    createTopicsHandler(services),
    deleteTopicsHandler(services),
    deleteRecordsHandler(services),
    initProducerIdHandler(services),
    describeConfigsHandler(services),
  ];
  for (const handler of all) handlers.set(handler.api.key, handler);
  return handlers;
}
