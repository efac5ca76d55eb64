import { describe, expect, test } from "vitest";
import { int64 } from "../serde/int64.ts";
import type { Checkpoint, Engine, EngineBatch, EngineSpace } from "./engine/engine.ts";
import { keyValueStoreOf } from "./kinds/key-value.ts";
import { openStore, type StoreSpec } from "./kinds.ts";
import { MemoryEngine } from "./engine/memory-engine.ts";
import type { OperationList } from "./engine/operation-list.ts";
import { storedCheckpoint } from "./core/stored-checkpoint.ts";
import type { StoreBuild } from "./store-build.ts";
import { asPersistent, keyValueSpec, StoreFixture, windowSpec } from "./test-fixture.ts";
import { windowStoreOf } from "./kinds/window.ts";
import { WriteBudget } from "./core/write-budget.ts";

/* What a task does with a store from its opening to its end, for every kind. */

const specs: readonly (readonly [string, StoreSpec])[] = [
  ["a key-value store", keyValueSpec({ valueSerde: int64 })],
  ["a window store", windowSpec({ valueSerde: int64 })],
];
const begin: Checkpoint = { origin: "topic layout", offset: 0, streamTimeMs: Number.NaN, writtenMs: 5 };

/** An engine whose content outlives its users, with a note of each write: how many ranges it deletes, and whether it has a checkpoint. */
function noted(notes: string[]): Engine {
  const engine = asPersistent(new MemoryEngine());
  return {
    ...engine,
    write(batch: EngineBatch) {
      const parts: string[] = [];
      const note = (text: string) => (): void => void parts.push(text);
      (batch as OperationList<EngineSpace>).replay({
        put: note("put"),
        delete: note("delete"),
        deleteRange: note("range"),
        checkpoint: (_space, checkpoint) => void parts.push(checkpoint === null ? "no checkpoint" : "checkpoint"),
      });
      notes.push(parts.join(", "));
      engine.write(batch);
    },
  };
}

function put(fixture: StoreFixture, spec: StoreSpec, build: StoreBuild = fixture.build): ReturnType<typeof openStore> {
  const store = openStore(spec, build);
  fixture.at(20);
  if (spec.kind.endsWith("indow")) windowStoreOf<string, number>(store.facade, "Test").put("a", 1_000_000, 1, 20);
  else keyValueStoreOf<string, number>(store.facade, "Test").put("a", 1, 20);
  store.flush();
  return store;
}

describe.each(specs)("%s", (_name, spec) => {
  test("in an engine that outlives the process has the checkpoint that its writes led to", () => {
    const fixture = new StoreFixture(0, asPersistent(new MemoryEngine()), "store", new WriteBudget());
    const store = openStore(spec, fixture.build);
    expect([store.checkpoint(), storedCheckpoint(fixture.engine, spec, 0)]).toEqual([null, null]);
    store.resume(begin);
    put(fixture, spec);
    store.restore(fixture.changelog.reader(), 1);
    store.restored(1);
    expect(store.checkpoint()).toMatchObject({ origin: "topic layout", offset: 1 });
    expect(storedCheckpoint(fixture.engine, spec, 0)).toEqual(store.checkpoint());
  });

  test("in memory has no checkpoint, and leaves nothing behind when it is closed", () => {
    const fixture = new StoreFixture(1 << 20);
    const store = put(fixture, spec);
    expect([store.checkpoint(), storedCheckpoint(fixture.engine, spec, 0)]).toEqual([null, null]);
    store.close();
    expect(fixture.cache.bytes).toBe(0);
    expect(openStore(spec, fixture.build).entries()).toEqual([]);
  });

  test("without a changelog keeps what was written when it is closed, in an engine that outlives the process", () => {
    const fixture = new StoreFixture(1 << 20, asPersistent(new MemoryEngine()));
    const build = { ...fixture.build, changelog: null };
    put(fixture, spec, build).close();
    expect(openStore(spec, build).persistedEntries().length).toBe(1);
  });

  test("that is emptied has lost its checkpoint before its content", () => {
    const notes: string[] = [];
    const fixture = new StoreFixture(1 << 20, noted(notes), "store", new WriteBudget());
    const store = put(fixture, spec);
    store.resume(begin);
    store.restore(fixture.changelog.reader(), 1);
    store.restored(1);
    notes.length = 0;
    store.empty();
    expect(notes).toEqual(["no checkpoint", "range"]);
    expect([store.checkpoint(), store.entries(), fixture.cache.bytes]).toEqual([null, [], 0]);
    expect(store.streamTimeMs).toBeNaN();
  });
});

test("a window store that is emptied takes windows that had expired before", () => {
  const fixture = new StoreFixture(0);
  const store = openStore(windowSpec({ valueSerde: int64, persistent: false }), fixture.build);
  const windows = windowStoreOf<string, number>(store.facade, "Test");
  windows.put("a", 5_000, 1, 5_000);
  windows.put("a", 10, 1, 10);
  expect(fixture.dropped).toBe(1);
  store.empty();
  windows.put("a", 10, 2, 10);
  expect([fixture.dropped, windows.get("a", 10), store.streamTimeMs]).toEqual([1, 2, 10]);
});

test("a budget that has lost count stops the store at the end of a flush", () => {
  const fixture = new StoreFixture(1 << 20);
  const store = openStore(keyValueSpec({ valueSerde: int64 }), fixture.build);
  keyValueStoreOf<string, number>(store.facade, "Test").put("a", 1, 20);
  store.assertConsistent();
  fixture.cache.bytes = 0;
  expect(() => store.flush()).toThrow("the budget counts what its stores count");
});

test("a budget that has lost count stops the tail at the end of a drain", () => {
  const budget = new WriteBudget();
  const fixture = new StoreFixture(0, asPersistent(new MemoryEngine()), "store", budget);
  const store = openStore(keyValueSpec({ valueSerde: int64 }), fixture.build);
  store.resume(begin);
  const counts = keyValueStoreOf<string, number>(store.facade, "Test");
  for (const key of ["a", "b"]) counts.put(key, 1, 20);
  store.assertConsistent();
  budget.bytes = 0;
  expect(() => fixture.drain(store, 1)).toThrow("the budget counts what its tails hold");
  expect(() => store.assertConsistent()).toThrow("the budget counts what its tails hold");
});
