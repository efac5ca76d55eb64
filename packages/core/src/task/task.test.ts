import { describe, expect, test } from "vitest";
import { filter } from "../operator/filter.ts";
import { map } from "../operator/map.ts";
import { mapValues } from "../operator/map-values.ts";
import { merge } from "../operator/merge.ts";
import { peek } from "../operator/peek.ts";
import { streamReduce } from "../operator/stream-reduce.ts";
import { tableToStream } from "../operator/table-to-stream.ts";
import { MissingSerdeError } from "../serde/errors.ts";
import { int64 } from "../serde/int64.ts";
import { string } from "../serde/string.ts";
import { Registry, withId } from "../serde/registry-fixture.ts";
import { windowed } from "../serde/windowed.ts";
import { Windowed } from "../record/windowed.ts";
import { partitionForKey } from "@millrace/protocol";
import {
  EdgeKindError,
  HandlerError,
  NoSuchPartitionError,
  NoTopicError,
  ProcessingError,
  SinkRecordError,
  UnknownPartitionError,
  UnknownStoreError,
} from "./errors.ts";
import { continueOnError, failing } from "./handlers.ts";
import { decodeOffsetMetadata, encodeOffsetMetadata } from "./offset-metadata.ts";
import { keyValueSpec, processor, show, sink, source, TaskFixture } from "./task-fixture.ts";

const upper = mapValues<string, string, string>((value) => value.toUpperCase());
const failOnX = mapValues<string, string, string>((value) => {
  if (value === "x") throw new RangeError("x is refused");
  return value;
});
const continuing = { handlers: { ...failing, processing: continueOnError } };

