import * as fc from "fast-check";
import { expect, test } from "vitest";
import { int64 } from "../../serde/int64.ts";
import { MemoryEngine } from "../engine/memory-engine.ts";
import type { WindowStore, WindowStoreSpec } from "./window.ts";
import type { WindowStoreIterator } from "../store.ts";
import type { TaskStore } from "../store-build.ts";
import { createWindowStore, asPersistent, StoreFixture, windowSpec } from "../test-fixture.ts";
import { int64Bytes } from "../schema/window-rows.ts";
import { WriteBudget } from "../core/write-budget.ts";

/*
 * A window store without a cache against a list of windows: expiry (exact in memory, by segments in the persistent kind),
 * the order of scans, duplicates, and a restore from the changelog.
 */

interface Setup {
  readonly persistent: boolean;
  readonly duplicates: boolean;
  readonly retentionMs: number;
  readonly segmentIntervalMs: number;
  /** Writes wait for their changelog records on the way to an engine that outlives the process. */
  readonly tailed: boolean;
}
interface Held {
  readonly key: string;
  readonly startMs: number;
  readonly sequence: number;
  readonly value: number;
}

class Model {
  streamTimeMs = -1;
  dropped = 0;
  #sequence = 0;
  #held: Held[] = [];
  readonly #setup: Setup;

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  put(key: string, startMs: number, value: number | null): void {
    const { duplicates, persistent, retentionMs, segmentIntervalMs } = this.#setup;
    if (duplicates) this.#sequence += 1;
    if (duplicates && persistent && value === null) return;
    this.streamTimeMs = Math.max(this.streamTimeMs, startMs);
    const limit = this.streamTimeMs - retentionMs;
    if (persistent ? Math.trunc(startMs / segmentIntervalMs) < Math.trunc(limit / segmentIntervalMs) : startMs <= limit) {
      this.dropped += 1;
      return;
    }
    if (value === null && duplicates) return;
    if (!duplicates) this.#held = this.#held.filter((held) => held.key !== key || held.startMs !== startMs);
    if (value !== null) this.#held.push({ key, startMs, sequence: this.#sequence, value });
  }

  select(from: string | null, to: string | null, fromMs: number, toMs: number, reverse: boolean): [string, number, number][] {
    const { persistent, retentionMs, segmentIntervalMs } = this.#setup;
    const firstMs = Math.max(fromMs, this.streamTimeMs - retentionMs + 1);
    const found = this.#held.filter(
      ({ key, startMs }) => startMs >= firstMs && startMs <= toMs && (from === null || key >= from) && (to === null || key <= to),
    );
    const order = ({ key, startMs, sequence }: Held): string => {
      const start = int64Bytes(startMs).toString("latin1");
      const place = persistent ? int64Bytes(Math.trunc(startMs / segmentIntervalMs)).toString("latin1") : start;
      return `${place}${key}${start}${int64Bytes(sequence).toString("latin1")}`;
    };
    found.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    if (reverse) found.reverse();
    return found.map(({ key, startMs, value }) => [key, startMs, value]);
  }
}

type Store = WindowStore<string, number> & TaskStore;
type Step = (store: Store, model: Model, fixture: StoreFixture) => void;

const key: fc.Arbitrary<string> = fc.constantFrom("a", "ab", "b", "bcd", "c");
const startMs: fc.Arbitrary<number> = fc.oneof(
  fc.nat(8).map((n) => n * 50),
  fc.nat(400),
);
const bound: fc.Arbitrary<number> = fc.oneof(fc.integer({ min: -20, max: 450 }), fc.constant(Number.MAX_SAFE_INTEGER));
const put: fc.Arbitrary<Step> = fc
  .tuple(key, startMs, fc.option(fc.nat(99), { nil: null }))
  .map(([name, at, value]) => (store, model) => {
    store.put(name, at, value, 1000 + at);
    model.put(name, at, value);
  });
const get: fc.Arbitrary<Step> = fc.tuple(key, startMs).map(([name, at]) => (store, model) => {
  if (store.spec.retainDuplicates) return; // which of them is not defined
  const expected = model.select(name, name, at, at, false)[0];
  expect(store.get(name, at)).toBe(expected === undefined ? null : expected[2]);
  expect(store.timestampMs).toBe(expected === undefined ? Number.NaN : 1000 + at);
});
const fetch: fc.Arbitrary<Step> = fc.tuple(key, bound, bound, fc.boolean()).map(([name, from, to, reverse]) => (store, model) => {
  expect(listed(store.fetch(name, from, to, reverse))).toEqual(model.select(name, name, from, to, reverse));
});
const fetchKeys: fc.Arbitrary<Step> = fc
  .tuple(fc.option(key, { nil: null }), fc.option(key, { nil: null }), bound, bound, fc.boolean())
  .map(([low, high, from, to, reverse]) => (store, model) => {
    expect(listed(store.fetchKeys(low, high, from, to, reverse))).toEqual(model.select(low, high, from, to, reverse));
  });
