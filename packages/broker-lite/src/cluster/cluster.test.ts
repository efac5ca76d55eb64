import { Simulation } from "@millrace/platform/sim";
import {
  deleteGroups,
  deleteRecords,
  deleteTopics,
  describeCluster,
  describeGroups,
  ErrorCode,
  fetch,
  findCoordinator,
  heartbeat,
  joinGroup,
  leaveGroup,
  listGroups,
  listOffsets,
  metadata,
  offsetCommit,
  offsetFetch,
  produce,
  syncGroup,
} from "@millrace/protocol";
import type { JoinGroupResponse } from "@millrace/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { batchOf } from "../testing/sim-broker.ts";
import { connectTo, startCluster } from "../testing/sim-cluster.ts";
import type { WireClient } from "../testing/wire-client.ts";
import { Cluster } from "./cluster.ts";

const startMs = Date.UTC(2025, 0, 1);
let simulation: Simulation;
let cluster: Cluster;
/** Connections to the nodes, by their ids. */
let clients: Map<number, WireClient>;

beforeEach(async () => {
  simulation = new Simulation(11);
  cluster = await startCluster(simulation, 3);
  await simulation.settle(cluster.createTopic({ name: "t", partitions: 4 }));
  clients = new Map();
  for (const nodeId of [1, 2, 3]) clients.set(nodeId, await connectTo(simulation, nodeId));
});

function settle<T>(promise: Promise<T>): Promise<T> {
  return simulation.settle(promise);
}

function pass(durationMs: number): Promise<void> {
  return settle(new Promise((resolve) => void simulation.timers.after(durationMs, resolve)));
}

async function write(nodeId: number, partition: number, value: string) {
  const partitionData = [{ index: partition, records: batchOf([value], startMs) }];
  const topicData = [{ name: "t", partitionData }];
  const response = await settle(clients.get(nodeId)!.send(produce, 11, { acks: -1, timeoutMs: 1_000, topicData }));
  return { ...response.responses[0]!.partitionResponses[0]!, nodeEndpoints: response.nodeEndpoints };
}

function read(
  nodeId: number,
  partition: number,
  currentLeaderEpoch: number = -1,
  fetchOffset: bigint = 0n,
  maxWaitMs: number = 0,
) {
  const partitions = [{ partition, currentLeaderEpoch, fetchOffset, partitionMaxBytes: 1_000_000 }];
  return clients
    .get(nodeId)!
    .send(fetch, 12, { maxWaitMs, minBytes: 1, topics: [{ topic: "t", partitions }] })
    .then(({ responses }) => responses[0]!.partitions[0]!);
}

async function latest(nodeId: number, partition: number, currentLeaderEpoch: number = -1) {
  const partitions = [{ partitionIndex: partition, currentLeaderEpoch, timestamp: -1n }];
  const request = { replicaId: -1, isolationLevel: 0, topics: [{ name: "t", partitions }] };
  return (await settle(clients.get(nodeId)!.send(listOffsets, 7, request))).topics[0]!.partitions[0]!;
}

/** Leaders of the topic's partitions with their epochs, as a node tells them. */
async function leaders(nodeId: number) {
  const { topics } = await settle(clients.get(nodeId)!.send(metadata, 12, { topics: [{ name: "t" }] }));
  return topics[0]!.partitions.map(({ leaderId, leaderEpoch, errorCode }) => [leaderId, leaderEpoch, errorCode]);
}

describe("every node", () => {
  test("tells the same nodes and leaders", async () => {
    const expected = [1, 2, 3].map((nodeId) => ({ nodeId, host: `broker-${nodeId}`, port: 9092 }));
    for (const nodeId of [1, 2, 3]) {
      const { brokers, controllerId } = await settle(clients.get(nodeId)!.send(metadata, 12, { topics: null }));
      expect(brokers).toMatchObject(expected);
      expect(controllerId).toBe(1);
      const described = await settle(
        clients.get(nodeId)!.send(describeCluster, 0, { includeClusterAuthorizedOperations: false }),
      );
      expect(described.brokers.map(({ brokerId, host }) => [brokerId, host])).toEqual(
        expected.map((each) => [each.nodeId, each.host]),
      );
      expect((await leaders(nodeId)).map(([leaderId]) => leaderId)).toEqual([1, 2, 3, 1]);
    }
  });

  test("names one coordinator of a group, whichever node is asked", async () => {
    for (const version of [3, 6]) {
      for (const nodeId of [1, 2, 3]) {
        const request = { key: "g", keyType: 0, coordinatorKeys: ["g"] };
        const answer = await settle(clients.get(nodeId)!.send(findCoordinator, version, request));
        const found = version < 4 ? answer : answer.coordinators[0]!;
        expect(found).toMatchObject({ nodeId: cluster.coordinator("group", "g"), errorCode: ErrorCode.NONE, port: 9092 });
      }
    }
    const nodes = new Set(Array.from({ length: 50 }, (_, i) => cluster.coordinator("group", `group-${i}`)));
    expect([...nodes].sort((a, b) => a - b)).toEqual([1, 2, 3]);
  });
});

