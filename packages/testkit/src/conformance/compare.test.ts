import { describe, expect, test } from "vitest";
import { firstDifference } from "./compare.ts";
import type { Expected } from "./scenario.ts";

const record = { topic: "out", key: "61", value: "62", ts: 1 };
const result: Expected = { outputs: [[record]], metrics: { "dropped-records-total": 0 } };

test("what is left out is the same as none", () => {
  expect(
    firstDifference(result, {
      ...result,
      outputs: [[{ ...record, headers: [], partition: 0 }]],
      effects: [[]],
      effectsAtStart: [],
      droppedPerEvent: [0],
      outputsAtClose: [],
      queryableStoreNames: {},
    }),
  ).toBeNull();
});

test("messages and causes beyond the first are not compared", () => {
  const error = { phase: "event", event: 0, class: "A", message: "m", causes: [{ class: "B" }, { class: "C" }] } as const;
  expect(
    firstDifference({ ...result, error }, { ...result, error: { ...error, message: "other", causes: [{ class: "B" }] } }),
  ).toBeNull();
});

test("the first difference has its path", () => {
  expect(firstDifference(result, { ...result, outputs: [[{ ...record, value: "63" }]] })).toEqual({
    path: "expected.outputs[0][0].value",
    expected: "62",
    got: "63",
  });
  expect(firstDifference(result, { ...result, outputs: [[record, record]] })).toMatchObject({
    path: "expected.outputs[0][1]",
    expected: undefined,
  });
  expect(firstDifference(result, { ...result, error: { phase: "start", class: "X" } })).toMatchObject({
    path: "expected.error",
    expected: null,
  });
});

describe("a star", () => {
  const withHeader = (value: string): Expected => ({ outputs: [[{ ...record, headers: [["h", value]] }]] });

  test("stands for any header value", () => {
    expect(firstDifference(withHeader("*"), withHeader("1234"))).toBeNull();
  });

  test("stands for nothing else", () => {
    expect(firstDifference({ outputs: [[{ ...record, value: "*" }]] }, { outputs: [[record]] })).not.toBeNull();
  });
});
