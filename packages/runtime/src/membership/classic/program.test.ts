import { int64, string, type Topology } from "@millrace/core";
import { StreamsBuilder } from "@millrace/dsl";
import { decodeAssignment } from "@millrace/protocol";
import type { StreamsConfig } from "@millrace/runtime";
import { describe, expect, test } from "vitest";
import { happens, type Instance, type Scene } from "../../../../../test/support/scene.ts";
import { assign, assigned, type Leader } from "./assignor.ts";
import { footprint, isSameProgram, otherPrograms, type Footprint, type Program } from "./program.ts";
import { writeSubscription } from "./subscription.ts";

const quick = { cacheBytesMax: 0, sessionTimeoutMs: 6_000, heartbeatIntervalMs: 500, commitIntervalMs: 500 };
const partitions = 2;

/** Copies from one topic to another, each pair as a sub-topology of its own; with several sources they are merged. */
function copying(...copies: readonly (readonly [sources: readonly string[], sink: string])[]): Topology {
  const builder = new StreamsBuilder();
  for (const [sources, sink] of copies) {
    const [first, ...others] = sources.map((source) => builder.stream(source, { key: string, value: string }));
    let merged = first!;
    for (const other of others) merged = merged.merge(other);
    merged.to(sink, { key: string, value: string });
  }
  return builder.build();
}

function print(sources: readonly string[], sinks: readonly string[] | null): Footprint {
  const subtopologies = [{ id: 0, topics: sources.map((name) => ({ name, partitions: 1 })) }];
  return footprint("app", sources, { subtopologies, sinkTopics: sinks });
}

describe("two programs are one, perhaps in two versions,", () => {
  test.each<[string, Footprint, Footprint, boolean]>([
    ["with a source and a sink in common", print(["a", "b"], ["x"]), print(["b", "c"], ["x", "y"]), true],
    ["with a source in common, if one writes nothing", print(["a"], []), print(["a"], ["x"]), true],
    ["with a source in common, if one may write anywhere", print(["a"], null), print(["a"], ["x"]), true],
    ["not without a source in common", print(["a"], ["x"]), print(["b"], ["x"]), false],
    ["without a sink in common", print(["a"], ["x"]), print(["a"], ["y"]), true],
    ["not by repartition topics alone", print(["a", "app-s-repartition"], []), print(["b", "app-s-repartition"], []), false],
    ["with a source whose name only looks so", print(["other-s-repartition"], []), print(["other-s-repartition"], []), true],
  ])("%s", (_, one, other, same) => {
    expect([isSameProgram(one, other), isSameProgram(other, one)]).toEqual([same, same]);
  });

  test("by way of a third, too", () => {
    const [old, between, last, stranger] = [
      print(["a"], null),
      print(["a", "b"], null),
      print(["b"], null),
      print(["c"], null),
    ].map((footprint, index) => ({ footprint, index }));
    expect(otherPrograms(old!.footprint, [last!, stranger!, between!, old!]).map(({ index }) => index)).toEqual([3]);
    expect(otherPrograms(old!.footprint, [last!, old!]).map(({ index }) => index)).toEqual([2]);
  });
});

/** Partitions that a leader gives to each of some members, as `topic-partition`. */
function given(leader: Program, members: Readonly<Record<string, Program | readonly string[]>>): Record<string, string[]> {
  const tasks: Leader["tasks"] = leader.subtopologies.flatMap(({ id, topics }) =>
    Array.from({ length: Math.max(...topics.map((topic) => topic.partitions)) }, (_, partition) => ({
      id: `${String(id)}_${String(partition)}`,
      partition,
      subtopology: { id },
      sourceTopics: topics.map(({ name }) => name),
    })),
  );
  const joined = Object.entries(members).map(([memberId, what]) => {
    const program = "subtopologies" in what ? what : null;
    const topics = "subtopologies" in what ? what.subtopologies.flatMap((one) => one.topics.map(({ name }) => name)) : what;
    return {
      memberId,
      groupInstanceId: null,
      metadata: writeSubscription({ topics, owned: [], generation: -1, offsetSums: [], program }),
    };
  });
  const assignments = assign(joined, {
    groupId: "app",
    tasks,
    program: leader,
    onOtherProgram: () => undefined,
    onOtherSinks: () => undefined,
  });
  return Object.fromEntries(
    [...assignments].map(([memberId, bytes]) => [
      memberId,
      assigned(bytes, "app").partitions.map(({ topic, partition }) => `${topic}-${String(partition)}`),
    ]),
  );
}