function caught(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("order", () => {
  test("children are called depth first, in the order of their nodes", () => {
    const seen: string[] = [];
    const see = (name: string): ReturnType<typeof peek> => peek(() => void seen.push(name));
    const task = new TaskFixture([
      source("in"),
      processor("a", ["in"], see("a")),
      processor("b", ["in"], see("b")),
      processor("a1", ["a"], see("a1")),
      processor("a2", ["a"], see("a2")),
    ]);
    task.pipe("in", "k", "v", 0);
    expect(seen).toEqual(["a", "a1", "a2", "b"]);
  });

  test("a node that lists a parent twice gets each record twice", () => {
    const task = new TaskFixture([source("in"), processor("m", ["in", "in"], merge()), sink("out", ["m"], "out")]);
    expect(task.shown("in", "k", "v", 3)).toEqual(["k=v@3", "k=v@3"]);
  });

  test("records of several topics are taken by their times, and stop when one runs dry", () => {
    const task = new TaskFixture([source("a"), source("b"), sink("out", ["a", "b"], "out")]);
    task.add("a", "a", "1", 5);
    task.add("a", "a", "2", 9);
    task.add("b", "b", "1", 7);
    expect(task.task.process(100)).toBe(2); // b is empty now: whether to go on is for ready() to say
    expect(task.task.ready(0)).toBe(true);
    expect(task.task.process(100)).toBe(1);
    expect(task.take().map(show)).toEqual(["a=1@5", "b=1@7", "a=2@9"]);
    expect(task.task.streamTimeMs).toBe(9);
  });

  test("at most as many records are processed as were asked for", () => {
    const task = new TaskFixture([source("in"), sink("out", ["in"], "out")]);
    for (let at = 0; at < 5; at += 1) task.add("in", "k", String(at), at);
    expect(task.task.process(2)).toBe(2);
    expect(task.task.bufferedRecords("in", 0)).toBe(3);
  });
});

describe("a failing operator", () => {
  const nodes = [
    source("in"),
    processor("first", ["in"], failOnX),
    sink("out", ["first"], "out"),
    processor("second", ["in"], upper),
    sink("out2", ["second"], "out2"),
  ];

  test("is an error that names node, topic, partition, offset and cause", () => {
    const task = new TaskFixture(nodes);
    task.pipe("in", "k", "a", 1);
    const error = caught(() => task.pipe("in", "k", "x", 2)) as ProcessingError;
    expect(error).toBeInstanceOf(ProcessingError);
    expect(error.record).toEqual({ taskId: "0_0", nodeName: "first", topic: "in", partition: 0, offset: 1, timestampMs: 2 });
    expect(error.cause).toBeInstanceOf(RangeError);
    expect(error.message).toContain(
      'mapValues() at node "first" of task 0_0 failed on the record at offset 1 of "in"-0: x is refused.',
    );
  });

  test("drops the record at that node only, if so wished", () => {
    const task = new TaskFixture(nodes, continuing);
    expect(task.pipe("in", "k", "x", 2).map((each) => `${each.topic}:${show(each)}`)).toEqual(["out2:k=X@2"]);
    expect(task.task.droppedRecords).toBe(1);
    expect(task.shown("in", "k", "y", 3)).toEqual(["k=y@3", "k=Y@3"]);
  });

  test("is not dropped by a sink behind the source, unless the handler holds everywhere", () => {
    const refusing = [
      source("in"),
      sink("numbers", ["in"], "numbers", { valueSerde: int64 }),
      sink("named", ["in"], () => {
        throw new RangeError("no name");
      }),
    ];
    for (const sinkName of ["numbers", "named"]) {
      const direct = refusing.filter(({ kind, name }) => kind === "source" || name === sinkName);
      expect(caught(() => new TaskFixture(direct, continuing).pipe("in", "k", "v", 0))).toMatchObject({
        code: sinkName === "numbers" ? "STREAMS_SINK_RECORD_UNWRITABLE" : "STREAMS_PROCESSING_FAILED",
      });
      const everywhere = new TaskFixture(direct, { ...continuing, processingErrorsScope: "everywhere" });
      expect(everywhere.pipe("in", "k", "v", 0)).toEqual([]);
      expect(everywhere.task.drops()).toEqual([{ nodeName: "in", reason: "processing", count: 1 }]);
    }
  });

  test("is dropped at a merge whose sink fails: a merge is an operator too", () => {
    const merged = [source("in"), processor("both", ["in"], merge()), sink("out", ["both"], "out", { valueSerde: int64 })];
    const task = new TaskFixture(merged, continuing);
    expect(task.pipe("in", "k", "v", 0)).toEqual([]);
    expect(task.task.drops()).toEqual([{ nodeName: "both", reason: "processing", count: 1 }]);
  });

  test("is blamed where it fails, not at the nodes above it", () => {
    const task = new TaskFixture([
      source("in"),
      processor("above", ["in"], upper),
      processor(
        "below",
        ["above"],
        mapValues(() => {
          throw new RangeError("always");
        }),
      ),
    ]);
    expect(caught(() => task.pipe("in", "k", "v", 0))).toMatchObject({ record: { nodeName: "below" } });
  });

  test("whose handler fails too is an error of the handler", () => {
    const thrown = new TypeError("handler bug");
    const task = new TaskFixture(nodes, {
      handlers: {
        ...failing,
        processing: () => {
          throw thrown;
        },
      },
    });
    expect(caught(() => task.pipe("in", "k", "x", 2))).toMatchObject({ code: "STREAMS_ERROR_HANDLER_FAILED", cause: thrown });
    const wrong = new TaskFixture(nodes, { handlers: { ...failing, processing: () => "retry" as never } });
    expect(caught(() => wrong.pipe("in", "k", "x", 2))).toBeInstanceOf(HandlerError);
  });
});

describe("a sink", () => {
  test("whose serde refuses the value is an error that names sink, topic and cause, wrapped by the node above it", () => {
    const nodes = [
      source("in"),
      processor(
        "number",
        ["in"],
        mapValues(() => 5),
      ),
      sink("out", ["number"], "outputs"),
    ];
    const error = caught(() => new TaskFixture(nodes).pipe("in", "k", "v", 0)) as ProcessingError;
    expect(error).toMatchObject({ code: "STREAMS_PROCESSING_FAILED", record: { nodeName: "number" } });
    expect(error.cause).toMatchObject({
      code: "STREAMS_SINK_RECORD_UNWRITABLE",
      sinkTopic: "outputs",
      record: { nodeName: "out" },
      cause: { code: "STREAMS_SERIALIZATION" },
    });
  });

  test("right below a source is to blame itself", () => {
    const nodes = [source("in"), sink("out", ["in"], "out", { valueSerde: int64 })];
    expect(caught(() => new TaskFixture(nodes).pipe("in", "k", "v", 0))).toBeInstanceOf(SinkRecordError);
    const task = new TaskFixture(nodes, { handlers: { ...failing, serialization: continueOnError } });
    expect(task.pipe("in", "k", "v", 0)).toEqual([]);
    expect(task.task.droppedRecords).toBe(1);
  });

  test("writes where its partitioner says: by default, to several, to none", () => {
    const partitions = (value: string): readonly number[] | null => (value === "none" ? [] : value === "all" ? [0, 1, 2] : null);
    const task = new TaskFixture(
      [source("in"), sink("out", ["in"], "out", { partitioner: (value) => partitions(value as string) })],
      { partitionCount: 3 },
    );
    const written = ["default", "all", "none"].map((value) => task.pipe("in", "k", value, 0).map(({ partition }) => partition));
    expect(written).toEqual([[-1], [0, 1, 2], []]);
    expect(task.task.droppedRecords).toBe(1);
  });

  test("refuses what is no partition", () => {
    const task = new TaskFixture([source("in"), sink("out", ["in"], "out", { partitioner: () => [-2] })]);
    expect(caught(() => task.pipe("in", "k", "v", 0))).toMatchObject({
      code: "STREAMS_PROCESSING_FAILED",
      cause: expect.any(NoSuchPartitionError),
    });
  });

  test("partitions windowed keys by the key within", () => {
    const nodes = [
      source("in"),
      processor(
        "window",
        ["in"],
        map<string, string, Windowed<string>, string>((value, key) => ({
          key: new Windowed(key, Number(value), Number(value) + 10),
          value,
        })),
      ),
      sink("out", ["window"], "out", { keySerde: windowed(string, 10) }),
    ];
    const task = new TaskFixture(nodes, { partitionCount: 64 });
    const partitions = ["0", "10", "20"].map((value) => task.pipe("in", "some key", value, 0)[0]!.partition);
    const bytes = Buffer.from("some key");
    expect(new Set(partitions)).toEqual(new Set([partitionForKey(bytes, 0, bytes.length, 64)]));
  });

  test("partitions windowed keys by the key within as it is bound to the topic", () => {
    const registry = new Registry();
    const nodes = [
      source("in"),
      processor(
        "window",
        ["in"],
        map<string, string, Windowed<string>, string>((value, key) => ({ key: new Windowed(key, 0, 10), value })),
      ),
      sink("out", ["window"], "out", { keySerde: windowed(registry.texts, 10) }),
    ];
    const task = new TaskFixture(nodes, { partitionCount: 64 });
    const bytes = withId(101, "some key");
    expect(task.pipe("in", "some key", "v", 0)[0]!.partition).toBe(partitionForKey(bytes, 0, bytes.length, 64));
  });

  test("hashes a windowed key whole on its way to a repartition topic", () => {
    const nodes = [
      source("in"),
      processor(
        "window",
        ["in"],
        map<string, string, Windowed<string>, string>((value, key) => ({
          key: new Windowed(key, Number(value), Number(value) + 10),
          value,
        })),
      ),
      sink("again", ["window"], "again", { keySerde: windowed(string, 10) }),
    ];
    const task = new TaskFixture(nodes, { partitionCount: 64, repartitionTopics: ["again"] });
    // -1: the output's default partitioner hashes all of the key's bytes.
    expect(task.pipe("in", "some key", "10", 0)[0]!.partition).toBe(-1);
  });

  test("asks its extractor for each record's topic", () => {
    const task = new TaskFixture([
      source("in"),
      sink("out", ["in"], (value, key, record) => `${String(value)}-${record.topic}-${String(key)}`),
    ]);
    expect(task.pipe("in", "k", "a", 0)[0]!.topic).toBe("a-in-k");
    expect(task.pipe("in", "k", "b", 0)[0]!.topic).toBe("b-in-k");
  });

  test("whose extractor names no topic is an error of the source above", () => {
    const task = new TaskFixture([source("in"), sink("out", ["in"], () => null as never)]);
    expect(caught(() => task.pipe("in", "k", "a", 0))).toMatchObject({
      record: { nodeName: "in" },
      cause: expect.any(NoTopicError),
    });
  });
});

describe("commit", () => {
  const nodes = [
    source("in"),
    processor("reduce", ["in"], streamReduce<string>({ store: "store", reducer: (a, b) => a + b, sendOldValues: false }), [
      "store",
    ]),
    processor("stream", ["reduce"], tableToStream()),
    sink("out", ["stream"], "out"),
  ];

  test("gives the offset of the next record and the partition's time", () => {
    const { task, ...fixture } = withTask([source("in"), sink("out", ["in"], "out")]);
    expect(task.committable()).toEqual([]);
    fixture.add("in", "k", "a", 30);
    fixture.add("in", "k", "b", 20);
    expect(task.commitNeeded).toBe(false);
    task.process(1);
    expect(task.commitNeeded).toBe(true);
    const offsets = task.committable();
    expect(offsets).toMatchObject([{ topic: "in", partition: 0, offset: 1 }]);
    expect(decodeOffsetMetadata(offsets[0]!.metadata).partitionTimeMs).toBe(30);
    task.committed(offsets);
    expect(task.committable()).toEqual([]);
    expect(task.commitNeeded).toBe(false);
    task.process(1);
    expect(task.committable()).toMatchObject([{ offset: 2 }]);
  });

  test("flushes what a cache holds back, with the time and headers of the last write, then leaves the context alone", () => {
    const fixture = new TaskFixture(nodes, { stores: [keyValueSpec("store")], cacheBytesMax: 1_000_000 });
    expect(fixture.pipe("in", "k", "a", 5)).toEqual([]);
    expect(fixture.pipe("in", "k", "b", 3)).toEqual([]);
    expect(fixture.pipe("in", "j", "c", 4)).toEqual([]);
    fixture.task.flush();
    expect(fixture.take().map(show)).toEqual(["k=ab@5", "j=c@4"]);
    expect(fixture.task.context).toMatchObject({ topic: "in", offset: 2, timestampMs: 4 });
    fixture.task.flush();
    expect(fixture.take()).toEqual([]);
  });

  test("goes on with the times that were committed", () => {
    const fixture = new TaskFixture([
      source("in", ["in"], { timestampExtractor: (_record, partitionTimeMs) => partitionTimeMs }),
      sink("out", ["in"], "out"),
    ]);
    fixture.task.start("in", 0, 1, encodeOffsetMetadata({ partitionTimeMs: 99, processorTimesMs: new Map() }));
    expect(fixture.task.streamTimeMs).toBe(99);
    expect(fixture.pipe("in", "k", "committed already", 1)).toEqual([]);
    expect(fixture.shown("in", "k", "v", 2)).toEqual(["k=v@99"]);
  });
});

describe("a task", () => {
  test("refuses a node without serde when there is no default, naming the node", () => {
    const none = { defaults: { key: string, value: null } };
    expect(() => new TaskFixture([source("in"), sink("out", ["in"], "out", { valueSerde: string })], none)).toThrow(
      MissingSerdeError,
    );
    expect(() => new TaskFixture([source("in", ["in"], { valueSerde: string }), sink("out", ["in"], "out")], none)).toThrow(
      'sink "out"',
    );
  });

  test("refuses an edge between a table and a stream", () => {
    expect(() => new TaskFixture([source("in"), processor("p", ["in"], tableToStream())])).toThrow(EdgeKindError);
  });

  test("refuses partitions and stores that it does not have", () => {
    const { task, stores } = new TaskFixture([source("in"), sink("out", ["in"], "out")]);
    expect(() => task.addBatches("in", 1, Buffer.alloc(0), 0, 0)).toThrow(UnknownPartitionError);
    expect(() => task.addBatches("other", 0, Buffer.alloc(0), 0, 0)).toThrow(UnknownPartitionError);
    expect(() => stores.get("store")).toThrow(UnknownStoreError);
  });

  test("reads repartition topics by their physical names, and with the times they were written with", () => {
    const fixture = new TaskFixture(
      [source("r", ["x-repartition"], { timestampExtractor: () => 5 }), sink("out", ["r"], "out")],
      { repartitionTopics: ["x-repartition"] },
    );
    expect(fixture.task.topics).toEqual(["app-x-repartition"]);
    expect(fixture.shown("app-x-repartition", "k", "v", 77)).toEqual(["k=v@77"]);
  });

  test("forgets what is buffered when it is closed", () => {
    const fixture = new TaskFixture([source("in"), sink("out", ["in"], "out")]);
    fixture.add("in", "k", "v", 1);
    fixture.task.close();
    expect(fixture.task.process(10)).toBe(0);
    expect(fixture.task.context.topic).toBeNull();
  });

  test("passes headers from source to sink", () => {
    const fixture = new TaskFixture([
      source("in"),
      processor(
        "f",
        ["in"],
        filter(() => true, false),
      ),
      sink("out", ["f"], "out"),
    ]);
    fixture.add("in", "k", "v", 1, [{ key: "h", value: Buffer.from("1") }]);
    fixture.task.process(1);
    expect(fixture.take()[0]!.headers).toEqual([{ key: "h", value: Buffer.from("1") }]);
  });
});

function withTask(nodes: ConstructorParameters<typeof TaskFixture>[0]): { task: TaskFixture["task"]; add: TaskFixture["add"] } {
  const fixture = new TaskFixture(nodes);
  return { task: fixture.task, add: fixture.add.bind(fixture) };
}
