import { decodeAssignment, encodeAssignment } from "@millrace/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assign, type AssignableTask, assigned, type Leader } from "./assignor.ts";
import { readSubscription, type Subscription, writeSubscription } from "./subscription.ts";

/** Two sub-topologies; the tasks of the first read two co-partitioned topics, of which one may have fewer partitions. */
function tasksOf(first: number, second: number, shorter: number = first): AssignableTask[] {
  const range = (length: number): number[] => Array.from({ length }, (_, partition) => partition);
  return [
    ...range(first).map((partition) => ({
      id: `0_${String(partition)}`,
      partition,
      subtopology: { id: 0 },
      sourceTopics: partition < shorter ? ["left", "right"] : ["left"],
    })),
    ...range(second).map((partition) => ({
      id: `1_${String(partition)}`,
      partition,
      subtopology: { id: 1 },
      sourceTopics: ["counts"],
    })),
  ];
}

/** The one that assigns, of a program with these tasks. */
function leaderOf(tasks: readonly AssignableTask[], others: string[] = []): Leader {
  const subtopologies = [...Map.groupBy(tasks, ({ subtopology }) => subtopology.id)].map(([id, own]) => {
    const names = [...new Set(own.flatMap(({ sourceTopics }) => sourceTopics))];
    const topics = names.map((name) => ({
      name,
      partitions: own.filter(({ sourceTopics }) => sourceTopics.includes(name)).length,
    }));
    return { id, topics };
  });
  const onOtherProgram: Leader["onOtherProgram"] = ({ memberId }, sources) => others.push(`${memberId} ${sources.join()}`);
  return { groupId: "app", tasks, program: { subtopologies, sinkTopics: null }, onOtherProgram, onOtherSinks: () => undefined };
}

/** A member that does what a stream thread does with an assignment. */
class Member {
  readonly name: string;
  owned: Set<string> = new Set();
  generation = -1;
  /** Content of its disk. */
  readonly state = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }
}

class Group {
  readonly tasks: readonly AssignableTask[];
  members: Member[];
  generation = 0;

  constructor(tasks: readonly AssignableTask[], members: Member[]) {
    this.tasks = tasks;
    this.members = members;
  }

