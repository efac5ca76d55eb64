import { MemoryEngine, Slice, StoreTail, WriteBudget, type Engine } from "@millrace/core";
import { expect, test } from "vitest";
import { DrainGate } from "./drain-gate.ts";

function slice(text: string): Slice {
  const made = new Slice();
  made.set(Buffer.from(text), 0, text.length);
  return made;
}

/** Tail of a store with one write in the record after `offset` 10, which waits for its release. */
function tailOf(store: string, fromSource: boolean, engine: Engine = new MemoryEngine()): StoreTail {
  const tail = new StoreTail(engine, engine.space(store, 0), new WriteBudget(), fromSource);
  tail.begin({ origin: "", offset: 10, streamTimeMs: Number.NaN, writtenMs: 0 });
  if (!fromSource) tail.logged();
  tail.put(slice("key"), slice("value"), 0);
  return tail;
}

function pendingAfterDrain(...tails: readonly StoreTail[]): number[] {
  for (const tail of tails) tail.drain(0);
  return tails.map((tail) => tail.pending);
}

test("the acknowledgement of a changelog's records releases the writes of its store", () => {
  const gate = new DrainGate();
  const [one, other] = [tailOf("one", false), tailOf("other", false)];
  gate.open("one-changelog", 0, one);
  gate.open("one-changelog", 1, other);
  gate.acknowledged("out", 0, 10, 1);
  expect(pendingAfterDrain(one, other)).toEqual([1, 1]);
  gate.acknowledged("one-changelog", 0, 10, 1);
  expect(pendingAfterDrain(one, other)).toEqual([0, 1]);
});

test("the commit of a position in a source topic releases the writes of all stores that it serves as changelog", () => {
  const gate = new DrainGate();
  const tails = [tailOf("one", true), tailOf("other", true)];
  for (const tail of tails) gate.open("in", 0, tail);
  const offsets = [{ topic: "in", partition: 0, offset: 11, metadata: "" }];
  gate.acknowledged("in", 0, 10, 1);
  gate.committing(offsets);
  expect(pendingAfterDrain(...tails)).toEqual([1, 1]);
  gate.committed(offsets);
  expect(pendingAfterDrain(...tails)).toEqual([0, 0]);
});

test("a batch that was given up releases nothing any more", () => {
  const gate = new DrainGate();
  const tail = tailOf("one", false);
  gate.open("one-changelog", 0, tail);
  gate.failed("one-changelog", 0);
  gate.acknowledged("one-changelog", 0, 10, 1);
  expect(pendingAfterDrain(tail)).toEqual([1]);
});

test("a store that was shut hears nothing, and its changelog may serve the next one", () => {
  const gate = new DrainGate();
  const [first, second] = [tailOf("one", false), tailOf("one", false)];
  gate.open("one-changelog", 0, first);
  expect(() => gate.open("one-changelog", 0, second)).toThrow("belongs to one store");
  gate.shut("one-changelog", 0, first);
  gate.open("one-changelog", 0, second);
  gate.acknowledged("one-changelog", 0, 10, 1);
  expect(pendingAfterDrain(first, second)).toEqual([1, 0]);
});
