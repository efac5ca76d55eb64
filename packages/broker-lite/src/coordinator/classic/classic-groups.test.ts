import { sleep } from "@millrace/platform";
import { Simulation } from "@millrace/platform/sim";
import {
  deleteGroups,
  describeGroups,
  ErrorCode,
  heartbeat,
  joinGroup,
  leaveGroup,
  offsetCommit,
  offsetFetch,
  syncGroup,
  zeroUuid,
} from "@millrace/protocol";
import type { JoinGroupResponse, SyncGroupResponse } from "@millrace/protocol";
import { describe, expect, test } from "vitest";
import type { BrokerConfig } from "../../config/broker-config.ts";
import { connect, startBroker } from "../../testing/sim-broker.ts";
import type { WireClient } from "../../testing/wire-client.ts";
import { canMove, nextStates } from "./group-state.ts";
import type { GroupState } from "./group-state.ts";

const sessionTimeoutMs = 10_000;
const rebalanceTimeoutMs = 30_000;

interface JoinChoices {
  readonly memberId?: string;
  readonly groupInstanceId?: string | null;
  readonly protocols?: readonly string[];
  readonly metadata?: string;
  readonly protocolType?: string;
  readonly sessionTimeoutMs?: number;
  readonly version?: number;
}

/** One client of the group "g", on a connection of its own: a parked join holds back nobody else. */
class Peer {
  readonly simulation: Simulation;
  client: WireClient;
  memberId = "";
  generationId = -1;

  constructor(simulation: Simulation, client: WireClient) {
    this.simulation = simulation;
    this.client = client;
  }

  /** Sends one join request, and returns the promise of its answer. */
  ask({
    memberId = this.memberId,
    groupInstanceId = null,
    protocols = ["range"],
    metadata = "m",
    protocolType = "consumer",
    version = 9,
    ...rest
  }: JoinChoices = {}): Promise<JoinGroupResponse> {
    return this.client.send(joinGroup, version, {
      groupId: "g",
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      memberId,
      groupInstanceId,
      protocolType,
      protocols: protocols.map((name) => ({ name, metadata: Buffer.from(metadata) })),
      ...rest,
    });
  }

  /** Joins as clients do: first for an id if there is none, then with it. */
  async join(choices: JoinChoices = {}): Promise<JoinGroupResponse> {
    let answer = await this.ask(choices);
    if (answer.errorCode === ErrorCode.MEMBER_ID_REQUIRED) {
      this.memberId = answer.memberId;
      answer = await this.ask(choices);
    }
    this.memberId = answer.memberId;
    this.generationId = answer.generationId;
    return answer;
  }

  sync(assignments: Readonly<Record<string, string>> = {}): Promise<SyncGroupResponse> {
    const { memberId, generationId } = this;
    return this.client.send(syncGroup, 5, {
      groupId: "g",
      generationId,
      memberId,
      protocolType: "consumer",
      protocolName: "range",
      assignments: Object.entries(assignments).map(([id, assignment]) => ({ memberId: id, assignment: Buffer.from(assignment) })),
    });
  }

  async heartbeat(groupInstanceId: string | null = null): Promise<number> {
    const { memberId, generationId, simulation } = this;
    return (await simulation.settle(this.client.send(heartbeat, 4, { groupId: "g", generationId, memberId, groupInstanceId })))
      .errorCode;
  }

  async leave(groupInstanceId: string | null = null, memberId: string = this.memberId): Promise<number> {
    const answer = await this.simulation.settle(
      this.client.send(leaveGroup, 5, { groupId: "g", members: [{ memberId, groupInstanceId }] }),
    );
    return answer.members[0]!.errorCode;
  }

  async commit(offset: bigint, generationId: number = this.generationId, memberId: string = this.memberId): Promise<number> {
    const answer = await this.simulation.settle(
      this.client.send(offsetCommit, 9, {
        groupId: "g",
        generationIdOrMemberEpoch: generationId,
        memberId,
        topics: [
          {
            name: "t",
            partitions: [{ partitionIndex: 0, committedOffset: offset, committedLeaderEpoch: 0, committedMetadata: "note" }],
          },
        ],
      }),
    );
    return answer.topics[0]!.partitions[0]!.errorCode;
  }
}

