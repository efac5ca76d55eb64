import * as fc from "fast-check";
import { expect, test } from "vitest";
import { int64 } from "../../serde/int64.ts";
import { string } from "../../serde/string.ts";
import { openReader, type ReaderBuild, type StoreSpec } from "../kinds.ts";
import { MemoryEngine } from "../engine/memory-engine.ts";
import type { WindowStoreIterator } from "../store.ts";
import { asPersistent, createKeyValueStore, createWindowStore, keyValueSpec, StoreFixture, windowSpec } from "../test-fixture.ts";
import { WriteBudget } from "./write-budget.ts";

/* A reader beside the store that writes: it sees what the store would without its cache, as soon as the engine has it. */

function buildOf(fixture: StoreFixture): ReaderBuild {
  return { engine: fixture.engine, partition: 0, keySerde: string, valueSerde: int64 };
}

function rows<K, V>(iterator: WindowStoreIterator<K, V>): [K, number, V, number][] {
  const found: [K, number, V, number][] = [];
  while (iterator.next()) found.push([iterator.key, iterator.windowStartMs, iterator.value, iterator.timestampMs]);
  return found;
}

const key = fc.constantFrom("a", "ab", "b", "c");
const keyValuePuts = fc.array(fc.tuple(key, fc.option(fc.nat(99), { nil: null }), fc.nat(1000)), { maxLength: 30 });

test.each(["keyValue", "timestampedKeyValue"] as const)(
  "a reader of kind %s sees what is flushed, and nothing of the cache",
  (kind) => {
    fc.assert(
      fc.property(keyValuePuts, keyValuePuts, (flushed, cached) => {
        const fixture = new StoreFixture(1 << 20);
        const spec = keyValueSpec({ kind, valueSerde: int64 });
        const store = createKeyValueStore<string, number>(spec, fixture.build);
        const reader = openReader<string, number>(spec, buildOf(fixture));
        const expected = new Map<string, [number, number]>();
        for (const [name, value, timestampMs] of flushed) {
          store.put(name, value, timestampMs);
          if (value === null) expected.delete(name);
          else expected.set(name, [value, kind === "keyValue" ? Number.NaN : timestampMs]);
        }
        store.flush();
        for (const [name, value, timestampMs] of cached) store.put(name, value, timestampMs);
        const sorted = [...expected].sort(([a], [b]) => (a < b ? -1 : 1));
        const all = sorted.map(([name, [value, timestampMs]]) => [name, Number.NaN, value, timestampMs]);
        expect(rows(reader.all(false))).toEqual(all);
        expect(rows(reader.all(true))).toEqual(all.toReversed());
        expect(rows(reader.scan("ab", "b", Number.NaN, Number.NaN, false))).toEqual(
          all.filter(([name]) => name === "ab" || name === "b"),
        );
        for (const name of ["a", "ab", "b", "c", "none"]) {
          const [value, timestampMs] = expected.get(name) ?? [null, Number.NaN];
          expect([reader.get(name), reader.timestampMs]).toEqual([value, timestampMs]);
        }
      }),
      { numRuns: 100 },
    );
  },
);

test.each([true, false])("a reader of windows does not see those that have expired (persistent kind: %s)", (persistent) => {
  const puts = fc.array(fc.tuple(key, fc.nat(400), fc.nat(99)), { maxLength: 40 });
  fc.assert(
    fc.property(puts, (all) => {
      const fixture = new StoreFixture(0, asPersistent(new MemoryEngine()), "store", new WriteBudget());
      const spec: StoreSpec = windowSpec({ valueSerde: int64, persistent, retentionMs: 100, segmentIntervalMs: 50 });
      const store = createWindowStore<string, number>(spec, fixture.build);
      store.resume({ origin: "topic", offset: 0, streamTimeMs: Number.NaN, writtenMs: Number.NaN });
      for (const [name, startMs, value] of all) store.put(name, startMs, value, 1000 + startMs);
      fixture.drain(store, 0);
      const reader = openReader<string, number>(spec, buildOf(fixture));
      expect(rows(reader.all(false))).toEqual(rows(store.all(false)));
      expect(rows(reader.scan("ab", "b", 50, 300, true))).toEqual(rows(store.fetchKeys("ab", "b", 50, 300, true)));
      for (const [name, startMs] of all)
        expect([reader.get(name, startMs), reader.timestampMs]).toEqual([store.get(name, startMs), store.timestampMs]);
    }),
    { numRuns: 150 },
  );
});
