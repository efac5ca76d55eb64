import { describe, expect, test } from "vitest";
import { MissingSerdeError, SerializationError } from "../../serde/errors.ts";
import { float64 } from "../../serde/float64.ts";
import { int64 } from "../../serde/int64.ts";
import { json } from "../../serde/json.ts";
import { string } from "../../serde/string.ts";
import type { KeyValueStore, KeyValueStoreSpec } from "./key-value.ts";
import type { TaskStore } from "../store-build.ts";
import { createKeyValueStore, keyValueSpec, StoreFixture } from "../test-fixture.ts";

type Store<K = string, V = string> = KeyValueStore<K, V> & TaskStore;

function open<K = string, V = string>(fixture: StoreFixture, options: Partial<KeyValueStoreSpec> = {}): Store<K, V> {
  return createKeyValueStore<K, V>(keyValueSpec(options), fixture.build);
}

function list<K, V>(iterator: { next(): boolean; readonly key: K; readonly value: V }): [K, V][] {
  const entries: [K, V][] = [];
  while (iterator.next()) entries.push([iterator.key, iterator.value]);
  return entries;
}

const cacheSizes = [
  ["cached", 1 << 20],
  ["with a cache of one entry", 1],
  ["uncached", 0],
] as const;

describe.each(cacheSizes)("a store %s", (_name, cacheBytes) => {
  test("gives values with their timestamps, and NaN where there is none", () => {
    const store = open(new StoreFixture(cacheBytes));
    store.put("a", "1", 17);
    expect([store.get("a"), store.timestampMs]).toEqual(["1", 17]);
    expect([store.get("b"), store.timestampMs]).toEqual([null, Number.NaN]);
    store.put("a", null, 18);
    expect([store.get("a"), store.timestampMs]).toEqual([null, Number.NaN]);
  });

  test("has no timestamps in the plain kind", () => {
    const fixture = new StoreFixture(cacheBytes);
    fixture.at(5);
    const store = open(fixture, { kind: "keyValue" });
    store.put("a", "1", 17);
    expect([store.get("a"), store.timestampMs]).toEqual(["1", Number.NaN]);
    store.flush();
    expect(fixture.changelog.records.map((record) => record.timestampMs)).toEqual([5]);
    expect(store.persistedEntries().map((entry) => entry.value.toString())).toEqual(["1"]);
  });

  test("keeps keys apart that differ in bytes only", () => {
    const store = open<number, string>(new StoreFixture(cacheBytes), { keySerde: float64 });
    store.put(0, "zero", 1);
    store.put(-0, "minus zero", 1);
    store.put(Number.NaN, "NaN", 1);
    expect([store.get(0), store.get(-0), store.get(Number.NaN)]).toEqual(["zero", "minus zero", "NaN"]);
    expect(store.entries().length).toBe(3);
  });

  test("takes a lone surrogate for the question mark that its bytes are", () => {
    const store = open(new StoreFixture(cacheBytes));
    store.put("?", "1", 1);
    expect(store.get("\uD800")).toBe("1");
    store.put("\uDFFF", "2\uD800", 2);
    expect([store.get("?"), list(store.all(false))]).toEqual(["2?", [["?", "2?"]]]);
  });

  test("is not changed by what is done to a value that was put or got", () => {
    const store = open<string, { n: number }>(new StoreFixture(cacheBytes), { valueSerde: json() });
    const value = { n: 1 };
    store.put("a", value, 1);
    value.n = 2;
    const got = store.get("a")!;
    expect(got.n).toBe(1);
    got.n = 3;
    store.flush();
    expect(store.get("a")!.n).toBe(1);
  });

  test("is not changed by a put that fails", () => {
    const fixture = new StoreFixture(cacheBytes);
    const store = open<string, number>(fixture, { valueSerde: int64 });
    expect(() => store.put("a", 0.5, 1)).toThrow(SerializationError);
    expect(() => store.put(7 as unknown as string, 1, 1)).toThrow(SerializationError);
    expect(() => store.put(null as unknown as string, 1, 1)).toThrow(SerializationError);
    expect(() => store.get(null as unknown as string)).toThrow(SerializationError);
    store.flush();
    expect([store.entries(), fixture.changelog.records, fixture.cache.bytes]).toEqual([[], [], 0]);
  });

  test("scans a snapshot, whatever is written meanwhile", () => {
    const store = open(new StoreFixture(cacheBytes));
    for (const key of ["a", "b", "c", "d"]) store.put(key, key.toUpperCase(), 1);
    store.flush();
    store.put("c", "dirty", 2);
    const scan = store.range("a", "c", false);
    expect(scan.next() && scan.key).toBe("a");
    store.put("b", null, 3);
    store.put("bb", "new", 3);
    store.put("c", "later", 3);
    expect(list(scan)).toEqual([
      ["b", "B"],
      ["c", "dirty"],
    ]);
    expect(list(store.all(true))).toEqual([
      ["d", "D"],
      ["c", "later"],
      ["bb", "new"],
      ["a", "A"],
    ]);
  });

  test("closes its scans at commit", () => {
    const store = open(new StoreFixture(cacheBytes));
    for (const key of ["a", "b"]) store.put(key, "x", 1);
    const scan = store.all(false);
    expect(scan.next()).toBe(true);
    store.flush();
    expect(scan.next()).toBe(false);
  });

  test("restores what its changelog says, the latest last, and skips records without a key or from the end offset on", () => {
    const fixture = new StoreFixture(cacheBytes);
    const store = open(fixture);
    for (const [key, value] of [
      ["a", "1"],
      ["b", "2"],
      ["a", "3"],
      ["b", null],
      ["c", "4"],
    ] as const) {
      store.put(key, value, 10);
      store.flush();
    }
    const restored = open(new StoreFixture(cacheBytes));
    expect(restored.restore(fixture.changelog.reader(), 4)).toBe(4);
    expect(list(restored.all(false))).toEqual([["a", "3"]]);
    expect([restored.get("a"), restored.timestampMs]).toEqual(["3", 10]);
  });
});

