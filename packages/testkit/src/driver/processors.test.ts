import {
  int64,
  string,
  type FixedKeyRecord,
  type Processor,
  type ProcessorContext,
  type ProcessorKeyValueStore,
  type ProcessorRecord,
  type ProcessorSupplier,
} from "@millrace/core";
import { keyValueStore, StreamsBuilder, topic } from "@millrace/dsl";
import { describe, expect, test } from "vitest";
import type { DriverOptions } from "./options.ts";
import { TopologyTestDriver } from "./topology-test-driver.ts";

const words = topic("in", { key: string, value: string });
type Words = Processor<string, string, string, string>;

/** A program of one processor, its driver, and what it writes, each record as `key=value@time`. */
function running(
  processor: Omit<Words, "process"> & Partial<Pick<Words, "process">>,
  options: DriverOptions & { stores?: ProcessorSupplier<string, string, string, string>["stores"] } = {},
): { driver: TopologyTestDriver; pipe: (value: string, timestamp: number) => void; read: () => string[] } {
  const { stores = [], ...rest } = options;
  const builder = new StreamsBuilder();
  const process: Words["process"] = (record, context) => context.forward(record);
  builder
    .stream(words)
    .process<string, string>({ stores, create: () => ({ process, ...processor }) }, { name: "p" })
    .to("out", { key: string, value: string, name: "out-sink" });
  const driver = new TopologyTestDriver(builder.build(), rest);
  const input = driver.inputTopic(words);
  const output = driver.outputTopic("out", { key: string, value: string });
  const read = (): string[] => output.readAll().map(({ key, value, timestamp }) => `${key}=${value}@${timestamp}`);
  return { driver, pipe: (value, timestamp) => input.pipe("k", value, { timestamp }), read };
}

describe("a schedule", () => {
  test("by the wall clock runs once per advance, with the clock's time, also where intervals were missed", () => {
    const { driver, pipe, read } = running(
      {
        init: (context) => void context.schedule("1s", "wallClock", (at) => context.forward({ key: "tick", value: String(at) })),
      },
      { wallClockMs: 5_000 },
    );
    pipe("a", 7);
    driver.advanceWallClock(999);
    expect(read()).toEqual(["k=a@7"]);
    driver.advanceWallClock(1);
    driver.advanceWallClock("3.5s");
    driver.advanceWallClock(499);
    driver.advanceWallClock(1);
    expect(read()).toEqual(["tick=6000@6000", "tick=9500@9500", "tick=10000@10000"]);
  });

  test.each([
    [12_000, ["12000", "22000"]],
    [5_000, ["5000", "15000"]],
    [4_000, ["14000", "24000"]],
    [0, ["10000", "20000"]],
  ])("with a start at %d, at 5000 by the clock, runs at %j", (startMs, expected) => {
    const ran: string[] = [];
    const { driver } = running(
      { init: (context) => void context.schedule("10s", "wallClock", (at) => ran.push(String(at)), { startMs }) },
      { wallClockMs: 5_000 },
    );
    driver.advanceWallClock(0);
    while (driver.wallClockMs < 30_000 && ran.length < 2) driver.advanceWallClock(1_000);
    expect(ran).toEqual(expected);
  });

  test("with a start runs by stream time on the grid from there", () => {
    const ran: number[] = [];
    const { pipe } = running({
      init: (context) => void context.schedule(10, "streamTime", (at) => ran.push(at), { startMs: 25 }),
    });
    for (const at of [3, 24, 25, 34, 36, 60]) pipe("v", at);
    expect(ran).toEqual([25, 36, 60]);
  });

  test("is outside of any record: no place, no headers, the clock's time for what it writes", () => {
    const seen: unknown[] = [];
    const store = keyValueStore("store", { key: string, value: string, timestamped: true });
    const { pipe, driver } = running(
      {
        init: (context) => {
          seen.push(context.recordMetadata);
          const kept = context.store(store);
          context.schedule(10, "streamTime", (at) => {
            kept.put("x", "y");
            seen.push(context.recordMetadata, at, context.currentStreamTimeMs(), context.currentSystemTimeMs());
          });
        },
        process: (_record, context) => void seen.push(context.recordMetadata),
      },
      { stores: [store], wallClockMs: 3 },
    );
    pipe("v", 42);
    expect(seen).toEqual([null, { topic: "in", partition: 0, offset: 0 }, { topic: null, partition: -1, offset: -1 }, 42, 42, 3]);
    expect(driver.keyValueStore("store").timestamp("x")).toBe(42);
  });

  test("that fails goes to the handler of processing errors, and runs again", () => {
    const failing: Omit<Words, "process"> = {
      init: (context) =>
        void context.schedule(10, "streamTime", (at) => {
          throw new RangeError(`at ${at}`);
        }),
    };
    const kept = running(failing, { processingErrors: "continue" });
    for (const at of [5, 12, 13]) kept.pipe("v", at);
    expect(
      kept.driver.drops().map(({ nodeName, reason, topic: from, timestampMs }) => [nodeName, reason, from, timestampMs]),
    ).toEqual([
      ["p", "processing", null, 5],
      ["p", "processing", null, 12],
    ]);
    expect(() => running(failing).pipe("v", 5)).toThrow(/process\(\) at node "p".*at 5/);
  });

  test.each([
    [0, "streamTime", {}, /interval from 1 ms/],
    ["10 s", "streamTime", {}, /no whole number of milliseconds/],
    [10, "wall", {}, /streamTime.* or .*wallClock/],
    [10, "wallClock", { startMs: -1 }, /startMs/],
  ])("of %j by %j with %j is refused", (every, clock, options, text) => {
    const wrong = {
      init: (context: ProcessorContext<string, string>) => void context.schedule(every, clock as never, () => undefined, options),
    };
    expect(() => running(wrong)).toThrow(text);
  });
});

