import type { StoreSpec } from "@millrace/core";
import { expect, test } from "vitest";
import { InvalidWindowError } from "./errors.ts";
import type { StoreOptions } from "./options.ts";
import type { BuildOptions } from "./build-options.ts";
import { StreamsBuilder } from "./streams-builder.ts";
import { TimeWindows } from "./time-windows.ts";

function counted(options: StoreOptions<string, number>, build: BuildOptions = {}): StoreSpec {
  const builder = new StreamsBuilder();
  builder.stream("in").groupByKey().count(options);
  return builder.build(build).stores[0]!;
}

function countedWindows(
  options: StoreOptions<string, number>,
  windows: TimeWindows = TimeWindows.of({ size: "10s", grace: "5s" }),
): StoreSpec {
  const builder = new StreamsBuilder();
  builder.stream("in").groupByKey().windowedBy(windows).count(options);
  return builder.build().stores[0]!;
}

test("a store is cached, logged and persistent unless told otherwise", () => {
  expect(counted({})).toMatchObject({
    kind: "timestampedKeyValue",
    caching: true,
    logging: true,
    changelogConfig: {},
    persistent: true,
    sourceTopicAsChangelog: null,
  });
  expect(counted({ caching: false, logging: false })).toMatchObject({ caching: false, logging: false });
  expect(counted({ logging: { "segment.ms": "7" } })).toMatchObject({ logging: true, changelogConfig: { "segment.ms": "7" } });
});

test("the kind of a store is the operator's choice, else the program's", () => {
  expect(counted({ engine: "memory" }).persistent).toBe(false);
  expect(counted({}, { engine: "memory" }).persistent).toBe(false);
  expect(counted({ engine: "rocksdb" }, { engine: "memory" }).persistent).toBe(true);
});

test("a window store keeps windows for their size and grace, in segments of at least a minute", () => {
  expect(countedWindows({})).toMatchObject({
    kind: "timestampedWindow",
    windowSizeMs: 10_000,
    retentionMs: 15_000,
    segmentIntervalMs: 60_000,
    retainDuplicates: false,
  });
  expect(countedWindows({ retention: "1h" })).toMatchObject({ retentionMs: 3_600_000, segmentIntervalMs: 1_800_000 });
});

test("a retention shorter than size and grace is refused", () => {
  expect(() => countedWindows({ as: "ws", retention: 14_999 })).toThrow(InvalidWindowError);
  expect(() => countedWindows({ as: "ws", retention: 14_999 })).toThrow(
    '"ws" is 14999 ms, less than the windows\' size plus grace, 10000 + 5000 ms',
  );
  expect(() => countedWindows({ as: "ws", retention: 15_000 })).not.toThrow();
});

test("tables have a store only if they are named or looked into", () => {
  const storesOf = (program: (builder: StreamsBuilder) => void): string[] => {
    const builder = new StreamsBuilder();
    program(builder);
    return builder.build().stores.map(({ name }) => name);
  };
  expect(
    storesOf((builder) =>
      builder
        .table("t")
        .filter(() => true)
        .toStream()
        .toTable(),
    ),
  ).toEqual([]);
  expect(storesOf((builder) => builder.table("t", { as: "st" }))).toEqual(["st"]);
  expect(
    storesOf((builder) => {
      const view = builder.table("t").filter(() => true);
      builder.stream("s").join(view, (left) => left);
    }),
  ).toEqual(["t-STATE-STORE-0000000000"]);
  expect(
    storesOf((builder) => {
      const stored = builder.table("t").mapValues((value) => value, { as: "mapped" });
      builder.stream("s").join(stored, (left) => left);
    }),
  ).toEqual(["mapped"]);
});

test("only named stores can be queried", () => {
  const builder = new StreamsBuilder();
  const table = builder.table("t");
  expect(table.queryableStoreName).toBeNull();
  expect(table.filter(() => true, { as: "st" }).queryableStoreName).toBe("st");
  expect(builder.stream("s").groupByKey().count({ as: "counts" }).queryableStoreName).toBe("counts");
});