describe("a cached store", () => {
  test("forgets everything when it is discarded, and its share of the budget", () => {
    const fixture = new StoreFixture(1 << 20);
    const store = open(fixture);
    store.put("a", "1", 1);
    store.flush();
    store.put("a", "2", 2);
    store.put("b", "3", 2);
    store.discard();
    expect([store.get("a"), store.get("b")]).toEqual(["1", null]);
    store.flush();
    expect(fixture.changelog.records.length).toBe(1);
    expect(store.entries().length).toBe(1);
    store.discard();
    expect(fixture.cache.bytes).toBe(0);
  });

  test("moves the context to the last write of what it forwards, and back", () => {
    const fixture = new StoreFixture(1 << 20);
    const { context } = fixture;
    const store = open(fixture);
    const seen: unknown[] = [];
    store.setListener(
      {
        forward: (key, value, old, timestampMs) =>
          seen.push([key, value, old, timestampMs, context.topic, context.offset, context.headers]),
      },
      true,
    );
    const headers = [{ key: "h", value: null }];
    fixture.at(5, headers);
    store.put("a", "1", 50);
    fixture.at(6, []);
    store.put("a", "2", 60);
    fixture.at(7, headers);
    store.put("b", null, 70);
    fixture.at(8, []);
    store.flush();
    expect(seen).toEqual([["a", "2", null, 60, "in", 1, []]]);
    expect([context.offset, context.timestampMs]).toEqual([3, 8]);
    store.put("a", null, 61);
    store.flush();
    expect(seen.at(-1)).toEqual(["a", null, "2", 8, "in", 3, []]);
    store.put("a", null, 62);
    store.flush();
    expect(seen.length).toBe(2);
  });

  test.each([1, 100, 170, 1 << 20])(
    "loses nothing when what it forwards writes to it again (cache of %i bytes)",
    (cacheBytes) => {
      const fixture = new StoreFixture(cacheBytes);
      const store = open<string, number>(fixture, { valueSerde: int64 });
      const forwards: string[] = [];
      store.setListener(
        {
          forward(key, value, old) {
            forwards.push(`${key} ${value} ${old}`);
            if (value === null || value >= 3) return;
            store.put(key, (store.get(key) ?? 0) + 1, 1);
            store.put("other", (store.get("other") ?? 0) + 10, 1);
          },
        },
        true,
      );
      for (const key of ["a", "b", "c"]) store.put(key, 1, 1);
      store.put("a", null, 1);
      store.put("a", 1, 1);
      while (forwards.length < 100) {
        const before = forwards.length;
        store.flush();
        if (forwards.length === before) break;
      }
      expect(list(store.all(false)).filter(([key]) => key !== "other")).toEqual([
        ["a", 3],
        ["b", 3],
        ["c", 3],
      ]);
      expect(store.persistedEntries()).toEqual(store.entries());
      // the old value of every change is the new value of the one before it
      const last = new Map<string, string>();
      for (const forward of forwards) {
        const [key, value, old] = forward.split(" ") as [string, string, string];
        expect(old).toBe(last.get(key) ?? "null");
        last.set(key, value);
      }
      expect(last.get("other")).toBe(String(store.get("other")));
    },
  );

  test("logs 0 for a change outside any record", () => {
    const fixture = new StoreFixture(1 << 20);
    const store = open(fixture, { kind: "keyValue" });
    fixture.context.timestampMs = Number.NaN;
    store.put("a", "1", Number.NaN);
    store.flush();
    expect(fixture.changelog.records[0]!.timestampMs).toBe(0);
  });
});

describe("opening a store", () => {
  test("without a serde names the store", () => {
    const fixture = new StoreFixture(0);
    expect(() => open(fixture, { keySerde: null })).toThrow(MissingSerdeError);
    expect(() => open(fixture, { valueSerde: null })).toThrow(/value serde for store "store"/);
    const build = { ...fixture.build, defaultValueSerde: string };
    createKeyValueStore(keyValueSpec({ valueSerde: null }), build).put("a", "1", 1);
  });
});