class World {
  readonly simulation = new Simulation(3);
  #peers = 0;

  async start(config: Partial<BrokerConfig> = {}): Promise<void> {
    const broker = await startBroker(this.simulation, { config, dataDirectory: "/data" });
    await this.simulation.settle(broker.createTopic({ name: "t" }));
  }

  /** The broker comes back on what it had written, and the peers connect anew. */
  async restart(peers: readonly Peer[], config: Partial<BrokerConfig> = {}): Promise<void> {
    this.simulation.host("broker").kill();
    this.simulation.host("broker").restart();
    await startBroker(this.simulation, { config, dataDirectory: "/data" });
    for (const peer of peers) peer.client = (await this.peer()).client;
  }

  async peer(): Promise<Peer> {
    this.#peers += 1;
    return new Peer(this.simulation, await connect(this.simulation, `peer${this.#peers}`));
  }

  async state(): Promise<string> {
    const { client } = await this.peer();
    const answer = await this.simulation.settle(client.send(describeGroups, 5, { groups: ["g"] }));
    client.close();
    return answer.groups[0]!.groupState;
  }

  settle<T>(promise: Promise<T>): Promise<T> {
    return this.simulation.settle(promise);
  }

  wait(delayMs: number): Promise<void> {
    return this.simulation.settle(sleep(this.simulation.timers, delayMs));
  }
}

async function world(config: Partial<BrokerConfig> = {}): Promise<World> {
  const made = new World();
  await made.start(config);
  return made;
}

/** A stable group of two; `a` leads. */
async function stablePair(made: World): Promise<[a: Peer, b: Peer]> {
  const a = await made.peer();
  const b = await made.peer();
  await made.settle(a.join());
  const joinsB = b.join();
  await made.wait(50);
  await made.settle(Promise.all([a.join(), joinsB]));
  const syncs = [a.sync({ [a.memberId]: "A", [b.memberId]: "B" }), b.sync()];
  await made.settle(Promise.all(syncs));
  return [a, b];
}