  /** One generation. Returns whether anybody had to give something up, so that another one follows. */
  rebalance(): boolean {
    const ownersBefore = new Map(this.members.flatMap(({ name, owned }) => [...owned].map((id) => [id, name])));
    const assignment = assign(
      this.members.map((member) => ({ memberId: member.name, groupInstanceId: null, metadata: this.#metadata(member) })),
      leaderOf(this.tasks),
    );
    this.generation += 1;
    let gaveUp = false;
    for (const member of this.members) {
      const { partitions: given, givesUp } = assigned(assignment.get(member.name)!, "app");
      const partitions = new Set(given.map(({ topic, partition }) => `${topic} ${String(partition)}`));
      const whole = this.tasks.filter(({ sourceTopics, partition }) =>
        sourceTopics.every((topic) => partitions.has(`${topic} ${String(partition)}`)),
      );
      expect(given, "co-partitioned topics stay together").toHaveLength(whole.flatMap(({ sourceTopics }) => sourceTopics).length);
      const ids = new Set(whole.map(({ id }) => id));
      for (const id of ids) expect(ownersBefore.get(id) ?? member.name, `who had ${id} before`).toBe(member.name);
      expect([...member.owned].some((id) => !ids.has(id))).toBe(givesUp);
      gaveUp ||= givesUp;
      member.owned = ids;
      member.generation = this.generation;
    }
    return gaveUp;
  }

  settle(): void {
    if (this.rebalance()) expect(this.rebalance(), "a second hand-over").toBe(false);
  }

  owners(): Map<string, string> {
    return new Map(this.members.flatMap(({ name, owned }) => [...owned].map((id) => [id, name])));
  }

  #metadata({ owned, generation, state }: Member): Buffer {
    const own = this.tasks.filter(({ id }) => owned.has(id));
    return writeSubscription({
      topics: ["left", "right", "counts"],
      program: leaderOf(this.tasks).program,
      owned: own.flatMap(({ sourceTopics, partition }) => sourceTopics.map((topic) => ({ topic, partition }))),
      generation,
      offsetSums: this.tasks.flatMap(({ id, subtopology, partition }) => {
        const sum = state.get(id);
        return sum === undefined ? [] : [{ subtopologyId: subtopology.id, partition, sum }];
      }),
    });
  }
}

const counts = ({ members }: Group): number[] => members.map(({ owned }) => owned.size);
const names = (count: number, from = 0): Member[] =>
  Array.from({ length: count }, (_, index) => new Member(`m${String(from + index).padStart(2, "0")}`));

function expectBalanced(group: Group): void {
  const all = group.members.flatMap(({ owned }) => [...owned]);
  expect(all.toSorted(), "every task exactly once").toEqual(group.tasks.map(({ id }) => id).toSorted());
  expect(Math.max(...counts(group)) - Math.min(...counts(group))).toBeLessThanOrEqual(1);
}

const shape = fc.record({
  first: fc.integer({ min: 1, max: 12 }),
  second: fc.integer({ min: 0, max: 12 }),
  shorter: fc.integer({ min: 1, max: 12 }),
  members: fc.integer({ min: 1, max: 6 }),
});

describe("sharing the tasks of a group", () => {
  test("gives each task to one member, evenly, and again the same", () => {
    fc.assert(
      fc.property(shape, ({ first, second, shorter, members }) => {
        const group = new Group(tasksOf(first, second, shorter), names(members));
        group.settle();
        expectBalanced(group);
        const before = group.owners();
        group.members.reverse();
        group.settle();
        expect(group.owners()).toEqual(before);
      }),
    );
  });

  test("after any coming and going is even after two generations, and moves no more than that takes", () => {
    const change = fc.record({
      leaving: fc.array(fc.nat(5), { maxLength: 3 }),
      coming: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(shape, fc.array(change, { minLength: 1, maxLength: 5 }), ({ first, second, members }, changes) => {
        const group = new Group(tasksOf(first, second), names(members));
        group.settle();
        for (const [index, { leaving, coming }] of changes.entries()) {
          const before = new Map(group.members.map(({ name, owned }) => [name, owned]));
          const staying = group.members.filter((_, at) => !leaving.includes(at));
          group.members = [...staying, ...names(coming, 10 * (index + 1))];
          if (group.members.length === 0) group.members = names(1, 10 * (index + 1));
          group.settle();
          expectBalanced(group);
          // A member that stays keeps all its tasks, or as many as any member may have; only some may have one more than others.
          const [base, extras] = [
            Math.floor(group.tasks.length / group.members.length),
            group.tasks.length % group.members.length,
          ];
          const overfull = staying.filter(({ name }) => before.get(name)!.size > base).length;
          const kept = staying.reduce(
            (sum, { name, owned }) => sum + [...owned].filter((id) => before.get(name)!.has(id)).length,
            0,
          );
          const keepable = staying.reduce((sum, { name }) => sum + Math.min(before.get(name)!.size, base), 0);
          expect(kept).toBe(keepable + Math.min(overfull, extras));
        }
      }),
    );
  });

  test("brings everything back to where its state lies, when all start again", () => {
    fc.assert(
      fc.property(shape, fc.array(fc.nat(1_000)), ({ first, second, members }, leftovers) => {
        const group = new Group(tasksOf(first, second), names(members));
        group.settle();
        const before = group.owners();
        for (const [index, { id }] of group.tasks.entries()) {
          const owner = group.members.find(({ owned }) => owned.has(id))!;
          // Somebody had it long ago.
          group.members[(leftovers[index] ?? 0) % members]!.state.set(id, leftovers[index] ?? 1);
          owner.state.set(id, 5_000 + index);
        }
        const again = group.members.map(({ name, state }) => {
          const member = new Member(name);
          for (const [id, sum] of state) member.state.set(id, sum);
          return member;
        });
        const restarted = new Group(group.tasks, again.toReversed());
        restarted.settle();
        expect(restarted.owners()).toEqual(before);
      }),
    );
  });

  test("spreads each sub-topology, and spreads it again over who comes later", () => {
    const group = new Group(tasksOf(4, 4), names(1));
    group.settle();
    group.members.push(...names(1, 1));
    expect(group.rebalance()).toBe(true);
    expect(counts(group)).toEqual([4, 0]);
    expect(group.rebalance()).toBe(false);
    expect(group.members.map(({ owned }) => [...owned].join(" "))).toEqual(["0_0 0_1 1_0 1_1", "0_2 0_3 1_2 1_3"]);
  });

  test("gives up what another has most state of", () => {
    const group = new Group(tasksOf(4, 0), names(1));
    group.settle();
    const [late] = names(1, 1);
    late!.state.set("0_1", 100);
    late!.state.set("0_2", 7);
    group.members.push(late!);
    group.settle();
    expect([...late!.owned]).toEqual(["0_1", "0_2"]);
  });

  test("believes the later of two claims", () => {
    const group = new Group(tasksOf(2, 0), names(2));
    group.settle();
    const [first, second] = group.members;
    group.rebalance();
    // It slept through a generation and still claims what it had in the one before.
    first!.owned = new Set(["0_0", "0_1"]);
    first!.generation -= 1;
    second!.owned = new Set(["0_1"]);
    const metadata = (member: Member): Buffer =>
      writeSubscription({
        topics: ["left", "right"],
        program: null,
        owned: [...member.owned].map((id) => ({ topic: "left", partition: Number(id.slice(2)) })),
        generation: member.generation,
        offsetSums: [],
      });
    const assignment = assign(
      [first!, second!].map((member) => ({ memberId: member.name, groupInstanceId: null, metadata: metadata(member) })),
      leaderOf(group.tasks),
    );
    const given = (member: Member): number[] => [
      ...new Set(assigned(assignment.get(member.name)!, "app").partitions.map(({ partition }) => partition)),
    ];
    expect([given(first!), given(second!)]).toEqual([[0], [1]]);
  });
});

describe("a subscription", () => {
  const sums = fc
    .uniqueArray(fc.tuple(fc.nat(3), fc.nat(300)), { selector: ([id, partition]) => `${String(id)}_${String(partition)}` })
    .chain((ids) =>
      fc.tuple(
        ...ids
          .toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
          .map(([subtopologyId, partition]) => fc.maxSafeNat().map((sum) => ({ subtopologyId, partition, sum }))),
      ),
    );

  const topicName = fc.string({ minLength: 1, maxLength: 20 });
  const programs = fc.option(
    fc.record({
      subtopologies: fc.array(
        fc.record({
          id: fc.nat(200),
          topics: fc.array(fc.record({ name: topicName, partitions: fc.nat(10_000) }), { maxLength: 4 }),
        }),
      ),
      sinkTopics: fc.option(fc.array(topicName)),
    }),
  );

  test("is read as it was written", () => {
    fc.assert(
      fc.property(sums, fc.integer({ min: -1, max: 1_000_000 }), programs, (offsetSums, generation, program) => {
        const written: Subscription = {
          topics: ["a", "b"],
          owned: [{ topic: "a", partition: 3 }],
          generation,
          offsetSums,
          program,
        };
        expect(readSubscription(writeSubscription(written))).toEqual(written);
      }),
    );
  });

  test("of a later version is read without what is not understood", () => {
    const bytes = writeSubscription({
      topics: ["a"],
      owned: [],
      generation: 1,
      offsetSums: [{ subtopologyId: 0, partition: 1, sum: 77 }],
      program: null,
    });
    // int16 version, one topic "a" with its length, the length of ours, its version.
    bytes[2 + 4 + 2 + 1 + 4] = 3;
    expect(readSubscription(bytes)).toMatchObject({ topics: ["a"], generation: 1, offsetSums: [], program: null });
  });

  test("needs five bytes for a task with a million records", () => {
    const subscription = { topics: [], owned: [], generation: 1, program: null };
    const offsetSums = Array.from({ length: 100 }, (_, partition) => ({
      subtopologyId: 1,
      partition,
      sum: 1_000_000 + partition,
    }));
    const length =
      writeSubscription({ ...subscription, offsetSums }).length - writeSubscription({ ...subscription, offsetSums: [] }).length;
    expect(length).toBeLessThan(5 * 100);
  });
});

test("empty bytes, which a member gets that the leader does not know, are no partitions", () => {
  expect(assigned(Buffer.alloc(0), "app")).toEqual({ partitions: [], givesUp: false, isStale: false });
});

test.each([
  ["without a mark", null],
  ["with somebody else's", Buffer.from("mill")],
])("an assignment %s is refused with an error that says who may have made it", (_, userData) => {
  const assignment = encodeAssignment({ assignedPartitions: [{ topic: "left", partitions: [0] }], userData });
  expect(() => assigned(assignment, "app")).toThrow(
    expect.objectContaining({
      code: "STREAMS_FOREIGN_ASSIGNMENT",
      message: expect.stringMatching(
        /Group "app" has members that are no instances of this application.*Stop them, or/,
      ) as string,
    }),
  );
});

test("what assign() gives is never without user data, so that no other protocol takes the group over", () => {
  const metadata = writeSubscription({ topics: ["left", "right"], owned: [], generation: -1, offsetSums: [], program: null });
  const members = ["a", "b"].map((memberId) => ({ memberId, groupInstanceId: null, metadata }));
  const userData = [...assign(members, leaderOf(tasksOf(1, 0))).values()].map((bytes) =>
    decodeAssignment(bytes).userData?.toString(),
  );
  expect(userData).toEqual(["millrace\0", "millrace\0"]);
});
