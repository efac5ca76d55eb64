import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Acknowledgements } from "./acknowledgements.ts";

function after(appended: number, batches: readonly (readonly [baseOffset: number, count: number])[]): Acknowledgements {
  const acknowledgements = new Acknowledgements(10);
  acknowledgements.appended = appended;
  for (const [baseOffset, count] of batches) acknowledgements.add(baseOffset, count);
  return acknowledgements;
}

test("a gap that no transaction explains is another writer's", () => {
  const acknowledgements = after(2, [
    [10, 1],
    [12, 1],
  ]);
  expect([acknowledgements.acknowledged, acknowledgements.diverged]).toEqual([2, true]);
  expect(acknowledgements.offsetAfter(2)).toBeNaN();
});

test("the marker of a transaction takes an offset, and the log does not diverge", () => {
  const acknowledgements = after(3, [[10, 3]]);
  acknowledgements.transactionEnded();
  expect([acknowledgements.offsetAfter(2), acknowledgements.offsetAfter(3)]).toEqual([12, 13]);
  acknowledgements.appended = 5;
  acknowledgements.add(14, 2);
  expect([acknowledgements.acknowledged, acknowledgements.diverged, acknowledgements.truncated]).toEqual([5, false, false]);
  expect([acknowledgements.offsetAfter(3), acknowledgements.offsetAfter(4), acknowledgements.offsetAfter(5)]).toEqual([
    13, 15, 16,
  ]);
  acknowledgements.forgetBefore(5);
  expect(acknowledgements.offsetAfter(5)).toBe(16);
});

test("a gap of two at the end of a transaction is its marker and another writer's record", () => {
  const acknowledgements = after(1, [[10, 1]]);
  acknowledgements.transactionEnded();
  acknowledgements.appended = 2;
  acknowledgements.add(13, 1);
  expect(acknowledgements.diverged).toBe(true);
});

test("a transaction without records in this log leaves no marker there", () => {
  const acknowledgements = after(1, [[10, 1]]);
  for (let i = 0; i < 3; i += 1) acknowledgements.transactionEnded();
  acknowledgements.appended = 2;
  acknowledgements.add(12, 1);
  expect([acknowledgements.diverged, acknowledgements.offsetAfter(2)]).toEqual([false, 13]);
});

/** Batches of each transaction: the number of their records. `order`: how their acknowledgements are shuffled. */
const transactions = fc.array(
  fc.record({
    batches: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }),
    order: fc.array(fc.nat(9), { minLength: 5, maxLength: 5 }),
    drainedPart: fc.nat(4),
  }),
  { maxLength: 8 },
);

test("whatever the order in which a transaction's batches are acknowledged, each record's offset is known", () => {
  fc.assert(
    fc.property(transactions, fc.nat(100), (all, begin) => {
      const acknowledgements = new Acknowledgements(begin);
      /** The offset of each record. */
      const offsets: number[] = [];
      let [end, drained] = [begin, 0];
      for (const { batches, order, drainedPart } of all) {
        const sent = batches.map((count, index) => {
          const baseOffset = end;
          for (let i = 0; i < count; i += 1) offsets.push(end++);
          acknowledgements.appended += count;
          return { baseOffset, count, rank: order[index]! };
        });
        for (const { baseOffset, count } of sent.toSorted((a, b) => a.rank - b.rank)) {
          acknowledgements.add(baseOffset, count);
          const last = acknowledgements.acknowledged;
          if (last > 0) expect(acknowledgements.offsetAfter(last)).toBe(offsets[last - 1]! + 1);
        }
        acknowledgements.transactionEnded();
        if (batches.length > 0) end += 1; // the marker
        expect([acknowledgements.acknowledged, acknowledgements.diverged]).toEqual([offsets.length, false]);
        drained = Math.max(drained, offsets.length - drainedPart);
        acknowledgements.forgetBefore(drained);
        for (let record = Math.max(1, drained); record <= offsets.length; record += 1)
          expect(acknowledgements.offsetAfter(record)).toBe(offsets[record - 1]! + 1);
      }
    }),
  );
});