/** Each list is a sub-topology with two tasks. */
function program(...subtopologies: readonly (readonly string[])[]): Program {
  return {
    subtopologies: subtopologies.map((names, id) => ({ id, topics: names.map((name) => ({ name, partitions })) })),
    sinkTopics: null,
  };
}

describe("members of two versions", () => {
  test("share the tasks that mean the same to them, whatever their numbers are", () => {
    expect(given(program(["a"], ["b"]), { old: program(["a"], ["b"]), new: program(["b"], ["a"]) })).toEqual({
      new: ["a-0", "b-0"],
      old: ["a-1", "b-1"],
    });
  });

  test("leave a sub-topology with another source to those that have it as the leader does", () => {
    const [old, next] = [program(["a"]), program(["a", "b"])];
    expect(given(old, { old, next })).toEqual({ old: ["a-0", "a-1"], next: [] });
    expect(given(next, { old, next })).toEqual({ old: [], next: ["a-0", "a-1", "b-0", "b-1"] });
  });

  test("get the sub-topologies that the leader does not have, if nothing of the leader's reads the same topic", () => {
    const [old, next] = [program(["a"], ["r"]), program(["a"], ["b"])];
    expect(given(old, { old, next })).toEqual({ old: ["a-1", "r-0", "r-1"], next: ["a-0", "b-0", "b-1"] });
    expect(given(next, { old, next })).toEqual({ old: ["a-1", "r-0", "r-1"], next: ["a-0", "b-0", "b-1"] });
  });

  test("of which one does not tell its program are taken by the topics that they read", () => {
    expect(given(program(["a"], ["b"]), { next: program(["a"], ["b"]), before: ["a"] })).toEqual({
      before: ["a-0"],
      next: ["a-1", "b-0", "b-1"],
    });
  });
});

test("a subscription with a program is one without anything of ours for a leader of the version before", () => {
  const metadata = writeSubscription({ topics: ["a"], owned: [], generation: 3, offsetSums: [], program: program(["a"]) });
  // int16 version, one topic "a" with its length, the length of ours, its version: that leader knows 1 and does without any other.
  expect(metadata[2 + 4 + 2 + 1 + 4]).toBe(2);
});

test("a refusal is an empty assignment for a member of the version before", () => {
  const subscription = { owned: [], generation: -1, offsetSums: [] };
  const others: string[] = [];
  const assignments = assign(
    ["a", "b"].map((topic) => ({
      memberId: topic,
      groupInstanceId: null,
      metadata: writeSubscription({ ...subscription, topics: [topic], program: null }),
    })),
    {
      groupId: "app",
      tasks: [],
      program: program(["a"]),
      onOtherProgram: ({ memberId }, sources) => others.push(`${memberId}: ${sources.join()}`),
      onOtherSinks: () => undefined,
    },
  );
  expect(decodeAssignment(assignments.get("b")!).assignedPartitions).toEqual([]);
  expect(others).toEqual(["b: b"]);
  expect(() => assigned(assignments.get("b")!, "app")).toThrow(expect.objectContaining({ code: "STREAMS_OTHER_PROGRAM" }));
});

const codes = ({ streams }: Instance): unknown[] => {
  const all: unknown[] = [];
  for (let error: unknown = streams.failure; error instanceof Error; error = error.cause)
    all.push((error as { code?: unknown }).code);
  return all;
};

