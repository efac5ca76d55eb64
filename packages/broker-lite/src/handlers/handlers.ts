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
import type { Handler } from "./handler.ts";
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

const all: readonly Handler[] = [
  apiVersionsHandler(() => all),
  produceHandler,
  fetchHandler,
  listOffsetsHandler,
  metadataHandler,
  offsetCommitHandler,
  offsetFetchHandler,
  findCoordinatorHandler,
  joinGroupHandler,
  heartbeatHandler,
  leaveGroupHandler,
  syncGroupHandler,
  listGroupsHandler,
  describeGroupsHandler,
  describeClusterHandler,
  deleteGroupsHandler,
  createTopicsHandler,
  deleteTopicsHandler,
  deleteRecordsHandler,
  initProducerIdHandler,
  describeConfigsHandler,
];

/** Handlers of all APIs that are served, by their keys. */
export const handlers: ReadonlyMap<number, Handler> = new Map(all.map((each) => [each.api.key, each]));
