import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EventQueue, SimulationEvent } from "./event-queue.ts";

const operations = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant("push" as const), timeUs: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("cancel" as const), index: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("take" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("defer" as const), delayUs: fc.nat(10) }) },
  ),
  { maxLength: 200 },
);

function earliest(events: readonly SimulationEvent[]): SimulationEvent | null {
  return events.toSorted((a, b) => a.timeUs - b.timeUs || a.sequence - b.sequence)[0] ?? null;
}

test("an event queue yields what a sorted list would", () => {
  fc.assert(
    fc.property(operations, (steps) => {
      const queue = new EventQueue();
      let model: SimulationEvent[] = [];
      const all: SimulationEvent[] = [];
      for (const step of steps) {
        const first = queue.peek();
        expect(first).toBe(earliest(model));
        if (step.kind === "push") {
          const event = new SimulationEvent("timer", null, step.timeUs, all.length, () => undefined);
          all.push(event);
          model.push(event);
          queue.push(event);
        } else if (step.kind === "cancel" && all.length > 0) {
          const event = all.at(step.index % all.length)!;
          queue.cancel(event);
          model = model.filter((other) => other !== event);
        } else if (step.kind === "take" && first !== null) {
          queue.take(first);
          model = model.filter((other) => other !== first);
        } else if (step.kind === "defer" && first !== null) {
          queue.defer(first, first.timeUs + step.delayUs);
        }
        expect(new Set(queue.waiting())).toEqual(new Set(model));
      }
    }),
  );
});

test("cancelled events leave the queue when they outnumber the others", () => {
  const queue = new EventQueue();
  const kept = new SimulationEvent("timer", null, 1_000_000, 0, () => undefined);
  queue.push(kept);
  for (let i = 1; i <= 5000; i += 1) {
    const event = new SimulationEvent("timer", null, i, i, () => undefined);
    queue.push(event);
    queue.cancel(event);
    queue.cancel(event);
  }
  expect(queue.peek()).toBe(kept);
  queue.take(kept);
  expect(queue.peek()).toBe(null);
});