describe("a leader", () => {
  test("serves its partitions; the other nodes name it", async () => {
    expect(await write(1, 0, "a")).toMatchObject({ errorCode: ErrorCode.NONE, baseOffset: 0n });
    expect(await write(2, 0, "b")).toMatchObject({
      errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
      currentLeader: { leaderId: 1, leaderEpoch: 0 },
      nodeEndpoints: [{ nodeId: 1, host: "broker-1", port: 9092 }],
    });
    expect(await settle(read(3, 0))).toMatchObject({
      errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
      currentLeader: { leaderId: 1, leaderEpoch: 0 },
    });
    expect(await latest(1, 0)).toMatchObject({ errorCode: ErrorCode.NONE, offset: 1n });
    expect(await latest(2, 0)).toMatchObject({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER });
    const request = { timeoutMs: 1_000, topics: [{ name: "t", partitions: [{ partitionIndex: 0, offset: -1n }] }] };
    for (const [nodeId, errorCode] of [
      [3, ErrorCode.NOT_LEADER_OR_FOLLOWER],
      [1, ErrorCode.NONE],
    ] as const) {
      const { topics } = await settle(clients.get(nodeId)!.send(deleteRecords, 2, request));
      expect(topics[0]!.partitions[0]).toMatchObject({ errorCode });
    }
  });

  test("moves with its records, in the next epoch; clients with another epoch are refused", async () => {
    await write(1, 0, "a");
    await settle(cluster.moveLeader("t", 0, 3));
    expect((await leaders(2))[0]).toEqual([3, 1, ErrorCode.NONE]);
    expect((await write(1, 0, "b")).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    expect(await write(3, 0, "b")).toMatchObject({ errorCode: ErrorCode.NONE, baseOffset: 1n });
    const codes = [ErrorCode.FENCED_LEADER_EPOCH, ErrorCode.NONE, ErrorCode.UNKNOWN_LEADER_EPOCH];
    for (const [epoch, errorCode] of codes.entries()) {
      expect((await settle(read(3, 0, epoch))).errorCode).toBe(errorCode);
      expect((await latest(3, 0, epoch)).errorCode).toBe(errorCode);
    }
    expect(await latest(3, 0)).toMatchObject({ offset: 2n, leaderEpoch: 1 });
  });

  test("that loses a partition answers the fetches that wait there", async () => {
    const waiting = read(1, 0, 0, 0n, 60_000);
    await pass(10);
    const beganMs = simulation.elapsedMs;
    await settle(cluster.moveLeader("t", 0, 2));
    expect((await settle(waiting)).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    expect(simulation.elapsedMs - beganMs).toBeLessThan(1_000);
  });

  test("cannot be one that is not there, nor lead what is not there", async () => {
    await expect(cluster.moveLeader("t", 0, 4)).rejects.toMatchObject({ code: "BROKER_UNKNOWN_NODE", nodeId: 4 });
    await expect(cluster.moveLeader("t", 9, 1)).rejects.toMatchObject({ code: "BROKER_UNKNOWN_PARTITION", partition: 9 });
  });
});

/** Joins the group "g" at a node as its only member, and syncs. */
async function joinAt(nodeId: number, memberId: string = ""): Promise<JoinGroupResponse> {
  const client = clients.get(nodeId)!;
  const request = {
    groupId: "g",
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 30_000,
    memberId,
    groupInstanceId: null,
    protocolType: "consumer",
    protocols: [{ name: "range", metadata: Buffer.from("m") }],
  };
  let joined = await settle(client.send(joinGroup, 9, request));
  if (joined.errorCode === ErrorCode.MEMBER_ID_REQUIRED)
    joined = await settle(client.send(joinGroup, 9, { ...request, memberId: joined.memberId }));
  const { memberId: id, generationId } = joined;
  const assignments = [{ memberId: id, assignment: Buffer.from("all") }];
  await settle(
    client.send(syncGroup, 5, {
      groupId: "g",
      generationId,
      memberId: id,
      protocolType: "consumer",
      protocolName: "range",
      assignments,
    }),
  );
  return joined;
}

function commitAt(nodeId: number, memberId: string, generationIdOrMemberEpoch: number, offset: bigint) {
  const partitions = [{ partitionIndex: 0, committedOffset: offset, committedLeaderEpoch: 0, committedMetadata: "note" }];
  const request = { groupId: "g", memberId, generationIdOrMemberEpoch, topics: [{ name: "t", partitions }] };
  return settle(clients.get(nodeId)!.send(offsetCommit, 9, request)).then(({ topics }) => topics[0]!.partitions[0]!.errorCode);
}

function committedAt(nodeId: number) {
  const topics = [{ name: "t", partitionIndexes: [0] }];
  return settle(clients.get(nodeId)!.send(offsetFetch, 8, { groups: [{ groupId: "g", topics }] })).then(
    ({ groups }) => groups[0]!,
  );
}

/** Error codes of all requests that need the coordinator of the group "g". */
async function askAll(nodeId: number, memberId: string, generationId: number) {
  const client = clients.get(nodeId)!;
  const join = {
    groupId: "g",
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 30_000,
    memberId,
    groupInstanceId: null,
    protocolType: "consumer",
  };
  const sync = { groupId: "g", generationId, memberId, protocolType: "consumer", protocolName: "range", assignments: [] };
  return {
    joinGroup: (await settle(client.send(joinGroup, 9, { ...join, protocols: [{ name: "range", metadata: Buffer.from("m") }] })))
      .errorCode,
    syncGroup: (await settle(client.send(syncGroup, 5, sync))).errorCode,
    offsetCommit: await commitAt(nodeId, memberId, generationId, 7n),
    offsetFetch: (await committedAt(nodeId)).errorCode,
    describeGroups: (await settle(client.send(describeGroups, 6, { groups: ["g"] }))).groups[0]!.errorCode,
    deleteGroups: (await settle(client.send(deleteGroups, 2, { groupsNames: ["g"] }))).results[0]!.errorCode,
    leaveGroup: (await settle(client.send(leaveGroup, 5, { groupId: "g", members: [{ memberId: "nobody" }] }))).errorCode,
    heartbeat: (await settle(client.send(heartbeat, 4, { groupId: "g", generationId, memberId }))).errorCode,
  };
}

describe("a coordinator", () => {
  const everything = (errorCode: number) => ({
    joinGroup: errorCode,
    syncGroup: errorCode,
    offsetCommit: errorCode,
    offsetFetch: errorCode,
    describeGroups: errorCode,
    deleteGroups: errorCode,
    leaveGroup: errorCode,
    heartbeat: errorCode,
  });

  test("is the only node that serves its groups", async () => {
    const home = cluster.coordinator("group", "g");
    const away = home === 1 ? 2 : 1;
    const { memberId, generationId } = await joinAt(home);
    expect(await askAll(away, memberId, generationId)).toEqual(everything(ErrorCode.NOT_COORDINATOR));
    const listed = async (nodeId: number) =>
      (await settle(clients.get(nodeId)!.send(listGroups, 4, {}))).groups.map(({ groupId }) => groupId);
    expect([await listed(home), await listed(away)]).toEqual([["g"], []]);
  });

  test("that was moved loads; then members and offsets go on where they were", async () => {
    cluster.moveCoordinator("group", "g", 1);
    const { memberId, generationId } = await joinAt(1);
    expect(await commitAt(1, memberId, generationId, 5n)).toBe(ErrorCode.NONE);
    cluster.moveCoordinator("group", "g", 3, { loadMs: 500 });
    expect(await askAll(1, memberId, generationId)).toEqual(everything(ErrorCode.NOT_COORDINATOR));
    expect(await askAll(3, memberId, generationId)).toEqual({
      ...everything(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS),
      heartbeat: ErrorCode.NONE,
    });
    expect((await settle(clients.get(3)!.send(listGroups, 4, {}))).errorCode).toBe(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    await pass(500);
    const beat = await settle(clients.get(3)!.send(heartbeat, 4, { groupId: "g", generationId, memberId }));
    expect(beat.errorCode).toBe(ErrorCode.NONE);
    expect((await committedAt(3)).topics[0]!.partitions[0]).toMatchObject({ committedOffset: 5n, metadata: "note" });
    expect(await commitAt(3, memberId, generationId, 6n)).toBe(ErrorCode.NONE);
    // A session that is not kept up ends at the new coordinator, and only there.
    await pass(10_001);
    expect(await commitAt(3, memberId, generationId, 7n)).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  test("that gives a group up answers the members that wait there", async () => {
    cluster.moveCoordinator("group", "g", 1);
    await joinAt(1);
    const waiting = clients.get(1)!.send(joinGroup, 3, {
      groupId: "g",
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 30_000,
      memberId: "",
      protocolType: "consumer",
      protocols: [{ name: "range", metadata: Buffer.from("m") }],
    });
    await pass(10);
    cluster.moveCoordinator("group", "g", 2);
    expect((await settle(waiting)).errorCode).toBe(ErrorCode.NOT_COORDINATOR);
  });

  test("forgets offsets of a topic that was deleted, even if another node coordinated then", async () => {
    cluster.moveCoordinator("group", "g", 1);
    expect(await commitAt(1, "", -1, 5n)).toBe(ErrorCode.NONE);
    await settle(clients.get(2)!.send(deleteTopics, 5, { topicNames: ["t"], timeoutMs: 1_000 }));
    for (const nodeId of [1, 3]) {
      cluster.moveCoordinator("group", "g", nodeId);
      expect((await committedAt(nodeId)).topics[0]!.partitions[0]!.committedOffset).toBe(-1n);
    }
  });
});

describe("a node", () => {
  test("that stops hands over what it leads and coordinates; it comes back to its address", async () => {
    await write(2, 1, "a");
    cluster.moveCoordinator("group", "g", 2);
    await settle(cluster.stopNode(2));
    expect(cluster.nodes[1]!.isRunning).toBe(false);
    const [leaderId, leaderEpoch] = (await leaders(1))[1]!;
    expect([1, 3]).toContain(leaderId);
    expect(leaderEpoch).toBe(1);
    expect((await settle(clients.get(1)!.send(metadata, 12, { topics: [] }))).brokers.map(({ nodeId }) => nodeId)).toEqual([
      1, 3,
    ]);
    expect([1, 3]).toContain(cluster.coordinator("group", "g"));
    expect(await write(leaderId!, 1, "b")).toMatchObject({ errorCode: ErrorCode.NONE, baseOffset: 1n });
    await settle(cluster.startNode(2));
    clients.set(2, await connectTo(simulation, 2));
    expect((await write(2, 1, "c")).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    await settle(cluster.moveLeader("t", 1, 2));
    expect(await write(2, 1, "c")).toMatchObject({ errorCode: ErrorCode.NONE, baseOffset: 2n });
  });

  test("that is lost leaves its partitions and groups without anyone, until it starts again", async () => {
    await write(2, 1, "a");
    cluster.moveCoordinator("group", "g", 2);
    expect(await commitAt(2, "", -1, 5n)).toBe(ErrorCode.NONE);
    simulation.host("broker-2").kill();
    cluster.loseNode(2);
    expect((await leaders(1))[1]).toEqual([-1, 0, ErrorCode.LEADER_NOT_AVAILABLE]);
    const request = { keyType: 0, coordinatorKeys: ["g"] };
    const { coordinators } = await settle(clients.get(1)!.send(findCoordinator, 6, request));
    expect(coordinators[0]).toMatchObject({ nodeId: -1, errorCode: ErrorCode.COORDINATOR_NOT_AVAILABLE });
    await settle(cluster.startNode(2, simulation.host("broker-2").restart()));
    clients.set(2, await connectTo(simulation, 2));
    expect((await leaders(1))[1]).toEqual([2, 1, ErrorCode.NONE]);
    expect(await write(2, 1, "b")).toMatchObject({ errorCode: ErrorCode.NONE, baseOffset: 1n });
    // From now on it is on the host that was started anew.
    await settle(cluster.stopNode(2, { handOver: false }));
    await settle(cluster.startNode(2));
    clients.set(2, await connectTo(simulation, 2));
    expect((await committedAt(2)).topics[0]!.partitions[0]!.committedOffset).toBe(5n);
  });
});

test.each([[[]], [[{ nodeId: 2 }, {}]]])("a cluster has nodes, each with another id: %j is refused", async (nodes) => {
  const refused = settle(Cluster.start({ nodes }, simulation.platform("other")));
  await expect(refused).rejects.toMatchObject({ code: "BROKER_INVALID_CONFIG", key: "nodes" });
});

test("leader epochs never fall, a restart on the same data included", async () => {
  const options = { dataDirectory: "data" };
  const world = new Simulation(12);
  let durable = await startCluster(world, 2, options);
  await world.settle(durable.createTopic({ name: "t", partitions: 1 }));
  for (const nodeId of [2, 1, 2]) await world.settle(durable.moveLeader("t", 0, nodeId));
  expect(durable.leader("t", 0)).toEqual({ nodeId: 2, epoch: 3 });
  await world.settle(durable.close());
  durable = await startCluster(world, 2, options);
  expect(durable.leader("t", 0)).toEqual({ nodeId: 1, epoch: 3 });
  await world.settle(durable.close());
});
