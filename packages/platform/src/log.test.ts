import { describe, expect, test } from "vitest";
import { safeLog, type Log } from "./index.ts";

/** Everything that is logged and told. */
function logged(log: (...line: Parameters<Log>) => unknown): { readonly safe: Log; readonly told: string[] } {
  const told: string[] = [];
  return { safe: safeLog(log, (text) => told.push(text)), told };
}

/** The fields that a log function gets. */
function received(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const lines: Parameters<Log>[] = [];
  logged((...line) => lines.push(line)).safe("info", "text", fields);
  return lines[0]![2]!;
}

test("a log function gets level, text and fields as they are", () => {
  const lines: unknown[] = [];
  const { safe, told } = logged((...line) => lines.push(line));
  const fields = { count: 3, list: [1, { a: "b" }], cause: new RangeError("x") };
  safe("warn", "text", fields);
  safe("debug", "alone");
  expect([lines, told]).toEqual([
    [
      ["warn", "text", fields],
      ["debug", "alone"],
    ],
    [],
  ]);
  expect((lines[0] as unknown[])[2]).toBe(fields);
});

test.each<[string, () => unknown]>([
  [
    "throws",
    () => {
      throw new RangeError("disk full");
    },
  ],
  ["rejects", () => Promise.reject(new RangeError("disk full"))],
])("a log function that %s is told once, with the message that was lost", async (_, log) => {
  const { safe, told } = logged(log);
  for (const text of ["first", "second", "third"]) safe("warn", text);
  await Promise.resolve()
    .then(() => undefined)
    .then(() => undefined);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(
    /^The log function failed, which is told only once\. The message was "warn: first"\. The error: RangeError: disk full\n/,
  );
});

test("a log function that is safe already is not wrapped again", () => {
  const { safe } = logged(() => undefined);
  expect(safeLog(safe, () => undefined)).toBe(safe);
});

describe("fields", () => {
  test("hold a number or a text in the place of a bigint, however deep", () => {
    expect(received({ id: 5n, list: [2n ** 60n, { deep: 1n }], kept: "x" })).toEqual({
      id: 5,
      list: ["1152921504606846976", { deep: 1 }],
      kept: "x",
    });
  });

  test("hold no object that contains itself", () => {
    const self: Record<string, unknown> = {};
    self["self"] = self;
    expect(received({ self })).toEqual({ self: "[object Object]" });
  });

  test("hold errors as errors, which JSON can hold even with a bigint in them", () => {
    const error = Object.assign(new RangeError("too much"), { amount: 5n, code: "E" });
    const { cause } = received({ cause: error });
    expect(cause).toBeInstanceOf(RangeError);
    expect(cause).toMatchObject({ message: "too much", code: "E" });
    expect(JSON.stringify({ cause })).toBe('{"cause":{"name":"RangeError","message":"too much"}}');
  });
});
