import fc from "fast-check";
import { expect, test } from "vitest";
import { PunctuationQueue, Schedule } from "./punctuation-queue.ts";

test.each([
  // [first due, interval, times at which is looked, times at which it runs]
  [0, 10, [3, 4, 12, 47, 50], [3, 12, 47, 50]],
  [100, 100, [99, 100, 199, 200, 550, 599, 600], [100, 200, 550, 600]],
  [5, 10, [0, 4, 5, 14, 15, 34, 35], [5, 15, 34, 35]],
])("due first at %d and then every %d ms, looked at %j, runs at %j", (dueMs, everyMs, looks, runs) => {
  const queue = new PunctuationQueue();
  const ran: number[] = [];
  queue.add(new Schedule(dueMs, everyMs, (timeMs) => ran.push(timeMs)));
  const punctuated = looks.filter((timeMs) => queue.punctuate(timeMs));
  expect([ran, punctuated]).toEqual([runs, runs]);
});

test("a schedule that is cancelled runs no more, also from its own callback; the queue says when the next is due", () => {
  const queue = new PunctuationQueue();
  const ran: string[] = [];
  const first = new Schedule(1, 10, () => ran.push("first"));
  const second = new Schedule(2, 5, () => {
    ran.push("second");
    second.cancel();
  });
  expect(queue.dueMs).toBe(Number.POSITIVE_INFINITY);
  queue.add(first);
  queue.add(second);
  expect(queue.dueMs).toBe(1);
  expect(queue.punctuate(3)).toBe(true);
  expect(queue.dueMs).toBe(11);
  first.cancel();
  expect(queue.punctuate(20)).toBe(false);
  expect([ran, queue.dueMs]).toEqual([["first", "second"], Number.POSITIVE_INFINITY]);
});

test("equal times come in the order of Java's PriorityQueue", () => {
  const queue = new PunctuationQueue();
  const ran: string[] = [];
  for (const name of ["a", "b", "c", "d"]) queue.add(new Schedule(1, 100, () => ran.push(name)));
  queue.punctuate(1);
  // As Java's class gives them, when each is added again for its next time.
  expect(ran).toEqual(["a", "d", "b", "c"]);
});

test("any schedules run in the order of their times, each once a look", () => {
  const schedule = fc.record({ dueMs: fc.nat(50), everyMs: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(fc.array(schedule, { maxLength: 8 }), fc.array(fc.nat(100), { maxLength: 10 }), (schedules, times) => {
      const queue = new PunctuationQueue();
      const ran: string[] = [];
      const model = schedules.map(({ dueMs, everyMs }) => ({ dueMs, everyMs }));
      schedules.forEach(({ dueMs, everyMs }, i) =>
        queue.add(new Schedule(dueMs, everyMs, (timeMs) => ran.push(`${String(i)}@${String(timeMs)}`))),
      );
      for (const timeMs of times.toSorted((a, b) => a - b)) {
        queue.punctuate(timeMs);
        const due = model.flatMap((one, i) => (one.dueMs <= timeMs ? [i] : []));
        expect(ran.splice(0).toSorted()).toEqual(due.map((i) => `${String(i)}@${String(timeMs)}`).toSorted());
        for (const i of due) while (model[i]!.dueMs <= timeMs) model[i]!.dueMs += model[i]!.everyMs;
      }
    }),
  );
});