describe("joining", () => {
  test("gives an id first, and takes the member only with it", async () => {
    const made = await world();
    const a = await made.peer();
    const first = await made.settle(a.ask());
    expect(first.errorCode).toBe(ErrorCode.MEMBER_ID_REQUIRED);
    expect(first.memberId).toMatch(/^test-[0-9a-f-]{36}$/);
    const second = await made.settle(a.ask({ memberId: first.memberId }));
    expect(second).toMatchObject({
      errorCode: 0,
      generationId: 1,
      leader: first.memberId,
      protocolName: "range",
      protocolType: "consumer",
    });
    expect(second.members.map(({ memberId }) => memberId)).toEqual([first.memberId]);
  });

  test("takes a member of an old version at once", async () => {
    const made = await world();
    expect(await made.settle((await made.peer()).ask({ version: 3 }))).toMatchObject({ errorCode: 0, generationId: 1 });
  });

  test("waits for more members the first time, as long as they keep coming", async () => {
    const made = await world({ groupInitialRebalanceDelayMs: 3_000 });
    const peers = [await made.peer(), await made.peer(), await made.peer()];
    const joins: Promise<JoinGroupResponse>[] = [];
    const startMs = made.simulation.elapsedMs;
    for (const peer of peers) {
      joins.push(peer.join());
      await made.wait(2_000);
    }
    const answers = await made.settle(Promise.all(joins));
    expect(made.simulation.elapsedMs - startMs).toBeGreaterThan(6_000);
    expect(new Set(answers.map(({ generationId }) => generationId))).toEqual(new Set([1]));
    expect(answers.map(({ members }) => members.length).sort((a, b) => a - b)).toEqual([0, 0, 3]);
  });

  test("refuses what cannot be", async () => {
    const made = await world();
    const a = await made.peer();
    await made.settle(a.join());
    const b = await made.peer();
    const errorOf = async (choices: JoinChoices): Promise<number> => (await made.settle(b.ask(choices))).errorCode;
    expect(await errorOf({ memberId: "nobody" })).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(await errorOf({ sessionTimeoutMs: 5_999 })).toBe(ErrorCode.INVALID_SESSION_TIMEOUT);
    expect(await errorOf({ sessionTimeoutMs: 1_800_001 })).toBe(ErrorCode.INVALID_SESSION_TIMEOUT);
    expect(await errorOf({ protocols: ["other"] })).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    expect(await errorOf({ protocolType: "connect" })).toBe(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
    const empty = await made.settle(
      b.client.send(joinGroup, 9, { groupId: "", sessionTimeoutMs, memberId: "", protocolType: "consumer", protocols: [] }),
    );
    expect(empty.errorCode).toBe(ErrorCode.INVALID_GROUP_ID);
  });

  test("refuses more members than group.max.size", async () => {
    const made = await world({ groupMaxSize: 1 });
    await made.settle((await made.peer()).join());
    expect((await made.settle((await made.peer()).ask())).errorCode).toBe(ErrorCode.GROUP_MAX_SIZE_REACHED);
  });

  test("chooses the protocol that most prefer and all know", async () => {
    const made = await world({ groupInitialRebalanceDelayMs: 1_000 });
    const preferences = [
      ["sticky", "range"],
      ["range", "sticky"],
      ["own", "range", "sticky"],
    ];
    const joins: Promise<JoinGroupResponse>[] = [];
    for (const protocols of preferences) joins.push((await made.peer()).join({ protocols }));
    const answers = await made.settle(Promise.all(joins));
    expect(answers.map(({ protocolName }) => protocolName)).toEqual(["range", "range", "range"]);
  });
});

describe("a rebalance", () => {
  test("makes the leader assign, and gives everyone their share", async () => {
    const made = await world();
    const [a, b] = await stablePair(made);
    expect(a.generationId).toBe(2);
    expect(await made.state()).toBe("Stable");
    expect((await made.settle(a.sync())).assignment.toString()).toBe("A");
    expect((await made.settle(b.sync())).assignment.toString()).toBe("B");
  });

  test("is told to the others by their heartbeats, and ends when they have rejoined", async () => {
    const made = await world();
    const [a, b] = await stablePair(made);
    const c = await made.peer();
    const joinsC = c.join();
    await made.wait(50);
    expect(await made.state()).toBe("PreparingRebalance");
    expect(await a.heartbeat()).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    const joins = await made.settle(Promise.all([a.join(), b.join(), joinsC]));
    expect(joins.map(({ generationId }) => generationId)).toEqual([3, 3, 3]);
    expect(joins[0].members).toHaveLength(3);
    expect(await made.state()).toBe("CompletingRebalance");
    expect(await a.heartbeat()).toBe(0);
  });

  test("goes on without those who do not rejoin in time", async () => {
    const made = await world();
    const [a, b] = await stablePair(made);
    const c = await made.peer();
    const joins = [c.join(), a.join()];
    for (let i = 0; i < 5; i += 1) {
      await made.wait(6_000);
      await b.heartbeat();
    }
    const [joinedC] = await made.settle(Promise.all(joins));
    expect(joinedC).toMatchObject({ errorCode: 0, generationId: 3 });
    expect(await b.heartbeat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  test("is not begun by a follower that asks again, but by the leader", async () => {
    const made = await world();
    const [a, b] = await stablePair(made);
    expect(await made.settle(b.ask())).toMatchObject({ errorCode: 0, generationId: 2, members: [] });
    expect(await made.state()).toBe("Stable");
    void a.ask().catch(() => {});
    await made.wait(50);
    expect(await made.state()).toBe("PreparingRebalance");
  });

  test("is begun by a follower whose metadata changed", async () => {
    const made = await world();
    const [, b] = await stablePair(made);
    b.ask({ metadata: "other" }).catch(() => {});
    await made.wait(50);
    expect(await made.state()).toBe("PreparingRebalance");
  });

  test("turns away syncs of the generation before, and of none", async () => {
    const made = await world();
    const [a, b] = await stablePair(made);
    b.generationId = 1;
    expect((await made.settle(b.sync())).errorCode).toBe(ErrorCode.ILLEGAL_GENERATION);
    b.generationId = 2;
    a.ask().catch(() => {});
    await made.wait(50);
    expect((await made.settle(b.sync())).errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    b.memberId = "nobody";
    expect((await made.settle(b.sync())).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  test("that comes while followers wait for the assignment sends them back to join", async () => {
    const made = await world();
    const [a, b] = await stablePair(made);
    const joins = Promise.all([a.join({ metadata: "new" }), b.join({ metadata: "new" })]);
    await made.settle(joins);
    const sync = b.sync();
    await made.wait(50);
    const c = await made.peer();
    c.join().catch(() => {});
    expect((await made.settle(sync)).errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
  });

  test("drops a follower after its session, however long it waited for the assignment before", async () => {
    const made = await world();
    const [a, b] = await stablePair(made);
    const patient = { metadata: "new", sessionTimeoutMs: 600_000 };
    await made.settle(Promise.all([a.join(patient), b.join({ metadata: "new" })]));
    const sync = b.sync();
    await made.wait(sessionTimeoutMs + 2_000);
    const c = await made.peer();
    const joining = c.join(patient);
    expect((await made.settle(sync)).errorCode).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    const { elapsedMs } = made.simulation;
    const joins = Promise.all([joining, a.join(patient)]);
    const generations = (await made.settle(joins)).map(({ generationId, errorCode }) => [generationId, errorCode]);
    expect(generations).toEqual([
      [b.generationId + 1, 0],
      [b.generationId + 1, 0],
    ]);
    expect(made.simulation.elapsedMs - elapsedMs).toBeLessThan(sessionTimeoutMs + 100);
  });

  test("drops members that join but never sync", async () => {
    const made = await world();
    const a = await made.peer();
    await made.settle(a.join({ sessionTimeoutMs: 600_000 }));
    await made.wait(rebalanceTimeoutMs + 1_000);
    expect(await made.state()).toBe("Empty");
    expect(await a.heartbeat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });
});

describe("a session", () => {
  test("ends without heartbeats, and the others rebalance", async () => {
    const made = await world();
    const [a] = await stablePair(made);
    await made.wait(6_000);
    expect(await a.heartbeat()).toBe(0);
    await made.wait(6_000);
    expect(await a.heartbeat()).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    expect((await made.settle(a.join())).members).toHaveLength(1);
  });

  test("goes on with commits as with heartbeats", async () => {
    const made = await world();
    const [a, b] = await stablePair(made);
    for (let i = 0; i < 4; i += 1) {
      await made.wait(6_000);
      expect(await a.commit(BigInt(i))).toBe(0);
      expect(await b.heartbeat()).toBe(0);
    }
  });

  test("of an id that nobody came back with ends too", async () => {
    const made = await world();
    const a = await made.peer();
    const { memberId } = await made.settle(a.ask());
    await made.wait(sessionTimeoutMs + 100);
    expect((await made.settle(a.ask({ memberId }))).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  test("ends at once when the member leaves", async () => {
    const made = await world();
    const [a, b] = await stablePair(made);
    expect(await b.leave()).toBe(0);
    expect(await b.leave()).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(await a.heartbeat()).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    expect(await a.leave()).toBe(0);
    expect(await made.state()).toBe("Empty");
  });

  test("answers a parked join when it ends", async () => {
    const made = await world();
    const [a] = await stablePair(made);
    const parked = a.ask({ metadata: "new" });
    await made.wait(50);
    const other = await made.peer();
    expect(await other.leave(null, a.memberId)).toBe(0);
    expect((await made.settle(parked)).errorCode).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });
});

describe("a static member", () => {
  test("comes back under its name without a rebalance, and the one before is fenced", async () => {
    const made = await world();
    const a = await made.peer();
    await made.settle(a.join({ groupInstanceId: "one" }));
    await made.settle(a.sync({ [a.memberId]: "A" }));
    const again = await made.peer();
    const answer = await made.settle(again.join({ groupInstanceId: "one" }));
    expect(answer).toMatchObject({ errorCode: 0, generationId: 1, skipAssignment: true, leader: again.memberId });
    expect(answer.members).toHaveLength(1);
    expect(again.memberId).not.toBe(a.memberId);
    expect(await made.state()).toBe("Stable");
    expect((await made.settle(again.sync())).assignment.toString()).toBe("A");
    expect(await a.heartbeat("one")).toBe(ErrorCode.FENCED_INSTANCE_ID);
    expect(await again.heartbeat("one")).toBe(0);
  });

  test("hears of the old leader where it cannot skip the assignment", async () => {
    const made = await world();
    const a = await made.peer();
    await made.settle(a.join({ groupInstanceId: "one" }));
    await made.settle(a.sync({ [a.memberId]: "A" }));
    const answer = await made.settle((await made.peer()).join({ groupInstanceId: "one", version: 8 }));
    expect(answer).toMatchObject({ errorCode: 0, generationId: 1, leader: a.memberId, members: [] });
  });

  test("can be removed by its name alone", async () => {
    const made = await world();
    const a = await made.peer();
    await made.settle(a.join({ groupInstanceId: "one" }));
    expect(await a.leave("two", "")).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(await a.leave("one", "")).toBe(0);
    expect(await made.state()).toBe("Empty");
  });
});

describe("offsets", () => {
  test("are committed by members of the present generation only", async () => {
    const made = await world();
    const [a] = await stablePair(made);
    expect(await a.commit(5n)).toBe(0);
    expect(await a.commit(6n, 1)).toBe(ErrorCode.ILLEGAL_GENERATION);
    expect(await a.commit(6n, 2, "nobody")).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
    expect(await a.commit(6n, -1, "")).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  test("are committed by anyone while the group is empty, and kept with their metadata", async () => {
    const made = await world();
    const a = await made.peer();
    expect(await a.commit(7n, 3, "x")).toBe(ErrorCode.GROUP_ID_NOT_FOUND);
    expect(await a.commit(7n, -1, "")).toBe(0);
    const { groups } = await made.settle(
      a.client.send(offsetFetch, 8, { groups: [{ groupId: "g", topics: [{ name: "t", partitionIndexes: [0, 1] }] }] }),
    );
    expect(groups[0]!.topics[0]!.partitions).toMatchObject([
      { partitionIndex: 0, committedOffset: 7n, committedLeaderEpoch: 0, metadata: "note", errorCode: 0 },
      { partitionIndex: 1, committedOffset: -1n, committedLeaderEpoch: -1, metadata: "", errorCode: 0 },
    ]);
  });

  test.each([1, 2, 5, 7])("are read in version %i", async (version) => {
    const made = await world();
    const a = await made.peer();
    await a.commit(7n, -1, "");
    const answer = await made.settle(
      a.client.send(offsetFetch, version, { groupId: "g", topics: version < 2 ? [{ name: "t", partitionIndexes: [0] }] : null }),
    );
    expect(answer.topics).toMatchObject([
      { name: "t", partitions: [{ partitionIndex: 0, committedOffset: 7n, metadata: "note" }] },
    ]);
  });

  test("are refused for unknown partitions and with endless metadata", async () => {
    const made = await world();
    const a = await made.peer();
    const errors = async (name: string, committedMetadata: string): Promise<number> =>
      (
        await made.settle(
          a.client.send(offsetCommit, 9, {
            groupId: "g",
            topics: [{ name, partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata }] }],
            memberId: "",
          }),
        )
      ).topics[0]!.partitions[0]!.errorCode;
    expect(await errors("nowhere", "")).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    expect(await errors("t", "x".repeat(4_097))).toBe(ErrorCode.OFFSET_METADATA_TOO_LARGE);
    const byId = await made.settle(
      a.client.send(offsetCommit, 10, {
        groupId: "g",
        memberId: "",
        topics: [{ topicId: zeroUuid, partitions: [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: null }] }],
      }),
    );
    expect(byId.topics[0]!.partitions[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID);
  });

  test("of a group without members expire", async () => {
    const made = await world({ offsetsRetentionMinutes: 10, offsetsRetentionCheckIntervalMs: 60_000 });
    const a = await made.peer();
    await a.commit(7n, -1, "");
    const read = async (): Promise<bigint> => {
      const { groups } = await made.settle(
        a.client.send(offsetFetch, 8, { groups: [{ groupId: "g", topics: [{ name: "t", partitionIndexes: [0] }] }] }),
      );
      return groups[0]!.topics[0]!.partitions[0]!.committedOffset;
    };
    await made.wait(9 * 60_000);
    expect(await read()).toBe(7n);
    const reader = await made.peer();
    await made.wait(3 * 60_000);
    expect(await made.settle(reader.client.send(offsetFetch, 7, { groupId: "g", topics: null }))).toMatchObject({ topics: [] });
  });
});

describe("a restart of the broker", () => {
  test("leaves a stable group as it was: members go on in their generation, with their assignments", async () => {
    const made = await world();
    const [a, b] = await stablePair(made);
    await a.commit(5n);
    const { generationId } = a;
    await made.restart([a, b]);
    expect(await made.state()).toBe("Stable");
    expect([await a.heartbeat(), await b.heartbeat()]).toEqual([0, 0]);
    expect(await b.commit(6n)).toBe(0);
    expect((await made.settle(b.sync())).assignment.toString()).toBe("B");
    const { groups } = await made.settle(a.client.send(describeGroups, 5, { groups: ["g"] }));
    expect(groups[0]).toMatchObject({ protocolType: "consumer", protocolData: "range" });
    expect(groups[0]!.members.map((member) => member.memberAssignment.toString()).sort()).toEqual(["A", "B"]);
    expect(await a.leave()).toBe(0);
    expect(await b.heartbeat()).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    await made.settle(b.join());
    expect(b.generationId).toBe(generationId + 1);
  });

  test("begins the members' sessions anew, and drops those who do not come", async () => {
    const made = await world();
    const [a, b] = await stablePair(made);
    await made.restart([a, b]);
    await made.wait(sessionTimeoutMs - 1_000);
    expect(await a.heartbeat()).toBe(0);
    await made.wait(2_000);
    expect(await a.heartbeat()).toBe(ErrorCode.REBALANCE_IN_PROGRESS);
    expect(await b.heartbeat()).toBe(ErrorCode.UNKNOWN_MEMBER_ID);
  });

  test("keeps the generation of a group that everyone left, and forgets one that was deleted", async () => {
    const made = await world();
    const a = await made.peer();
    await made.settle(a.join());
    await made.settle(a.sync());
    const { generationId } = a;
    await a.leave();
    expect(await made.state()).toBe("Empty");
    await made.restart([a]);
    expect(await made.state()).toBe("Empty");
    a.memberId = "";
    await made.settle(a.join());
    expect(a.generationId).toBeGreaterThan(generationId + 1);
    await a.leave();
    const { results } = await made.settle(a.client.send(deleteGroups, 2, { groupsNames: ["g"] }));
    expect(results[0]!.errorCode).toBe(0);
    await made.restart([a]);
    expect(await made.state()).toBe("Dead");
  });

  test("keeps static members by their instance, the old process fenced", async () => {
    const made = await world();
    const a = await made.peer();
    await made.settle(a.join({ groupInstanceId: "one" }));
    await made.settle(a.sync({ [a.memberId]: "A" }));
    const fenced = a.memberId;
    a.memberId = "";
    await made.settle(a.join({ groupInstanceId: "one" }));
    await made.restart([a]);
    expect(await a.heartbeat("one")).toBe(0);
    a.memberId = fenced;
    expect(await a.heartbeat("one")).toBe(ErrorCode.FENCED_INSTANCE_ID);
  });
});

test("the state table holds what its drawing shows", () => {
  const moves = (Object.keys(nextStates) as GroupState[]).flatMap((from) => nextStates[from].map((to) => `${from} ${to}`));
  expect(moves.sort()).toEqual([
    "CompletingRebalance PreparingRebalance",
    "CompletingRebalance Stable",
    "Empty Dead",
    "Empty PreparingRebalance",
    "PreparingRebalance CompletingRebalance",
    "PreparingRebalance Empty",
    "Stable PreparingRebalance",
  ]);
  expect(canMove("Dead", "Empty")).toBe(false);
});
