import {
  type Api,
  ErrorCode,
  findCoordinator,
  heartbeat,
  joinGroup,
  leaveGroup,
  offsetCommit,
  offsetFetch,
  syncGroup,
} from "@millrace/protocol";
import { describe, expect, test } from "vitest";

import type { Client } from "../client.ts";
import { ClosedError, InvalidConfigError } from "../errors.ts";
import { type Received, TestCluster, type TestNode } from "../testing/test-cluster.ts";
import type { GroupMember } from "./group-member.ts";
import type { GroupMemberOptions } from "./group-options.ts";
import { type GroupState, nextGroupStates } from "./group-state.ts";

/** Errors that the coordinator answers instead of serving a request, one after the other; `NONE` serves one. */
interface Coordinator {
  readonly join: number[];
  readonly sync: number[];
  readonly heartbeat: number[];
  readonly commit: number[];
  readonly fetch: number[];
  readonly find: number[];
  /** Makes a node the coordinator, which loads for so long; default 0. */
  moveTo(nodeId: number, loadMs?: number): void;
}

interface World {
  readonly cluster: TestCluster;
  readonly client: Client;
  readonly coordinator: Coordinator;
  readonly member: GroupMember;
  /** Names of the callbacks, with what they were called with. */
  readonly events: string[];
  pause(delayMs: number): Promise<void>;
  until(condition: () => boolean): Promise<void>;
}

const intervalMs = 100;

async function scenario(options: Partial<GroupMemberOptions>, run: (world: World) => Promise<void>): Promise<void> {
  // Sessions are short here, and offsets are read back.
  const cluster = await TestCluster.start(9, 2, { config: { groupMinSessionTimeoutMs: 1 } });
  cluster.createTopic("t", 2);
  const coordinator: Coordinator = {
    join: [],
    sync: [],
    heartbeat: [],
    commit: [],
    fetch: [],
    find: [],
    moveTo: (nodeId, loadMs = 0) => cluster.cluster.moveCoordinator("group", "g", nodeId, { loadMs }),
  };
  coordinator.moveTo(1);
  for (const broker of cluster.brokers) refuseFirst(broker, coordinator);
  const client = cluster.client({ retryBackoffMs: 10, retryBackoffMaxMs: 20, apiTimeoutMs: 2_000 });
  const events: string[] = [];
  const member = client.group({
    groupId: "g",
    heartbeatIntervalMs: intervalMs,
    sessionTimeoutMs: 1_000,
    protocols: () => [{ name: "p", metadata: Buffer.from("me") }],
    assign: (protocol, members) =>
      new Map(members.map(({ memberId, metadata }) => [memberId, Buffer.from(`${protocol}:${metadata.toString()}`)])),
    onAssigned: (assignment, generation) => void events.push(`assigned ${assignment.toString()} in ${generation}`),
    onRebalance: async () => void events.push("rebalance"),
    onLost: (error) => void events.push(error.code),
    ...options,
  });
  const pause = (delayMs: number): Promise<void> =>
    new Promise((resolve) => void cluster.simulation.timers.after(delayMs, resolve));
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await pause(5);
  };
  const closing = async (): Promise<void> => {
    try {
      await run({ cluster, client, coordinator, member, events, pause, until });
    } finally {
      await client.close();
    }
  };
  await cluster.settle(closing());
}

/** Member ids in the order in which they joined. */
function joinedIds(cluster: TestCluster): string[] {
  const joins = cluster.received(joinGroup).toSorted((a, b) => a.timeMs - b.timeMs);
  return [...new Set(joins.map(({ body }) => body.memberId))].filter((memberId) => memberId !== "");
}

/** Serves a request, and breaks the connection in place of the answer: the session goes on, and the member does not hear of it. */
async function loseAnswer({ serve, disconnect }: Received): Promise<null> {
  await serve();
  disconnect();
  return null;
}

/** Lets a broker answer the errors that are queued, and serve what comes then. */
function refuseFirst(broker: TestNode, { join, sync, heartbeat: beats, commit, fetch, find }: Coordinator): void {
  const refuse = <Request, ResponseInput>(
    api: Api<Request, any, any, ResponseInput>,
    errors: number[],
    refusal: (errorCode: number, request: Request) => ResponseInput,
  ): void =>
    broker.on(api, ({ body, serve }) => {
      const errorCode = errors.shift() ?? ErrorCode.NONE;
      return errorCode === ErrorCode.NONE ? serve() : refusal(errorCode, body);
    });
  refuse(findCoordinator, find, (errorCode, { coordinatorKeys }) => {
    const nowhere = { errorCode, errorMessage: null, nodeId: -1, host: "", port: -1 };
    return { ...nowhere, coordinators: coordinatorKeys.map((key) => ({ key, ...nowhere })) };
  });
  refuse(joinGroup, join, (errorCode, { memberId }) => {
    return { errorCode, generationId: -1, protocolName: "", leader: "", memberId, members: [] };
  });
  refuse(syncGroup, sync, (errorCode) => ({ errorCode, assignment: Buffer.alloc(0) }));
  // The coordinator hears of the member all the same, so that its session goes on.
  broker.on(heartbeat, async ({ serve }) => {
    const errorCode = beats.shift() ?? ErrorCode.NONE;
    const answer = await serve();
    return errorCode === ErrorCode.NONE ? answer : { errorCode };
  });
  refuse(offsetCommit, commit, (errorCode, { topics }) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  }));
  refuse(offsetFetch, fetch, (errorCode, { groups }) => ({
    topics: [],
    errorCode,
    groups: groups.map(({ groupId }) => ({ groupId, topics: [], errorCode })),
  }));
}

