import { expect, test } from "vitest";
import { thrownText } from "./shown.ts";

class Point {
  readonly x = 1;
  toString(): string {
    return "point 1";
  }
}
const circle: Record<string, unknown> = {};
circle["self"] = circle;

test.each<[string, unknown, string]>([
  ["an error", new RangeError("too far"), "too far"],
  ["an error without a message", new RangeError(), "RangeError"],
  ["a text", "no", "no"],
  ["undefined", undefined, "undefined"],
  ["null", null, "null"],
  ["a symbol", Symbol("s"), "Symbol(s)"],
  ["an object", { status: 500, why: "full" }, '{"status":500,"why":"full"}'],
  ["an object with a text of its own", new Point(), "point 1"],
  ["a list", [1, "a"], "1,a"],
  ["an object that contains itself", circle, "a thrown object that cannot become a text"],
  ["an object without a prototype", Object.assign(Object.create(null) as object, { a: 1 }), '{"a":1}'],
  ["a large object", { text: "x".repeat(500) }, `{"text":"${"x".repeat(191)}…`],
])("%s becomes a text", (_what, thrown, text) => {
  expect(thrownText(thrown)).toBe(text);
});
