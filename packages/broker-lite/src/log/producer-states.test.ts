import { ErrorCode } from "@millrace/protocol";
import { expect, test } from "vitest";
import { ProducerStates } from "./producer-states.ts";

const sequenceMax = 2 ** 31 - 1;

function produced(
  states: ProducerStates,
  epoch: number,
  firstSequence: number,
  count: number,
  baseOffset: number,
  nowMs: number = 0,
): void {
  states.update(
    9,
    epoch,
    { firstSequence, lastSequence: (firstSequence + count - 1) % 2 ** 31, baseOffset, timestampMs: 0 },
    nowMs,
  );
}

test("an unknown producer may begin anywhere", () => {
  expect(new ProducerStates().check(9, 3, 17)).toBe(ErrorCode.NONE);
});

test("a known producer goes on where it stopped", () => {
  const states = new ProducerStates();
  produced(states, 0, 0, 10, 100);
  expect(states.check(9, 0, 10)).toBe(ErrorCode.NONE);
  expect(states.check(9, 0, 11)).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
  expect(states.check(9, 0, 9)).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
});

test("a new epoch begins at sequence 0, and fences the old one", () => {
  const states = new ProducerStates();
  produced(states, 1, 0, 10, 100);
  expect(states.check(9, 2, 5)).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
  expect(states.check(9, 2, 0)).toBe(ErrorCode.NONE);
  produced(states, 2, 0, 1, 110);
  expect(states.check(9, 1, 10)).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
});

test("after sequence 2147483647 comes 0", () => {
  const states = new ProducerStates();
  produced(states, 0, sequenceMax - 1, 2, 100);
  expect(states.check(9, 0, 0)).toBe(ErrorCode.NONE);
  produced(states, 0, sequenceMax - 1, 4, 100);
  expect(states.check(9, 0, 2)).toBe(ErrorCode.NONE);
});

test("the last five batches are known as duplicates, in their epoch", () => {
  const states = new ProducerStates();
  for (let i = 0; i < 6; i += 1) produced(states, 0, i * 10, 10, 100 + i * 10);
  expect(states.duplicateOf(9, 0, 0, 9)).toBeNull();
  expect(states.duplicateOf(9, 0, 10, 19)?.baseOffset).toBe(110);
  expect(states.duplicateOf(9, 0, 50, 59)?.baseOffset).toBe(150);
  expect(states.duplicateOf(9, 0, 50, 58)).toBeNull();
  expect(states.duplicateOf(9, 1, 50, 59)).toBeNull();
});

test("a silent producer is forgotten", () => {
  const states = new ProducerStates();
  produced(states, 0, 0, 10, 100, 1_000);
  states.expireBefore(1_000);
  expect(states.count).toBe(1);
  states.expireBefore(1_001);
  expect(states.count).toBe(0);
});
