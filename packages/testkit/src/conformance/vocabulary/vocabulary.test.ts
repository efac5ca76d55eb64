import { describe, expect, test } from "vitest";
import { Windowed } from "@millrace/core";
import { aggregator, initializer } from "./aggregators.ts";
import { flat, joiner } from "./functions.ts";
import { mapper } from "./mappers.ts";
import { predicate } from "./predicates.ts";
import { fromJson } from "./serdes.ts";
import { num, text } from "./text.ts";

test.each([
  [null, "null"],
  ["a", "a"],
  [5, "5"],
  [true, "true"],
  [Buffer.from([0xab, 1]), "ab01"],
  [new Windowed("a", 0, 10), "[a@0/10]"],
  [["a", null, 1], "[a,null,1]"],
])("the text of %j is %s", (value, expected) => {
  expect(text(value)).toBe(expected);
});

test.each([
  [null, 0],
  [7, 7],
  ["-12", -12],
  ["abc", 3],
  ["1234567890123456789", 19],
  ["", 0],
])("the number of %j is %d", (value, expected) => {
  expect(num(value)).toBe(expected);
});

test.each([
  ["identity", "v", "v"],
  ["key.upper", "v", "K"],
  ["append:x > prefix:y", "v", "yvx"],
  ["prefixWithKey", "v", "k:v"],
  ["length", null, 0],
  ["add:2", "40", 42],
  ["mod:3", "-1", 2],
  ["mod:3", "-3", 0],
  ["field:1", "a,,c", ""],
  ["field:3", "a,,c", null],
  ["firstChar", "", ""],
  ["nullIf:v", "v", null],
  ["append:a:b", "v", "va:b"],
  ["windowStart", new Windowed("a", 3, 4), 3],
])("mapper %s of %j is %j", (spec, value, expected) => {
  expect(mapper(spec)(value, "k")).toBe(expected);
});

test("a mapper fails when it is told to", () => {
  expect(() => mapper("failIf:v")("v", "k")).toThrow("boom v");
});

test.each([
  ["contains:b", "abc", true],
  ["not:contains:b", null, true],
  ["key.eq:k", "v", true],
  ["in:a,v", "v", true],
  ["even", "3", false],
  ["gt:2", null, false],
  ["isNull", null, true],
])("predicate %s of %j is %j", (spec, value, expected) => {
  expect(predicate(spec)(value, "k")).toBe(expected);
});

describe("aggregators", () => {
  test.each([
    ["concat:-", null, "a", "a"],
    ["concat:-", "a", "b", "a-b"],
    ["concatKey:-", null, "a", "-k=a"],
    ["listRemove:-", "a-b-a", "a", "b-a"],
    ["listRemove:-", "a", "a", null],
    ["sum", null, "5", 5],
    ["max", 5, 5, 5],
    ["min", null, 3, 3],
    ["first", "a", "b", "a"],
    ["sumNullAt:3", 1, 2, null],
  ])("%s of %j and %j is %j", (spec, aggregate, value, expected) => {
    expect(aggregator(spec)(aggregate, value, "k")).toBe(expected);
  });

  test("begin with their initializer", () => {
    expect([initializer("zero")(), initializer("null")(), initializer("text:a:b")(), initializer("long:7")()]).toEqual([
      0,
      null,
      "a:b",
      7,
    ]);
  });
});

test("flat functions and joiners", () => {
  expect(flat("splitWords")("a  b")).toEqual(["a", "b"]);
  expect(flat("dup:2")("a")).toEqual(["a", "a"]);
  expect(joiner("keyConcat:-")("l", null, "k")).toBe("k:l-null");
});

test("what is not built is named", () => {
  expect(() => mapper("nope")).toThrow("mapper nope");
});

test("values come from their JSON forms", () => {
  expect(fromJson("long", "12")).toBe(12);
  expect(fromJson("bytes", "ab")).toEqual(Buffer.from([0xab]));
  expect(fromJson("timeWindowed:string:10", { key: "a", start: 0, end: 10 })).toEqual(new Windowed("a", 0, 10));
});
