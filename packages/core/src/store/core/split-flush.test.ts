import * as fc from "fast-check";
import { expect, test } from "vitest";
import { int64 } from "../../serde/int64.ts";
import { RecordCache } from "./record-cache.ts";
import type { KeyValueStore } from "../kinds/key-value.ts";
import type { TaskStore } from "../store-build.ts";
import { createKeyValueStore, keyValueSpec, StoreFixture } from "../test-fixture.ts";

/*
 * Evictions that write few entries at once, against a plain map: what is read, forwarded and logged while the rest of a flush
 * still waits. Where a flush does not have to be split it is as in Java, which the model of the write set says.
 */

type Store = KeyValueStore<string, number> & TaskStore;

interface World {
  readonly store: Store;
  readonly model: Map<string, number>;
  /** The last value forwarded of each key. */
  readonly forwarded: Map<string, number | null>;
}

type Step = (world: World) => void;

const key = fc.integer({ min: 0, max: 25 }).map((n) => `key ${String(n)}`);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.tuple(key, fc.nat(99), fc.boolean()).map(([name, value, getFirst]) => ({ store, model }: World) => {
      if (getFirst) expect(store.get(name)).toBe(model.get(name) ?? null);
      store.put(name, value, 5);
      model.set(name, value);
    }),
  },
  {
    weight: 2,
    arbitrary: key.map((name) => ({ store, model }: World) => {
      store.put(name, null, 5);
      model.delete(name);
    }),
  },
  {
    weight: 4,
    arbitrary: key.map(
      (name) =>
        ({ store, model }: World) =>
          expect(store.get(name)).toBe(model.get(name) ?? null),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 9 }).map(
      (count) =>
        ({ store }: World) =>
          void store.flushSome(count),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(({ store, model }: World) => {
      const all = store.all(false);
      const found: [string, number][] = [];
      // Java's merge of cache and store shows some keys that only the cache knows to be deleted; the write set's model says which
      while (all.next()) if (model.has(all.key)) found.push([all.key, all.value]);
      expect(found).toEqual([...model].sort(([a], [b]) => (a < b ? -1 : 1)));
    }),
  },
);

test.each([1, 3])("a store is a map while evictions write %d entries at once", (flushEntriesMax) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), fc.integer({ min: 100, max: 2_000 }), (steps, cacheBytesMax) => {
      const fixture = new StoreFixture(0);
      const cache = new RecordCache(cacheBytesMax, flushEntriesMax);
      const store = createKeyValueStore<string, number>(keyValueSpec({ valueSerde: int64 }), { ...fixture.build, cache });
      const world: World = { store, model: new Map(), forwarded: new Map() };
      store.setListener(
        {
          forward: (name, value, old) => {
            expect(old).toBe(world.forwarded.get(name) ?? null);
            world.forwarded.set(name, value);
          },
        },
        true,
      );
      for (const one of steps) {
        fixture.at(5);
        one(world);
        store.assertConsistent();
      }
      store.flush();
      const last = new Map<string, number>();
      for (const { key: name, value } of fixture.changelog.records) {
        if (value === null) last.delete(name.toString());
        else last.set(name.toString(), Number(value.readBigInt64BE()));
      }
      expect(last).toEqual(world.model);
      expect(new Map([...world.forwarded].filter(([, value]) => value !== null))).toEqual(world.model);
      store.discard();
      expect(cache.bytes).toBe(0);
    }),
    { numRuns: 400 },
  );
});
