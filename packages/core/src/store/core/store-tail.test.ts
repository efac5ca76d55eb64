import { expect, test } from "vitest";
import { Slice } from "../../serde/slice.ts";
import type { EngineSpace } from "../engine/engine.ts";
import { MemoryEngine } from "../engine/memory-engine.ts";
import { StoreTail } from "./store-tail.ts";
import { asPersistent } from "../test-fixture.ts";
import { WriteBudget } from "./write-budget.ts";

/** A tail whose changelog ends at offset 10, behind what the engine has. */
function opened(): { tail: StoreTail; space: EngineSpace; budget: WriteBudget } {
  const engine = asPersistent(new MemoryEngine());
  const space = engine.space("store", 0);
  const budget = new WriteBudget();
  const tail = new StoreTail(engine, space, budget, false);
  tail.begin({ origin: "topic", offset: 10, streamTimeMs: Number.NaN, writtenMs: 0 });
  return { tail, space, budget };
}

function slice(text: string): Slice {
  const made = new Slice();
  made.set(Buffer.from(text), 0, text.length);
  return made;
}

function put(tail: StoreTail, key: string, streamTimeMs: number): void {
  tail.logged();
  tail.put(slice(key), slice(`value of ${key}`), streamTimeMs);
}

const valueOf = (space: EngineSpace, key: string): string | undefined => space.get(Buffer.from(key))?.toString();

test("a checkpoint has the stream time of the last write before it, not of those that are under way", () => {
  const { tail, space } = opened();
  put(tail, "a", 1_000);
  put(tail, "b", 2_000);
  tail.acknowledged(10, 1);
  tail.drain(5_000);
  expect(space.checkpoint()).toEqual({ origin: "topic", offset: 11, streamTimeMs: 1_000, writtenMs: 0 });
  tail.acknowledged(11, 1);
  tail.drain(6_000);
  expect(space.checkpoint()).toEqual({ origin: "topic", offset: 12, streamTimeMs: 2_000, writtenMs: 6_000 });
});

test("where another writes to the changelog, too, the store goes on, and the checkpoint stays where it was", () => {
  const { tail, space } = opened();
  put(tail, "a", 1);
  tail.acknowledged(10, 1);
  tail.drain(1);
  put(tail, "b", 2);
  tail.acknowledged(15, 1);
  expect(tail.drain(2)).toBe(true);
  put(tail, "c", 3);
  tail.acknowledged(16, 1);
  expect(tail.drain(3)).toBe(true);
  tail.finish(4);
  expect(["a", "b", "c"].map((key) => valueOf(space, key))).toEqual(["value of a", "value of b", "value of c"]);
  expect(space.checkpoint()).toMatchObject({ offset: 11 });
});

test("where the changelog has lost records there is no checkpoint any more", () => {
  const { tail, space } = opened();
  put(tail, "a", 1);
  tail.acknowledged(10, 1);
  tail.drain(1);
  expect(space.checkpoint()).toMatchObject({ offset: 11 });
  put(tail, "b", 2);
  tail.acknowledged(3, 1);
  expect(tail.drain(2)).toBe(true);
  expect(space.checkpoint()).toBe(null);
  put(tail, "c", 3);
  tail.acknowledged(4, 1);
  tail.drain(3);
  tail.finish(4);
  expect(valueOf(space, "c")).toBe("value of c");
  expect(space.checkpoint()).toBe(null);
});

test("after a batch that was given up nothing reaches the engine, and reads still see everything", () => {
  const { tail, space, budget } = opened();
  put(tail, "a", 1);
  put(tail, "b", 2);
  tail.failed();
  tail.acknowledged(10, 1);
  expect(tail.drain(1)).toBe(false);
  tail.finish(2);
  expect(space.checkpoint()).toBe(null);
  expect([tail.find(slice("a"), new Slice()), valueOf(space, "a")]).toEqual([true, undefined]);
  tail.discard();
  expect(budget.bytes).toBe(0);
});

test("what a burst of writes needed is given back when all of it is in the engine", () => {
  const { tail } = opened();
  const value = slice("x".repeat(1_000));
  for (let burst = 0; burst < 2; burst += 1) {
    for (let i = 0; i < 20_000; i += 1) {
      tail.logged();
      tail.put(slice(`key ${String(i)}`), value, 1);
    }
    expect(tail.indexBytes).toBeGreaterThan(20_000_000);
    tail.acknowledged(10 + burst * 20_000, 20_000);
    while (tail.drain(1));
    expect([tail.pending, tail.indexBytes]).toEqual([0, 0]);
  }
});