const all: fc.Arbitrary<Step> = fc.boolean().map((reverse) => (store, model) => {
  expect(listed(store.all(reverse))).toEqual(model.select(null, null, 0, Number.MAX_SAFE_INTEGER, reverse));
});
const drain: fc.Arbitrary<Step> = fc.nat(3).map((underWay) => (store, _model, fixture) => fixture.drain(store, underWay));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: put },
  { weight: 4, arbitrary: get },
  fetch,
  fetchKeys,
  all,
  drain,
);
const setup: fc.Arbitrary<Setup> = fc.record({
  persistent: fc.boolean(),
  duplicates: fc.boolean(),
  retentionMs: fc.integer({ min: 1, max: 300 }),
  segmentIntervalMs: fc.constantFrom(30, 100, 1000),
  tailed: fc.boolean(),
});

function listed(iterator: WindowStoreIterator<string, number>): [string, number, number][] {
  const entries: [string, number, number][] = [];
  while (iterator.next()) {
    expect(iterator.timestampMs).toBe(1000 + iterator.windowStartMs);
    entries.push([iterator.key, iterator.windowStartMs, iterator.value]);
  }
  return entries;
}

test("any sequence of puts and reads equals a list of windows, and so does its restored copy", () => {
  fc.assert(
    fc.property(setup, fc.array(step, { maxLength: 60 }), (chosen, steps) => {
      const { persistent, duplicates, retentionMs, segmentIntervalMs, tailed } = chosen;
      const spec = windowSpec({ valueSerde: int64, persistent, retainDuplicates: duplicates, retentionMs, segmentIntervalMs });
      const fixture = tailed
        ? new StoreFixture(0, asPersistent(new MemoryEngine()), "store", new WriteBudget())
        : new StoreFixture(0);
      const store = createWindowStore<string, number>(spec, fixture.build);
      store.resume({ origin: "topic", offset: 0, streamTimeMs: Number.NaN, writtenMs: Number.NaN });
      const model = new Model(chosen);
      for (const one of steps) {
        one(store, model, fixture);
        store.assertConsistent();
      }
      expect(fixture.dropped).toBe(model.dropped);
      const content = model.select(null, null, 0, Number.MAX_SAFE_INTEGER, false);
      expect(listed(store.all(false))).toEqual(content);

      const restored = createWindowStore<string, number>(spec, new StoreFixture(0).build);
      restored.restore(fixture.changelog.reader(), Number.MAX_SAFE_INTEGER);
      // null puts of a persistent store with duplicates are logged, but do not move its stream time
      if (duplicates) return;
      expect(restored.streamTimeMs).toBe(store.streamTimeMs);
      expect(listed(restored.all(false))).toEqual(content);
      if (tailed) goOn(spec, fixture, model, store.streamTimeMs);
    }),
    { numRuns: 600 },
  );
});

/** The next life of a store, which begins with what the engine holds. */
function goOn(spec: WindowStoreSpec, fixture: StoreFixture, model: Model, streamTimeMs: number): void {
  const checkpoint = fixture.build.space.checkpoint() ?? {
    origin: "topic",
    offset: 0,
    streamTimeMs: Number.NaN,
    writtenMs: Number.NaN,
  };
  const next = createWindowStore<string, number>(spec, fixture.build);
  next.resume(checkpoint);
  const records = fixture.changelog.reader(checkpoint.offset);
  next.restore(records, Number.MAX_SAFE_INTEGER);
  next.restored(fixture.changelog.records.length);
  expect(next.streamTimeMs).toBe(streamTimeMs);
  expect(fixture.build.space.checkpoint()).toMatchObject({
    origin: "topic",
    offset: fixture.changelog.records.length,
    streamTimeMs,
  });
  const content = model.select(null, null, 0, Number.MAX_SAFE_INTEGER, false);
  expect(listed(next.all(false))).toEqual(content);
  for (const [name, at, value] of content) expect(next.get(name, at)).toBe(value);
}

test("a window that expired while its update was held back is logged and forwarded, but not stored", () => {
  const fixture = new StoreFixture(1 << 20);
  const store = createWindowStore<string, number>(windowSpec({ valueSerde: int64, persistent: false }), fixture.build);
  const forwards: unknown[] = [];
  store.setListener({ forward: (...change) => forwards.push(change) }, true);
  store.put("a", 0, 1, 5);
  store.put("a", 500, 2, 505);
  store.put("a", 0, 3, 6);
  store.flush();
  expect(forwards).toEqual([
    ["a", 500, 2, null, 505],
    ["a", 0, 3, null, 6],
  ]);
  expect(fixture.changelog.records.length).toBe(2);
  expect(fixture.dropped).toBe(1);
  expect(store.persistedEntries().map((entry) => entry.windowStartMs)).toEqual([500]);
  expect(store.entries().map((entry) => entry.windowStartMs)).toEqual([0, 500]);
  store.put("a", 0, 4, 7);
  store.flush();
  expect(forwards.at(-1)).toEqual(["a", 0, 4, null, 7]); // what is not stored is no old value
});