const offsets = [{ topic: "t", partition: 0, offset: 5, leaderEpoch: 2, metadata: "time" }];

describe("joining", () => {
  test("asks for a member id, joins with it, and gets what the leader assigned", () =>
    scenario({}, async ({ cluster, member, events }) => {
      await member.join();
      expect(events).toEqual(["assigned p:me in 1"]);
      expect([member.state, member.memberId, member.generation]).toEqual(["stable", joinedIds(cluster)[0], 1]);
      const joins = cluster.received(joinGroup).map(({ body }) => body);
      expect(joins.map(({ memberId }) => memberId)).toEqual(["", member.memberId]);
      expect(joins[1]).toMatchObject({
        groupId: "g",
        sessionTimeoutMs: 1_000,
        rebalanceTimeoutMs: 300_000,
        protocolType: "consumer",
        reason: "the member starts",
      });
      expect(cluster.received(syncGroup)[0]!.body).toMatchObject({
        generationId: 1,
        memberId: member.memberId,
        protocolName: "p",
      });
    }));

  test("outlasts a coordinator that loads, moves, or is not known yet", () =>
    scenario({}, async ({ coordinator, member, events }) => {
      coordinator.find.push(ErrorCode.COORDINATOR_NOT_AVAILABLE);
      coordinator.join.push(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, ErrorCode.NOT_COORDINATOR);
      coordinator.sync.push(ErrorCode.NOT_COORDINATOR, ErrorCode.REBALANCE_IN_PROGRESS);
      await member.join();
      // The generation that was begun is the one that the member is in at last.
      expect(events).toEqual(["assigned p:me in 1"]);
    }));

  test("begins anew when the member id is not known any more", () =>
    scenario({}, async ({ coordinator, cluster, member, events }) => {
      coordinator.join.push(ErrorCode.NONE, ErrorCode.UNKNOWN_MEMBER_ID);
      await member.join();
      const [first, second] = joinedIds(cluster);
      expect(cluster.received(joinGroup).map(({ body }) => body.memberId)).toEqual(["", first, "", second]);
      expect(member.memberId).toBe(second);
      expect(events).toEqual(["assigned p:me in 1"]);
    }));

  test.each([
    [ErrorCode.GROUP_AUTHORIZATION_FAILED, "CLIENT_GROUP_REFUSED"],
    [ErrorCode.FENCED_INSTANCE_ID, "CLIENT_GROUP_INSTANCE_FENCED"],
  ])("fails for good on error %i", (errorCode, code) =>
    scenario({}, async ({ client, coordinator, member, events }) => {
      coordinator.join.push(errorCode);
      await expect(member.join()).rejects.toMatchObject({ code, groupId: "g" });
      expect(events).toEqual([code]);
      expect(member.state).toBe("closed");
      await member.leave();
      expect(client.partCount).toBe(0);
    }),
  );

  test("waits for members of another kind until their session may have ended", () =>
    scenario({ sessionTimeoutMs: 3_000 }, async ({ coordinator, cluster, member, events }) => {
      coordinator.join.push(...Array.from({ length: 20 }, () => ErrorCode.INCONSISTENT_GROUP_PROTOCOL));
      await member.join();
      expect(cluster.received(joinGroup).length).toBe(22);
      expect(events).toEqual(["assigned p:me in 1"]);
    }));

  test("fails when members of another kind stay for longer than a session", () =>
    scenario({ sessionTimeoutMs: 3_000 }, async ({ coordinator, cluster, member, events }) => {
      coordinator.join.push(...Array.from({ length: 1_000 }, () => ErrorCode.INCONSISTENT_GROUP_PROTOCOL));
      const beganMs = cluster.simulation.elapsedMs;
      await expect(member.join()).rejects.toMatchObject({
        code: "CLIENT_GROUP_REFUSED",
        groupId: "g",
        message: expect.stringMatching(
          /INCONSISTENT_GROUP_PROTOCOL; the group has members of another kind.*stop them, or use another/,
        ),
      });
      expect(cluster.simulation.elapsedMs - beganMs).toBeGreaterThan(3_000);
      expect(events).toEqual(["CLIENT_GROUP_REFUSED"]);
    }));

  test("fails with the cause when a callback throws", () => {
    const cause = new RangeError("no such thing");
    const assign = (): never => {
      throw cause;
    };
    return scenario({ assign }, async ({ member, events }) => {
      await expect(member.join()).rejects.toMatchObject({ code: "CLIENT_GROUP_CALLBACK_FAILED", cause });
      expect(events).toEqual(["CLIENT_GROUP_CALLBACK_FAILED"]);
    });
  });

  test("speaks the versions of an older broker", () =>
    scenario({}, async ({ cluster, member, events }) => {
      for (const broker of cluster.brokers) {
        broker.limit(
          [findCoordinator, 2],
          [joinGroup, 5],
          [syncGroup, 3],
          [heartbeat, 3],
          [offsetCommit, 5],
          [offsetFetch, 4],
          [leaveGroup, 2],
        );
      }
      await member.join();
      await member.commit(offsets);
      expect(await member.committed(offsets)).toEqual([
        { topic: "t", partition: 0, offset: 5, leaderEpoch: -1, metadata: "time" },
      ]);
      await member.leave();
      expect(events).toEqual(["assigned p:me in 1"]);
      expect(cluster.received(leaveGroup).map(({ version, body }) => [version, body.memberId])).toEqual([
        [2, joinedIds(cluster)[0]],
      ]);
    }));
});