test("a second program under one application id is refused by name, and the first goes on", () =>
  happens(async (scene) => {
    const [second, told] = [copying([["b"], "x"]), "it reads b, this one a"];
    await scene.topics(["a", "b", "x", "y"], partitions);
    const first = await scene.start(copying([["a"], "x"]), quick, "one");
    const other = scene.instance(second, quick, "two");
    await expect(other.streams.start()).rejects.toThrow('Another program runs under application id "app": it reads a');
    expect(codes(other)).toEqual(["STREAMS_THREAD_FAILED", "STREAMS_OTHER_PROGRAM"]);
    expect(other.logs.filter((line) => line.startsWith("error"))).toHaveLength(1);
    const line = first.logs.find((text) =>
      text.includes('another program wants to run under application id "app", and is refused'),
    );
    expect(line).toContain(told);
    await scene.sendTexts("a", ["1", "2", "3"]);
    await scene.processed(first, 3);
    expect(first.streams.metrics()).toMatchObject({ tasks: partitions, membershipsLost: 0 });
    await first.streams.close();
    expect(await scene.count("x")).toBe(3);
  }));

test("an instance that reads the same and writes elsewhere gets its share, and the leader warns of it", () =>
  happens(async (scene) => {
    await scene.topics(["a", "x", "y"], partitions);
    const first = await scene.start(copying([["a"], "x"]), quick, "one");
    await scene.start(copying([["a"], "y"]), quick, "two");
    await scene.cluster.when(() => first.streams.metrics().tasks === 1);
    expect(first.logs.filter((text) => text.includes("writes to y, this one to x"))).not.toEqual([]);
  }));

test("two programs with the same generated names of internal topics are two", () =>
  happens(async (scene) => {
    await scene.topics(["a", "b", "x"], partitions);
    const counting = (source: string): Topology => {
      const builder = new StreamsBuilder();
      const words = builder
        .stream(source, { key: string, value: string })
        .groupBy((value) => value, { key: string, value: string });
      words.count().toStream().to("x", { key: string, value: int64 });
      return builder.build();
    };
    await scene.start(counting("a"), quick, "one");
    const other = scene.instance(counting("b"), quick, "two");
    await expect(other.streams.start()).rejects.toThrow("Another program runs");
  }));

/** Rolls two instances from one version to the next while records come, and looks that each is processed. */
async function roll(
  scene: Scene,
  before: Topology,
  after: Topology,
  sources: readonly string[],
  sinks: readonly string[],
): Promise<void> {
  await scene.topics([...sources, ...sinks], partitions);
  let sent = 0;
  const send = async (): Promise<void> => {
    sent += 1;
    for (const source of sources)
      for (let partition = 0; partition < partitions; partition += 1)
        await scene.send(
          source,
          [{ key: "k", value: `${source} ${String(sent)} ${String(partition)}`, partition }],
          string,
          string,
        );
  };
  const old = [await scene.start(before, quick, "old 1"), await scene.start(before, quick, "old 2")];
  await send();
  for (const [index, instance] of old.entries()) {
    // A new one joins, then an old one leaves: both versions are in the group meanwhile.
    const next = await scene.start(after, quick, `new ${String(index)}`);
    await scene.sleep(3_000);
    await send();
    await scene.sleep(3_000);
    await instance.streams.close();
    expect([instance.streams.failure, next.streams.state]).toEqual([null, "running"]);
    await send();
  }
  await scene.sleep(10_000);
  const out = (await Promise.all(sinks.map((sink) => scene.read(sink, string, string)))).flat().map(({ value }) => value);
  // Records that only the old version reads may stay unread after it is gone.
  const isRead = (source: string): boolean => after.nodes.some((node) => node.kind === "source" && node.topics.includes(source));
  for (const source of sources)
    for (let round = 1; round <= (isRead(source) ? sent : 1); round += 1)
      for (let partition = 0; partition < partitions; partition += 1)
        expect(out, "what came out").toContain(`${source} ${String(round)} ${String(partition)}`);
}