describe("forward", () => {
  test("to a named child reaches that one alone, and others are named in the error", () => {
    const builder = new StreamsBuilder();
    const routed = builder
      .stream(words)
      .process<string, string>(
        { create: () => ({ process: (record, context) => context.forward(record, record.value) }) },
        { name: "router" },
      );
    routed.to("a", { key: string, value: string, name: "to-a" });
    routed.to("b", { key: string, value: string, name: "to-b" });
    const driver = new TopologyTestDriver(builder.build());
    driver.inputTopic(words).pipe("k", "to-b");
    expect([...driver.producedTopicNames]).toEqual(["b"]);
    expect(() => driver.inputTopic(words).pipe("k", "c")).toThrow(/no child "c".*"to-a", "to-b"/);
  });

  test("takes time and headers of the record in flight, unless it is given others, and leaves those as they were", () => {
    const { driver } = running({
      process(record, context) {
        context.forward({ key: "new", value: "v", timestampMs: 77, headers: [{ key: "h", value: null }] });
        context.forward({ key: "old", value: "v" });
        context.forward(record.withValue("copied").withTimestamp(8));
      },
    });
    driver.inputTopic(words).pipe("k", "v", { timestamp: 5, headers: [{ key: "own", value: null }] });
    expect(driver.producedRecords.map(({ timestampMs, headers }) => [timestampMs, headers.map(({ key }) => key)])).toEqual([
      [77, ["h"]],
      [5, ["own"]],
      [8, ["own"]],
    ]);
  });

  test.each([
    ["a negative time", { key: "k", value: "v", timestampMs: -1 }, /timestamp is the number -1/],
    ["half a millisecond", { key: "k", value: "v", timestampMs: 0.5 }, /timestamp is the number 0\.5/],
    ["an undefined value", { key: "k", value: undefined }, /undefined value/],
    ["a promise", Promise.resolve(), /promise/],
  ])("refuses %s", (_what, record, text) => {
    expect(() => running({ process: (_record, context) => context.forward(record as never) }).pipe("v", 1)).toThrow(text);
  });

  test("is refused in init, and after the call is over", () => {
    let late: ProcessorContext<string, string> | null = null;
    const { pipe } = running({ process: (_record, context) => void (late = context) });
    pipe("v", 1);
    expect(() => late!.forward({ key: "k", value: "v" })).toThrow(
      expect.objectContaining({ code: "STREAMS_FORWARD_OUTSIDE_CALL" }),
    );
    const early = { init: (context: ProcessorContext<string, string>): void => context.forward({ key: "k", value: "v" }) };
    expect(() => running(early)).toThrow(
      expect.objectContaining({
        code: "STREAMS_PROCESSOR_LIFE_CYCLE",
        cause: expect.objectContaining({ code: "STREAMS_FORWARD_IN_INIT" }),
      }),
    );
  });
});

