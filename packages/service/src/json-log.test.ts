import type { LogLevel } from "@millrace/runtime";
import { expect, test } from "vitest";
import { jsonLog } from "./json-log.ts";

const clock = { nowMs: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) };

function lineOf(fields: Readonly<Record<string, unknown>>, common: Readonly<Record<string, unknown>> = {}): unknown {
  const lines: string[] = [];
  jsonLog((line) => lines.push(line), clock, "info", common)("warn", "text", fields);
  expect(lines).toHaveLength(1);
  expect(lines[0]!.indexOf("\n")).toBe(lines[0]!.length - 1);
  return JSON.parse(lines[0]!);
}

test("a line holds time, level, message, what is common to all lines, and the fields", () => {
  expect(lineOf({ count: 3 }, { applicationId: "app" })).toEqual({
    time: "2026-01-02T03:04:05.006Z",
    level: "warn",
    message: "text",
    applicationId: "app",
    count: 3,
  });
});

test("fields cannot replace what every line has", () => {
  expect(lineOf({ level: "debug", message: "other" })).toMatchObject({ level: "warn", message: "text" });
});

test.each([
  ["error", ["error"]],
  ["warn", ["error", "warn"]],
  ["info", ["error", "warn", "info"]],
  ["debug", ["error", "warn", "info", "debug"]],
] as const)("level %s shows %j", (least, shown) => {
  const levels: unknown[] = [];
  const log = jsonLog((line) => levels.push((JSON.parse(line) as { level: unknown }).level), clock, least, {});
  for (const level of ["error", "warn", "info", "debug"] as const satisfies LogLevel[]) log(level, "text");
  expect(levels).toEqual(shown);
});

test("errors are shown with code and causes, line feeds and all on one line", () => {
  const cause = Object.assign(new RangeError("beneath\nit"), { code: "ECODE" });
  expect(lineOf({ cause: new TypeError("above", { cause }) })).toMatchObject({
    cause: {
      name: "TypeError",
      message: "above",
      stack: expect.stringContaining("json-log.test.ts"),
      cause: { name: "RangeError", code: "ECODE", message: "beneath\nit" },
    },
  });
});

test("an error that causes itself ends somewhere, and so does a field that contains itself", () => {
  const error = new TypeError("loop");
  error.cause = error;
  expect(lineOf({ cause: error })).toMatchObject({ cause: { cause: { message: "loop" } } });
  const self: Record<string, unknown> = {};
  self["self"] = self;
  expect(lineOf({ self, count: 1 })).toMatchObject({ message: "text", count: 1, self: expect.stringContaining("not shown") });
});

test("large integers are shown as texts", () => {
  expect(lineOf({ offset: 2n ** 60n })).toMatchObject({ offset: "1152921504606846976" });
});