describe("a stable member", () => {
  test("sends heartbeats", () =>
    scenario({}, async ({ cluster, member, pause }) => {
      await member.join();
      await pause(10 * intervalMs);
      const beats = cluster.received(heartbeat);
      expect(beats.length).toBeGreaterThanOrEqual(8);
      expect(beats.length).toBeLessThanOrEqual(10);
      expect(beats[0]!.body).toMatchObject({ groupId: "g", generationId: 1, memberId: member.memberId });
    }));

  test("sends the first of a generation sooner, since a rebalance often follows another", () =>
    scenario({ heartbeatIntervalMs: 900, sessionTimeoutMs: 5_000 }, async ({ cluster, member, pause }) => {
      await member.join();
      const joinedMs = cluster.received(joinGroup).at(-1)!.timeMs;
      await pause(4_000);
      const afterMs = cluster.received(heartbeat).map(({ timeMs }) => Math.floor((timeMs - joinedMs) / 100) * 100);
      expect(afterMs).toEqual([100, 300, 700, 1_500, 2_400, 3_300]);
    }));

  test("gives up what it has, then rejoins, when the group rebalances", () => {
    const order: string[] = [];
    const onRebalance = async (): Promise<void> => {
      await world_.pause(5 * intervalMs);
      await world_.member.commit(offsets);
      order.push(world_.member.state);
    };
    let world_: World;
    return scenario({ onRebalance }, async (world) => {
      world_ = world;
      const { cluster, coordinator, member, events, until } = world;
      await member.join();
      // The coordinator says so until the member has joined again.
      for (let i = 0; i < 5; i += 1) coordinator.heartbeat.push(ErrorCode.REBALANCE_IN_PROGRESS);
      await until(() => events.length === 2);
      expect(order).toEqual(["rebalancing"]);
      expect(events).toEqual(["assigned p:me in 1", "assigned p:me in 2"]);
      expect(cluster.received(offsetCommit)[0]!.body).toMatchObject({ generationIdOrMemberEpoch: 1, memberId: member.memberId });
      // Heartbeats went on while the callback ran.
      const commitMs = cluster.received(offsetCommit)[0]!.timeMs;
      expect(cluster.received(heartbeat).filter(({ timeMs }) => timeMs < commitMs).length).toBeGreaterThanOrEqual(4);
    });
  });

  test("rejoins with fresh metadata when asked to", () => {
    let count = 0;
    const protocols = () => [{ name: "p", metadata: Buffer.from(`v${(count += 1)}`) }];
    return scenario({ protocols }, async ({ cluster, member, events, until }) => {
      await member.join();
      member.rejoin("the topology changed");
      await until(() => events.length === 3);
      // The first join is asked twice, for the member id.
      expect(events).toEqual(["assigned p:v2 in 1", "rebalance", "assigned p:v3 in 2"]);
      expect(cluster.received(joinGroup).at(-1)!.body.reason).toBe("the topology changed");
    });
  });

  test.each([ErrorCode.UNKNOWN_MEMBER_ID, ErrorCode.ILLEGAL_GENERATION])(
    "that is told error %i drops all and joins anew",
    (errorCode) => {
      return scenario({}, async ({ cluster, coordinator, member, events, until }) => {
        await member.join();
        coordinator.heartbeat.push(errorCode);
        await until(() => events.length === 3);
        expect(events).toEqual(["assigned p:me in 1", "CLIENT_MEMBERSHIP_LOST", "assigned p:me in 2"]);
        const [first, second] = joinedIds(cluster);
        expect(cluster.received(joinGroup).map(({ body }) => body.memberId)).toEqual(["", first, "", second]);
        expect(second).not.toBe(first);
      });
    },
  );

  test("stops when another has its instance id", () =>
    scenario({ groupInstanceId: "i" }, async ({ cluster, coordinator, member, events, until }) => {
      await member.join();
      coordinator.heartbeat.push(ErrorCode.FENCED_INSTANCE_ID);
      await until(() => events.length === 2);
      expect(events[1]).toBe("CLIENT_GROUP_INSTANCE_FENCED");
      expect(member.state).toBe("closed");
      expect(cluster.received(leaveGroup)).toEqual([]);
    }));

  test("that is not polled in time leaves, and joins anew when it is", () =>
    scenario({ polled: true, rebalanceTimeoutMs: 500 }, async ({ cluster, member, events, pause, until }) => {
      await member.join();
      for (let i = 0; i < 10; i += 1) {
        await pause(intervalMs);
        member.poll();
      }
      expect(member.state).toBe("stable");
      await pause(10 * intervalMs);
      expect(cluster.received(leaveGroup).map(({ body }) => body.members)).toMatchObject([[{ memberId: joinedIds(cluster)[0] }]]);
      expect([member.state, member.generation, events.at(-1)]).toEqual(["lost", -1, "CLIENT_MEMBERSHIP_LOST"]);
      await expect(member.commit(offsets)).rejects.toMatchObject({ code: "CLIENT_MEMBERSHIP_LOST" });
      const beats = cluster.received(heartbeat).length;
      member.poll();
      await until(() => events.length === 3);
      // The group was empty in generation 2.
      expect(events[2]).toBe("assigned p:me in 3");
      expect(cluster.received(heartbeat).length).toBe(beats);
    }));

  test("that is not polled in time loses what it is being given, too", () => {
    let world_: World;
    const onAssigned = async (): Promise<void> => {
      if (world_.events.push("assigned") === 1) await world_.pause(10 * intervalMs);
      world_.member.poll();
    };
    return scenario({ polled: true, rebalanceTimeoutMs: 500, onAssigned }, async (world) => {
      world_ = world;
      await world.member.join();
      await world.until(() => world.events.length === 3);
      expect(world.events).toEqual(["assigned", "CLIENT_MEMBERSHIP_LOST", "assigned"]);
    });
  });

  test("that loses its membership while it awaits an assignment hears of it, though the connection breaks then", () =>
    scenario({}, async ({ cluster, coordinator, member, events, pause, until }) => {
      await member.join();
      const answers = cluster.brokers.map((broker) => broker.answerOf(syncGroup));
      for (const broker of cluster.brokers) {
        broker.on(syncGroup, async ({ disconnect }) => {
          coordinator.heartbeat.push(ErrorCode.UNKNOWN_MEMBER_ID);
          await pause(5 * intervalMs);
          disconnect();
          return null;
        });
      }
      member.rejoin("it wants to");
      await until(() => member.state === "syncing");
      await pause(2 * intervalMs);
      for (const [index, broker] of cluster.brokers.entries()) broker.on(syncGroup, answers[index]!);
      await until(() => events.some((event) => event.startsWith("assigned") && event !== "assigned p:me in 1"));
      expect(events).toEqual(["assigned p:me in 1", "rebalance", "CLIENT_MEMBERSHIP_LOST", "assigned p:me in 3"]);
    }));

  test("that is static is missed after its session when it is not polled, and says nothing", () =>
    scenario({ polled: true, rebalanceTimeoutMs: 500, groupInstanceId: "i" }, async ({ cluster, member, pause }) => {
      await member.join();
      await pause(10 * intervalMs);
      expect([member.state, cluster.received(leaveGroup).length]).toEqual(["lost", 0]);
    }));

  test("joins anew only when the loss has been dealt with", () => {
    const order: string[] = [];
    let world_: World;
    const onLost = async (): Promise<void> => {
      await world_.pause(5 * intervalMs);
      order.push(`dealt with after ${String(world_.cluster.received(joinGroup).length)} joins`);
    };
    return scenario({ onLost }, async (world) => {
      world_ = world;
      await world.member.join();
      world.coordinator.heartbeat.push(ErrorCode.UNKNOWN_MEMBER_ID);
      await world.until(() => world.events.length === 2);
      expect(order).toEqual(["dealt with after 2 joins"]);
    });
  });

  test("follows the coordinator to another broker", () =>
    scenario({}, async ({ cluster, coordinator, member, events, pause }) => {
      await member.join();
      coordinator.moveTo(2);
      await pause(5 * intervalMs);
      await member.commit(offsets);
      expect(events).toEqual(["assigned p:me in 1"]);
      expect(cluster.received(offsetCommit).at(-1)!.nodeId).toBe(2);
      expect(cluster.received(heartbeat).at(-1)!.nodeId).toBe(2);
    }));

  test("knows when its session may be over, and when it was not", () =>
    scenario({}, async ({ cluster, member, pause }) => {
      expect(member.isSessionOver).toBe(false);
      await member.join();
      const answers = cluster.brokers.map((broker) => broker.answerOf(heartbeat));
      for (const broker of cluster.brokers) broker.on(heartbeat, loseAnswer);
      await pause(900);
      expect(member.isSessionOver).toBe(false);
      await pause(200);
      expect([member.isSessionOver, member.state]).toEqual([true, "stable"]);
      for (const [index, broker] of cluster.brokers.entries()) broker.on(heartbeat, answers[index]!);
      await pause(200);
      expect(member.isSessionOver).toBe(false);
    }));

  test("takes the answers of a coordinator that loads for no proof, once its session is over", () => {
    const over: number[] = [];
    let world_: World;
    const onSessionOver = (): void => void over.push(world_.cluster.simulation.elapsedMs);
    return scenario({ onSessionOver, proof: () => offsets }, async (world) => {
      world_ = world;
      const { cluster, coordinator, member, events, pause, until } = world;
      await member.join();
      const answers = cluster.brokers.map((broker) => broker.answerOf(heartbeat));
      for (const broker of cluster.brokers) broker.on(heartbeat, loseAnswer);
      await pause(1_500);
      expect([member.isSessionOver, over.length]).toEqual([true, 1]);
      // The coordinator has moved to a broker that loads the group: any heartbeat is answered with NONE, any commit put off.
      coordinator.moveTo(2);
      for (const [index, broker] of cluster.brokers.entries()) broker.on(heartbeat, answers[index]!);
      const loading = Array.from({ length: 1_000 }, () => ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
      coordinator.commit.push(...loading);
      for (let i = 0; i < 100; i += 1) {
        await pause(20);
        expect(member.isSessionOver).toBe(true);
      }
      expect(cluster.received(heartbeat).at(-1)!.nodeId).toBe(2);
      // Loaded: the group has gone on without the member.
      coordinator.commit.splice(0, 1_000, ErrorCode.UNKNOWN_MEMBER_ID);
      await until(() => events.length === 3);
      expect(events).toEqual(["assigned p:me in 1", "CLIENT_MEMBERSHIP_LOST", "assigned p:me in 2"]);
      expect(over.length).toBe(1);
    });
  });

  test("proves its membership by a commit of what is committed, once after its session is over", () =>
    scenario({ proof: () => offsets }, async ({ cluster, member, events, pause, until }) => {
      await member.join();
      await pause(2_000);
      expect(cluster.received(offsetCommit)).toEqual([]);
      const answers = cluster.brokers.map((broker) => broker.answerOf(heartbeat));
      for (const broker of cluster.brokers) broker.on(heartbeat, loseAnswer);
      await until(() => member.isSessionOver);
      for (const [index, broker] of cluster.brokers.entries()) broker.on(heartbeat, answers[index]!);
      await until(() => !member.isSessionOver);
      await pause(2_000);
      expect(cluster.received(offsetCommit).map(({ body }) => [body.memberId, body.generationIdOrMemberEpoch])).toEqual([
        [member.memberId, 1],
      ]);
      expect(cluster.received(offsetCommit)[0]!.body.topics).toMatchObject([
        { name: "t", partitions: [{ committedOffset: 5n }] },
      ]);
      expect([member.isSessionOver, events]).toEqual([false, ["assigned p:me in 1"]]);
    }));

  test("that has nothing to commit joins again to prove its membership", () =>
    scenario({}, async ({ cluster, member, events, pause, until }) => {
      await member.join();
      const answers = cluster.brokers.map((broker) => broker.answerOf(heartbeat));
      for (const broker of cluster.brokers) broker.on(heartbeat, loseAnswer);
      await until(() => member.isSessionOver);
      for (const [index, broker] of cluster.brokers.entries()) broker.on(heartbeat, answers[index]!);
      await until(() => !member.isSessionOver);
      await pause(2_000);
      expect([member.isSessionOver, events]).toEqual([false, ["assigned p:me in 1", "rebalance", "assigned p:me in 2"]]);
      expect(cluster.received(joinGroup).at(-1)!.body.memberId).toBe(joinedIds(cluster)[0]);
    }));

  test.each<[string, NonNullable<GroupMemberOptions["proof"]>, number, number]>([
    ["has no partitions", () => null, ErrorCode.NONE, 1],
    ["cannot commit its offsets", () => offsets, ErrorCode.TOPIC_AUTHORIZATION_FAILED, 3],
  ])("that %s proves nothing by a commit", (_, proof, commitError, eventsMin) =>
    scenario({ proof }, async ({ cluster, coordinator, member, events, pause, until }) => {
      await member.join();
      const answers = cluster.brokers.map((broker) => broker.answerOf(heartbeat));
      for (const broker of cluster.brokers) broker.on(heartbeat, loseAnswer);
      await until(() => member.isSessionOver);
      for (let i = 0; i < 100; i += 1) coordinator.commit.push(commitError);
      for (const [index, broker] of cluster.brokers.entries()) broker.on(heartbeat, answers[index]!);
      await pause(2_000);
      // The one disturbs nobody, the other joins again.
      expect(events.slice(0, 3)).toEqual(["assigned p:me in 1", "rebalance", "assigned p:me in 2"].slice(0, eventsMin));
      expect(member.isSessionOver).toBe(eventsMin === 1);
    }),
  );

  test("takes heartbeats for a proof only from a coordinator that has proved the membership itself", () =>
    scenario({ proof: () => offsets }, async ({ cluster, coordinator, member, events, pause }) => {
      await member.join();
      coordinator.commit.push(...Array.from({ length: 1_000 }, () => ErrorCode.COORDINATOR_LOAD_IN_PROGRESS));
      coordinator.moveTo(2);
      await pause(800);
      expect([cluster.received(heartbeat).at(-1)!.nodeId, member.isSessionOver]).toEqual([2, false]);
      await pause(400);
      expect(member.isSessionOver).toBe(true);
      coordinator.commit.length = 0;
      await pause(2 * intervalMs);
      expect([member.isSessionOver, events.length]).toEqual([false, 1]);
      const commits = cluster.received(offsetCommit).length;
      await pause(5_000);
      expect([member.isSessionOver, cluster.received(offsetCommit).length]).toEqual([false, commits]);
    }));

  test("takes a commit for a proof, and begins no other one while it is under way", () =>
    scenario(
      { proof: () => [{ topic: "t", partition: 0, offset: 4 }] },
      async ({ cluster, coordinator, member, pause, until }) => {
        await member.join();
        const answers = cluster.brokers.map((broker) => broker.answerOf(heartbeat));
        for (const broker of cluster.brokers) broker.on(heartbeat, loseAnswer);
        await until(() => member.isSessionOver);
        coordinator.commit.push(...Array.from({ length: 20 }, () => ErrorCode.COORDINATOR_LOAD_IN_PROGRESS));
        const committing = member.commit(offsets);
        for (const [index, broker] of cluster.brokers.entries()) broker.on(heartbeat, answers[index]!);
        await committing;
        expect(member.isSessionOver).toBe(false);
        await pause(1_000);
        const committed = cluster.received(offsetCommit).map(({ body }) => body.topics[0]?.partitions[0]?.committedOffset);
        expect(new Set(committed)).toEqual(new Set([5n]));
      },
    ));

  test("hears that it is out while another callback waits, and of the loss itself after that", () => {
    let losing = 0;
    const assigned = Promise.withResolvers<void>();
    const onAssigned = (): Promise<void> => assigned.promise;
    return scenario({ onAssigned, onLosing: () => void (losing += 1) }, async ({ coordinator, member, events, pause, until }) => {
      void member.join();
      await until(() => member.state === "stable");
      coordinator.heartbeat.push(ErrorCode.UNKNOWN_MEMBER_ID);
      await until(() => losing > 0);
      await pause(3_000);
      expect([events, losing]).toEqual([[], 1]);
      assigned.resolve();
      await until(() => events.length > 0);
      expect([events[0], losing]).toEqual(["CLIENT_MEMBERSHIP_LOST", 1]);
    });
  });

  test("hears when its session may be over, once", () => {
    let world_: World;
    const onSessionOver = (): void => void world_.events.push(`over: ${String(world_.member.isSessionOver)}`);
    return scenario({ onSessionOver, proof: () => offsets }, async (world) => {
      world_ = world;
      const { cluster, member, events, pause } = world;
      await member.join();
      const answers = cluster.brokers.map((broker) => broker.answerOf(heartbeat));
      for (let round = 0; round < 2; round += 1) {
        await pause(2_000);
        for (const broker of cluster.brokers) broker.on(heartbeat, loseAnswer);
        await pause(3_000);
        for (const [index, broker] of cluster.brokers.entries()) broker.on(heartbeat, answers[index]!);
      }
      expect(events).toEqual(["assigned p:me in 1", "over: true", "over: true"]);
      await member.leave();
      await pause(3_000);
      expect(events.length).toBe(3);
    });
  });

  test("takes an answer that comes after its session's end for no proof, though the heartbeat was sent before", () => {
    const over: number[] = [];
    let world_: World;
    const onSessionOver = (): void => void over.push(world_.cluster.simulation.elapsedMs);
    return scenario({ onSessionOver, proof: () => offsets }, async (world) => {
      world_ = world;
      const { cluster, coordinator, member, events, pause, until } = world;
      await member.join();
      const answers = cluster.brokers.map((broker) => broker.answerOf(heartbeat));
      await pause(2_000);
      // This heartbeat is on its way until the coordinator loads the group and answers it without a look.
      const held = Promise.withResolvers<void>();
      for (const [index, broker] of cluster.brokers.entries()) {
        broker.on(heartbeat, async (received) => {
          await held.promise;
          return answers[index]!(received);
        });
      }
      const before = cluster.received(heartbeat).length;
      await until(() => cluster.received(heartbeat).length > before);
      coordinator.moveTo(1, 4_000);
      await until(() => member.isSessionOver);
      held.resolve();
      for (let i = 0; i < 100; i += 1) {
        await pause(20);
        expect(member.isSessionOver).toBe(true);
      }
      expect([over.length, events]).toEqual([1, ["assigned p:me in 1"]]);
      await until(() => !member.isSessionOver);
      expect(events.length).toBe(1);
    });
  });

  test("hears of the end of a session that has become longer when it is over, not before", () => {
    const over: boolean[] = [];
    let member_: GroupMember;
    return scenario({ onSessionOver: () => void over.push(member_.isSessionOver) }, async ({ cluster, member, pause, until }) => {
      member_ = member;
      await member.join();
      member.raiseSessionTimeout(5_000);
      for (const broker of cluster.brokers) {
        broker.on(heartbeat, loseAnswer);
        broker.on(syncGroup, () => new Promise(() => undefined));
      }
      member.rejoin("it wants to");
      await until(() => member.state === "syncing");
      await pause(4_000);
      expect(over).toEqual([]);
      await pause(2_000);
      expect(over).toEqual([true]);
    });
  });

  test("knows of its session while its join is parked, too, and takes nothing else from heartbeats then", () => {
    const over: number[] = [];
    let world_: World;
    const onSessionOver = (): void => void over.push(world_.cluster.simulation.elapsedMs);
    return scenario({ onSessionOver }, async (world) => {
      world_ = world;
      const { cluster, coordinator, member, events, pause, until } = world;
      await member.join();
      const [parked, syncing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      for (const broker of cluster.brokers) {
        const [joined, synced] = [broker.answerOf(joinGroup), broker.answerOf(syncGroup)];
        broker.on(joinGroup, async (received) => {
          await parked.promise;
          return joined(received);
        });
        broker.on(syncGroup, async (received) => {
          await syncing.promise;
          return synced(received);
        });
      }
      member.rejoin("it wants to");
      await until(() => cluster.received(joinGroup).length === 3);
      for (let i = 0; i < 50; i += 1) coordinator.heartbeat.push(ErrorCode.REBALANCE_IN_PROGRESS);
      await pause(3_000);
      expect([member.isSessionOver, over.length]).toEqual([false, 0]);
      // Once others are in the next generation an answer says no more how long the session lasts.
      coordinator.heartbeat.splice(0, 50, ...Array.from({ length: 50 }, () => ErrorCode.ILLEGAL_GENERATION));
      await pause(1_200);
      expect([member.isSessionOver, over.length, member.state]).toEqual([true, 1, "joining"]);
      parked.resolve();
      await until(() => member.state === "syncing");
      // The answer may have been under way for so long that the member has been given up meanwhile.
      expect([member.isSessionOver, over.length]).toEqual([true, 1]);
      syncing.resolve();
      coordinator.heartbeat.length = 0;
      await until(() => member.state === "stable");
      expect(member.isSessionOver).toBe(false);
      expect(events).toEqual(["assigned p:me in 1", "rebalance", "assigned p:me in 2"]);
    });
  });

  test("asks for a longer session from the next join on, and for less where the broker does not allow that", () =>
    scenario({}, async ({ cluster, coordinator, member, events, pause, until }) => {
      await member.join();
      member.raiseSessionTimeout(8_000);
      member.raiseSessionTimeout(3_000);
      expect(member.sessionTimeoutMs).toBe(1_000);
      coordinator.join.push(ErrorCode.INVALID_SESSION_TIMEOUT, ErrorCode.INVALID_SESSION_TIMEOUT);
      member.rejoin("it wants to");
      await until(() => events.length === 3);
      expect(cluster.received(joinGroup).map(({ body }) => body.sessionTimeoutMs)).toEqual([1_000, 1_000, 8_000, 4_000, 2_000]);
      expect(member.sessionTimeoutMs).toBe(2_000);
      for (const broker of cluster.brokers) broker.on(heartbeat, loseAnswer);
      await pause(1_500);
      expect(member.isSessionOver).toBe(false);
      await until(() => member.isSessionOver);
    }));

  test("is refused if the broker does not allow the session that was configured", () =>
    scenario({}, async ({ coordinator, member }) => {
      coordinator.join.push(ErrorCode.INVALID_SESSION_TIMEOUT);
      await expect(member.join()).rejects.toMatchObject({ code: "CLIENT_GROUP_REFUSED", errorName: "INVALID_SESSION_TIMEOUT" });
    }));

  test("sends a heartbeat at once when asked to, and resolves when it is answered", () =>
    scenario({}, async ({ cluster, member, pause }) => {
      await member.beat();
      expect(cluster.received(heartbeat)).toEqual([]);
      await member.join();
      const before = cluster.received(heartbeat).length;
      await member.beat();
      expect(cluster.received(heartbeat).length).toBe(before + 1);
      await Promise.all([member.beat(), member.beat()]);
      expect(cluster.received(heartbeat).length).toBe(before + 2);
      // The others go on after it, one at a time.
      await pause(10 * intervalMs);
      expect(cluster.received(heartbeat).length).toBeLessThanOrEqual(before + 2 + 10);
      expect(cluster.received(heartbeat).length).toBeGreaterThanOrEqual(before + 2 + 8);
    }));

  test("survives a lost connection without a rebalance", () =>
    scenario({}, async ({ cluster, member, events, pause }) => {
      await member.join();
      cluster.broker.disconnectAll();
      await pause(3 * intervalMs);
      await member.commit(offsets);
      expect([events.length, member.state]).toEqual([1, "stable"]);
    }));
});

describe("offsets", () => {
  test("are committed with epoch and metadata, and read back", () =>
    scenario({}, async ({ cluster, member }) => {
      await member.join();
      await member.commit(offsets);
      expect(cluster.received(offsetCommit)[0]!.body.topics).toMatchObject([
        {
          name: "t",
          partitions: [{ partitionIndex: 0, committedOffset: 5n, committedLeaderEpoch: 2, committedMetadata: "time" }],
        },
      ]);
      const both = [
        { topic: "t", partition: 0 },
        { topic: "t", partition: 1 },
      ];
      expect(await member.committed(both)).toEqual([
        { topic: "t", partition: 0, offset: 5, leaderEpoch: 2, metadata: "time" },
        { topic: "t", partition: 1, offset: null, leaderEpoch: -1, metadata: "" },
      ]);
      expect(cluster.received(offsetFetch)[0]!.body.requireStable).toBe(true);
    }));

  test("are committed and read without a membership, as the only user of a group", () =>
    scenario({}, async ({ cluster, member }) => {
      await member.commit(offsets);
      await member.committed(offsets);
      expect(cluster.received(offsetCommit)[0]!.body).toMatchObject({ generationIdOrMemberEpoch: -1, memberId: "" });
      expect(cluster.received(joinGroup)).toEqual([]);
    }));

  test("are tried again while the coordinator is busy", () =>
    scenario({}, async ({ coordinator, member }) => {
      coordinator.commit.push(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, ErrorCode.NOT_COORDINATOR);
      await member.commit(offsets);
      coordinator.fetch.push(ErrorCode.UNSTABLE_OFFSET_COMMIT);
      expect((await member.committed(offsets)).length).toBe(1);
    }));

  test("that come during a rebalance are refused with an error that says so, and the member rejoins", () => {
    return scenario({}, async ({ coordinator, member, events, until }) => {
      await member.join();
      coordinator.commit.push(ErrorCode.REBALANCE_IN_PROGRESS);
      await expect(member.commit(offsets)).rejects.toMatchObject({ code: "CLIENT_REBALANCE_IN_PROGRESS", retriable: true });
      await until(() => events.length === 3);
      expect(events.slice(1)).toEqual(["rebalance", "assigned p:me in 2"]);
    });
  });

  test("that come while the member rejoins, in a generation that is over, are refused with an error that says so, and nothing is lost", () =>
    scenario({}, async ({ cluster, coordinator, member, events, until }) => {
      await member.join();
      let answer: () => void = () => undefined;
      for (const broker of cluster.brokers) {
        broker.on(joinGroup, ({ serve }) => new Promise((resolve) => (answer = () => resolve(serve()))));
      }
      member.rejoin("it wants to");
      await until(() => member.state === "joining" && cluster.received(joinGroup).length === 3);
      coordinator.commit.push(ErrorCode.ILLEGAL_GENERATION);
      await expect(member.commit(offsets)).rejects.toMatchObject({
        code: "CLIENT_REBALANCE_IN_PROGRESS",
        errorName: "ILLEGAL_GENERATION",
      });
      answer();
      await until(() => member.state === "stable");
      expect(events).toEqual(["assigned p:me in 1", "rebalance", "assigned p:me in 2"]);
    }));

  test("of a member that the group has forgotten are refused, and it joins anew", () =>
    scenario({}, async ({ coordinator, member, events, until }) => {
      await member.join();
      coordinator.commit.push(ErrorCode.UNKNOWN_MEMBER_ID);
      await expect(member.commit(offsets)).rejects.toMatchObject({
        code: "CLIENT_MEMBERSHIP_LOST",
        errorName: "UNKNOWN_MEMBER_ID",
      });
      await until(() => events.length === 3);
      expect(events.slice(1)).toEqual(["CLIENT_MEMBERSHIP_LOST", "assigned p:me in 2"]);
    }));

  test("with too much metadata are refused with the broker's error", () =>
    scenario({}, async ({ coordinator, member }) => {
      coordinator.commit.push(ErrorCode.OFFSET_METADATA_TOO_LARGE);
      await expect(member.commit(offsets)).rejects.toThrow(/topic "t", partition 0, by group "g" with OFFSET_METADATA_TOO_LARGE/);
    }));
});

describe("leaving", () => {
  test("tells the coordinator, once", () =>
    scenario({}, async ({ cluster, member, pause }) => {
      await member.join();
      await Promise.all([member.leave("done"), member.close()]);
      expect(cluster.received(leaveGroup).map(({ body }) => body.members)).toMatchObject([
        [{ memberId: joinedIds(cluster)[0], reason: "done" }],
      ]);
      const beats = cluster.received(heartbeat).length;
      await pause(5 * intervalMs);
      expect(cluster.received(heartbeat).length).toBe(beats);
      expect(() => member.join()).toThrow(ClosedError);
      await expect(member.commit(offsets)).rejects.toThrow(ClosedError);
    }));

  test("is silent for a static member", () =>
    scenario({ groupInstanceId: "i" }, async ({ cluster, member }) => {
      await member.join();
      await member.leave();
      expect(cluster.received(leaveGroup)).toEqual([]);
    }));

  test.each([
    ["leaveGroup", "i", 1],
    ["leaveGroup", undefined, 1],
    ["remainInGroup", "i", 0],
    ["remainInGroup", undefined, 0],
  ] as const)("with %s and instance id %s sends %i farewells", (operation, groupInstanceId, count) =>
    scenario({ groupInstanceId }, async ({ cluster, member }) => {
      await member.join();
      await member.leave("done", operation);
      expect(cluster.received(leaveGroup).length).toBe(count);
    }),
  );

  test("ends a join that is parked", () =>
    scenario({}, async ({ cluster, member, until }) => {
      for (const broker of cluster.brokers) broker.on(joinGroup, () => null);
      const joining = expect(member.join()).rejects.toThrow(ClosedError);
      await until(() => cluster.received(joinGroup).length === 1);
      await member.leave();
      await joining;
    }));

  test("while the coordinator is looked for joins nobody afterwards", () =>
    scenario({}, async ({ cluster, client, member, pause, until }) => {
      const found = Promise.withResolvers<void>();
      for (const broker of cluster.brokers) {
        const answer = broker.answerOf(findCoordinator);
        broker.on(findCoordinator, async (received) => {
          await found.promise;
          return answer(received);
        });
      }
      const joining = expect(member.join()).rejects.toThrow(ClosedError);
      await until(() => cluster.received(findCoordinator).length === 1);
      await member.leave();
      await joining;
      found.resolve();
      await pause(10 * intervalMs);
      expect(cluster.received(joinGroup)).toEqual([]);
      expect(client.partCount).toBe(0);
    }));

  test("while a commit is under way ends the session, too: its answer begins none", () => {
    let over = 0;
    return scenario({ onSessionOver: () => void (over += 1) }, async ({ cluster, member, pause, until }) => {
      await member.join();
      const written = Promise.withResolvers<void>();
      for (const broker of cluster.brokers) {
        const answer = broker.answerOf(offsetCommit);
        broker.on(offsetCommit, async (received) => {
          await written.promise;
          return answer(received);
        });
      }
      const committing = member.commit(offsets);
      await until(() => cluster.received(offsetCommit).length === 1);
      const leaving = member.leave();
      written.resolve();
      await committing;
      await leaving;
      await pause(3_000);
      expect(over).toBe(0);
    });
  });

  test("from inside a callback ends the member there", () => {
    let member_: GroupMember;
    const onAssigned = (): Promise<void> => member_.leave();
    return scenario({ onAssigned }, async ({ member, cluster }) => {
      member_ = member;
      await expect(member.join()).rejects.toThrow(ClosedError);
      await member.leave();
      expect(cluster.received(leaveGroup).length).toBe(1);
    });
  });
});

describe("options", () => {
  test.each<[string, Partial<GroupMemberOptions>]>([
    ["groupId", { groupId: "" }],
    ["groupInstanceId", { groupInstanceId: "" }],
    ["heartbeatIntervalMs", { heartbeatIntervalMs: 1_000, sessionTimeoutMs: 1_000 }],
    ["sessionTimeoutMs", { sessionTimeoutMs: 0 }],
  ])("with a wrong %s are refused by name", async (key, options) => {
    await expect(scenario(options, async () => {})).rejects.toSatisfy(
      (error) => error instanceof InvalidConfigError && error.key === key,
    );
  });
});

describe("states", () => {
  test("can all be reached, and closed from everywhere", () => {
    const reached = new Set<GroupState>(["idle"]);
    for (const from of reached) for (const to of nextGroupStates[from]) reached.add(to);
    const all = Object.keys(nextGroupStates) as GroupState[];
    expect([...reached].sort()).toEqual(all.sort());
    expect(all.filter((state) => state !== "closed" && !nextGroupStates[state].includes("closed"))).toEqual([]);
  });
});