describe("an application is rolled to a version", () => {
  test.each<[string, Topology, Topology]>([
    ["with one more source in its sub-topology", copying([["a"], "x"]), copying([["a", "b"], "x"])],
    ["with one source less in its sub-topology", copying([["a", "b"], "x"]), copying([["a"], "x"])],
    ["with another name of its sink", copying([["a", "b"], "x"]), copying([["a", "b"], "y"])],
    ["with one more sub-topology", copying([["a"], "x"]), copying([["b"], "y"], [["a"], "x"])],
    ["with one sub-topology less", copying([["b"], "y"], [["a"], "x"]), copying([["a"], "x"])],
  ])("%s, instance by instance, and every record is processed", (_, before, after) =>
    happens((scene) => roll(scene, before, after, ["a", "b"], ["x", "y"])),
  );
});

describe("a static instance that restarts", () => {
  const fixed = (name: string): Partial<StreamsConfig> => ({ ...quick, groupInstanceId: name });

  test.each<[string, readonly string[], readonly string[]]>([
    ["a source more", ["a"], ["a", "b"]],
    ["a source less", ["a", "b"], ["b"]],
    ["sources that are numbered in another way", ["a", "c"], ["a", "b", "c"]],
  ])("with %s has the tasks of its new program, alone and beside another", (_, before, after) =>
    happens(async (scene) => {
      await scene.topics(["a", "b", "c", "x"], partitions);
      const topology = (sources: readonly string[]): Topology =>
        copying(...sources.map((source): [string[], string] => [[source], "x"]));
      const first = await scene.start(topology(before), fixed("one"), "one");
      expect(first.streams.metrics().tasks).toBe(before.length * partitions);
      await first.streams.close();
      const again = await scene.start(topology(after), fixed("one"), "one again");
      expect(again.streams.metrics().tasks).toBe(after.length * partitions);
      expect(again.states).toEqual(["rebalancing", "running"]);
      // The follower this time.
      const second = await scene.start(topology(before), fixed("two"), "two");
      await second.streams.close();
      const next = await scene.start(topology(after), fixed("two"), "two again");
      await scene.cluster.when(() => {
        const [one, other] = [again, next].map(({ streams }) => streams.metrics().tasks);
        return one === after.length && other === after.length;
      });
      for (const source of after) await scene.sendTexts(source, ["1"]);
      while ((await scene.count("x")) < after.length) await scene.sleep(100);
    }),
  );

  test("alone with another program runs that one", () =>
    happens(async (scene) => {
      await scene.topics(["a", "b", "x"], partitions);
      await (await scene.start(copying([["a"], "x"]), fixed("one"), "one")).streams.close();
      await scene.start(copying([["b"], "x"]), fixed("one"), "one again");
      await scene.sendTexts("b", ["1"]);
      while ((await scene.count("x")) < 1) await scene.sleep(100);
    }));

  test.each([
    ["leader", 0],
    ["follower", 1],
  ])("as the %s with another program is refused beside others, which go on", (_, index) =>
    happens(async (scene) => {
      await scene.topics(["a", "b", "x"], partitions);
      const names = ["one", "two"];
      const instances: Instance[] = [];
      for (const name of names) instances.push(await scene.start(copying([["a"], "x"]), fixed(name), name));
      await scene.cluster.when(() => instances.every(({ streams }) => streams.metrics().tasks === 1));
      const other = instances[1 - index]!;
      await instances[index]!.streams.close();
      const again = scene.instance(copying([["b"], "x"]), fixed(names[index]!), "again");
      await expect(again.streams.start()).rejects.toThrow('Another program runs under application id "app": it reads a');
      // The tasks of the refused member belong to another.
      await scene.cluster.when(() => other.streams.metrics().tasks === partitions);
      expect(other.streams.failure).toBeNull();
      // With the right program it comes back: the refusal was not meant for that.
      const right = await scene.start(copying([["a"], "x"]), fixed(names[index]!), "right");
      await scene.cluster.when(() => [other, right].every(({ streams }) => streams.metrics().tasks === 1));
    }),
  );
});
