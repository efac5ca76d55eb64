import { describe, expect, test } from "vitest";
import { encodeBatch } from "@millrace/protocol";
import { Registry, turn, withId } from "../serde/registry-fixture.ts";
import { string } from "../serde/string.ts";
import type { TimestampExtractor } from "../topology/topology.ts";
import { LookUpTimeoutError } from "../serde/errors.ts";
import { SourceRecordError } from "./errors.ts";
import { continueOnError, failing } from "./handlers.ts";
import type { SettledLookUp } from "./pending-look-up.ts";
import { show, sink, source, TaskFixture, type FixtureOptions } from "./task-fixture.ts";

/** A task that copies two topics, whose values name schemas of a registry, to "out". */
class Subject {
  readonly registry: Registry = new Registry();
  readonly settled: SettledLookUp[] = [];
  readonly fixture: TaskFixture;

  constructor(options: FixtureOptions = {}, timestampExtractor: TimestampExtractor | null = null) {
    const more = { valueSerde: this.registry.texts, timestampExtractor };
    this.fixture = new TaskFixture([source("a", ["a"], more), source("b", ["b"], more), sink("sink", ["a", "b"], "out")], {
      lookUpTimeoutMs: 1_000,
      onLookUp: (lookUp) => void this.settled.push(lookUp),
      maxTaskIdleMs: -1,
      ...options,
    });
  }

  /** Queues records `[offset, time, schema, text]` as one batch. A schema of 0: bytes that nobody can read. */
  add(topic: string, ...records: (readonly [number, number, number, string])[]): void {
    this.fixture.task.addBatches(
      topic,
      0,
      encodeBatch({
        records: records.map(([offset, timestamp, schema, text]) => ({
          offset,
          timestamp,
          key: null,
          value: schema === 0 ? Buffer.from(text) : withId(schema, text),
        })),
      }),
      records.length,
      records.at(-1)![0] + 1,
    );
  }

  /** Processes what can be, and gives it as `value@time`. */
  run(nowMs = this.fixture.nowMs): string[] {
    this.fixture.nowMs = nowMs;
    const { task } = this.fixture;
    while (task.ready(nowMs)) if (task.process(100) === 0) break;
    return this.fixture.take().map((written) => show(written).replace("null=", ""));
  }

  offsets(): string[] {
    return this.fixture.task.committable().map(({ topic, offset }) => `${topic}:${offset}`);
  }
}

describe("a record whose serde must look something up", () => {
  test("waits undecoded, and those behind it, until the answer is there", async () => {
    const subject = new Subject();
    subject.add("a", [0, 10, 1, "x"], [1, 11, 1, "y"], [2, 12, 2, "z"]);
    expect([subject.run(), subject.fixture.task.bufferedRecords("a", 0)]).toEqual([[], 3]);
    expect(subject.offsets()).toEqual(["a:0"]);
    await subject.registry.answer(1);
    expect(subject.settled).toMatchObject([{ record: { offset: 0, nodeName: "a" }, failure: null }]);
    expect(subject.run()).toEqual(["x@10", "y@11"]);
    expect(subject.offsets()).toEqual(["a:2"]);
    await subject.registry.answer(2);
    expect(subject.run()).toEqual(["z@12"]);
    expect(subject.offsets()).toEqual(["a:3"]);
    expect(subject.registry.asked).toEqual([1, 2]);
  });

  test("lets records of other partitions go first that are older, and no others", async () => {
    const subject = new Subject();
    await subject.registry.answer(2);
    subject.add("a", [0, 10, 1, "x"]);
    subject.add("b", [0, 9, 2, "older"], [1, 11, 2, "newer"]);
    expect(subject.run()).toEqual(["older@9"]);
    expect(subject.fixture.task.waiting?.record).toMatchObject({ topic: "a", offset: 0 });
    await subject.registry.answer(1);
    expect(subject.run()).toEqual(["x@10", "newer@11"]);
    expect(subject.fixture.task.waiting).toBe(null);
  });

  test("comes first where only an extractor knows its time, and then at its time", async () => {
    const subject = new Subject({}, ({ value, timestampMs }) => (value === "late" ? 50 : timestampMs));
    await subject.registry.answer(2);
    subject.add("b", [0, 20, 2, "known"]);
    subject.add("a", [0, 10, 1, "late"]);
    expect(subject.run()).toEqual([]);
    await subject.registry.answer(1);
    expect(subject.run()).toEqual(["known@20", "late@50"]);
  });

  test("counts as buffered for the choice between inputs", async () => {
    const subject = new Subject({ maxTaskIdleMs: 0, lag: () => 1 });
    await subject.registry.answer(2);
    subject.add("b", [0, 5, 2, "b"]);
    expect(subject.run()).toEqual([]);
    subject.add("a", [0, 10, 1, "a"]);
    expect(subject.run()).toEqual(["b@5"]);
  });

  test("waits again for the next thing that it needs", async () => {
    const registry = new Registry();
    const fixture = new TaskFixture(
      [source("a", ["a"], { keySerde: registry.texts, valueSerde: registry.texts }), sink("sink", ["a"], "out")],
      { lookUpTimeoutMs: 1_000 },
    );
    fixture.task.addBatches(
      "a",
      0,
      encodeBatch({ records: [{ offset: 0, timestamp: 1, key: withId(1, "k"), value: withId(2, "v") }] }),
      1,
      1,
    );
    expect(fixture.task.ready(0)).toBe(false);
    await registry.answer(1);
    expect(fixture.task.ready(0)).toBe(false);
    await registry.answer(2);
    expect(fixture.task.ready(0)).toBe(true);
    fixture.task.process(1);
    expect(fixture.take().map(show)).toEqual(["k=v@1"]);
  });
});