describe("a processor", () => {
  test("begins before the first record and ends with the driver, once", () => {
    const calls: string[] = [];
    const { driver, pipe } = running({
      init: () => void calls.push("init"),
      process: () => void calls.push("process"),
      close: () => void calls.push("close"),
    });
    pipe("v", 1);
    driver.close();
    driver.close();
    expect(calls).toEqual(["init", "process", "close"]);
  });

  test("that fails to end fails the driver's close, after all others have ended", () => {
    const ended: string[] = [];
    const builder = new StreamsBuilder();
    const ending = (name: string): ProcessorSupplier<string, string, string, string> => ({
      create: () => ({
        process: (record, context) => context.forward(record),
        close() {
          ended.push(name);
          throw new RangeError(name);
        },
      }),
    });
    builder.stream(words).process(ending("first"), { name: "first" }).process(ending("second"), { name: "second" });
    const driver = new TopologyTestDriver(builder.build());
    expect(() => driver.close()).toThrow(/close\(\) of node "first"/);
    expect(ended).toEqual(["first", "second"]);
  });

  test("that is asynchronous is refused", () => {
    const asynchronous: unknown = async () => undefined;
    const { pipe } = running({ process: asynchronous as Words["process"] });
    expect(() => pipe("v", 1)).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: "STREAMS_ASYNC_CALLBACK" }) }),
    );
  });

  test("reads and writes its stores, and no others", () => {
    const counts = keyValueStore("counts", { key: string, value: int64 });
    let store: ProcessorKeyValueStore<string, number> | null = null;
    const { driver, pipe, read } = running(
      {
        init: (context) => void (store = context.store(counts)),
        process(record, context) {
          const count = (store!.putIfAbsent(record.value, 0) ?? 0) + 1;
          store!.put(record.value, count);
          context.forward(record.withValue(String(count)));
          if (record.value === "gone") store!.delete("gone");
          if (record.value === "other") context.store("others");
        },
      },
      { stores: [counts] },
    );
    for (const value of ["a", "b", "a", "gone"]) pipe(value, 3);
    expect(read()).toEqual(["k=1@3", "k=1@3", "k=2@3", "k=1@3"]);
    expect(driver.keyValueStore("counts").all()).toEqual([
      { key: "a", value: 2, timestamp: NaN },
      { key: "b", value: 1, timestamp: NaN },
    ]);
    expect(() => store!.get(null as never)).toThrow(expect.objectContaining({ code: "STREAMS_NULL_STORE_KEY" }));
    expect(() => pipe("other", 4)).toThrow(/Node "p" has no store "others"/);
  });

  test("of values passes on only what came from its node", () => {
    const kept: FixedKeyRecord<string, string>[] = [];
    const builder = new StreamsBuilder();
    builder
      .stream(words)
      .processValues<string>({
        create: () => ({
          init(context) {
            // A copy may be passed on later, with the key that it came with.
            context.schedule(10, "streamTime", () => kept.splice(0).forEach((record) => context.forward(record)));
          },
          process(record, context) {
            if (record.value === "keep") kept.push(record.withValue("kept"));
            else if (record.value === "forge")
              context.forward({ key: "other", value: "v", timestampMs: 1, headers: [] } as never);
            else context.forward(record);
          },
        }),
      })
      .to("out", { value: string });
    const driver = new TopologyTestDriver(builder.build());
    const input = driver.inputTopic(words);
    input.pipe("a", "now", { timestamp: 1 });
    input.pipe("b", "keep", { timestamp: 2 });
    input.pipe("c", "now", { timestamp: 11 });
    const out = driver.outputTopic("out", { key: string, value: string });
    expect(out.readAll().map(({ key, value, timestamp }) => [key, value, timestamp])).toEqual([
      ["a", "now", 1],
      ["c", "now", 11],
      ["b", "kept", 2],
    ]);
    expect(() => input.pipe("d", "forge")).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: "STREAMS_FIXED_KEY" }) }),
    );
  });

  test("gives a copy of its record with another key", () => {
    const { driver } = running({
      process: (record: ProcessorRecord<string, string>, context) => context.forward(record.withKey("n").withHeaders([])),
    });
    driver.inputTopic(words).pipe("k", "v", { timestamp: 5 });
    expect(driver.outputTopic("out", { key: string, value: string }).readAll()).toMatchObject([
      { key: "n", value: "v", timestamp: 5 },
    ]);
  });
});

describe("process", () => {
  const process = (): void => undefined;
  const builder = (): { process: (supplier: unknown, options?: unknown) => unknown } =>
    new StreamsBuilder().stream(words) as never;

  test.each([
    ["a function", process, {}, /an object with a function `create`/],
    [
      "the same processor twice",
      {
        create: (
          (one) => () =>
            one
        )({ process }),
      },
      {},
      /a new processor at each call/,
    ],
    ["a processor without process", { create: () => ({}) }, {}, /an object with a function `process`/],
    ["a store that is none", { create: () => ({ process }), stores: ["name"] }, {}, /a definition of a store/],
    ["a connected store that is none", { create: () => ({ process }) }, { stores: [3] }, /a definition of a store/],
  ])("refuses %s", (_what, supplier, options, text) => {
    expect(() => builder().process(supplier, options)).toThrow(text);
  });

  test("refuses a store that the program does not have", () => {
    const program = new StreamsBuilder();
    program.stream(words).process({ create: () => ({ process }) }, { stores: ["nope"] });
    expect(() => program.build()).toThrow(/uses a store "nope", which was not added/);
  });
});