describe("a look-up that fails", () => {
  test("is tried again after pauses that grow, until the time is over: then the handler gets record and cause", async () => {
    const told: unknown[] = [];
    const deserialization = (error: unknown, record: object): "continue" => {
      told.push(error, record);
      return "continue";
    };
    const subject = new Subject({ handlers: { ...failing, deserialization } });
    subject.add("a", [0, 10, 1, "x"], [1, 11, 2, "y"]);
    subject.run(0);
    for (let nowMs = 0; nowMs < 1_000; nowMs += 10) {
      await subject.registry.answer(1, new RangeError("no connection"));
      subject.run(nowMs);
    }
    expect([subject.registry.asked, told]).toEqual([[1, 1, 1, 1], []]);
    subject.run(1_000);
    expect(told[0]).toBeInstanceOf(LookUpTimeoutError);
    expect((told[0] as Error).message).toMatch(/for 1000 ms: .* looks up schema 1 first\..* failed: no connection\. Check/);
    expect((told[0] as Error).cause).toEqual(new RangeError("no connection"));
    expect(told[1]).toMatchObject({ taskId: "0_0", nodeName: "a", topic: "a", partition: 0, offset: 0, timestampMs: 10 });
    await subject.registry.answer(2);
    expect(subject.run()).toEqual(["y@11"]);
    expect(subject.fixture.task.drops()).toEqual([{ nodeName: "a", reason: "deserialization", count: 1 }]);
    expect(subject.settled.filter(({ failure }) => failure !== null)).toHaveLength(4);
  });

  test("that nobody answers is over at the same time", () => {
    const subject = new Subject();
    subject.add("a", [0, 10, 1, "x"]);
    expect([subject.run(0), subject.run(999)]).toEqual([[], []]);
    expect(() => subject.run(1_000)).toThrow(SourceRecordError);
  });

  test("for good goes to the handler at once", async () => {
    const subject = new Subject();
    subject.add("a", [0, 10, 1, "x"]);
    await subject.registry.answer(1, Object.assign(new Error("no such schema"), { retriable: false }));
    expect(() => subject.run()).toThrow(/cannot read the record at offset 0 of "a"-0: no such schema/);
  });

  test("for good, as the serde says when it reads again, goes to the handler too", async () => {
    const subject = new Subject();
    subject.add("a", [0, 10, 1, "x"]);
    await subject.registry.refuse(1);
    expect(() => subject.run()).toThrow(/cannot read the record at offset 0 of "a"-0: .* schema 1 is gone/);
  });

  test("leaves a stand-in for the offset, if nothing else is there", async () => {
    const subject = new Subject({ handlers: { ...failing, deserialization: continueOnError } });
    subject.add("a", [0, 10, 0, "unreadable"], [1, 11, 1, "x"]);
    expect(subject.offsets()).toEqual(["a:1"]);
    await subject.registry.answer(1, Object.assign(new Error("no such schema"), { retriable: false }));
    subject.run();
    expect([subject.offsets(), subject.fixture.task.commitNeeded]).toEqual([["a:2"], true]);
  });
});

test("a look-up whose task is closed meanwhile is of no consequence", async () => {
  const subject = new Subject();
  subject.add("a", [0, 10, 1, "x"]);
  subject.fixture.task.close();
  await subject.registry.answer(1);
  expect([subject.fixture.task.ready(0), subject.fixture.task.bufferedRecords("a", 0)]).toEqual([false, 0]);
});

test("an error that stays the same after its look-up is done does not spin, and ends with the time", async () => {
  const stuck = new Registry();
  const { texts } = stuck;
  let reads = 0;
  let first: unknown = null;
  const fixture = new TaskFixture(
    [
      source("a", ["a"], {
        valueSerde: {
          ...texts,
          bind: undefined as never,
          read: (from, start, end) => {
            reads += 1;
            try {
              return texts.read(from, start, end);
            } catch (error) {
              throw (first ??= error);
            }
          },
        },
      }),
      sink("sink", ["a"], "out", { valueSerde: string }),
    ],
    { lookUpTimeoutMs: 1_000 },
  );
  fixture.task.addBatches(
    "a",
    0,
    encodeBatch({ records: [{ offset: 0, timestamp: 1, key: null, value: withId(1, "v") }] }),
    1,
    1,
  );
  await stuck.answer(1, new RangeError("no"));
  for (let nowMs = 0; nowMs < 1_000; nowMs += 10) {
    fixture.task.ready(nowMs);
    await turn();
  }
  expect(reads).toBeLessThan(6);
  expect(() => fixture.task.ready(1_000)).toThrow(SourceRecordError);
});
