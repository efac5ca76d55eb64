import { describe, expect, test } from "vitest";
import { processor, sink, source, TaskFixture } from "../task/task-fixture.ts";
import { filter } from "./filter.ts";
import { flatMap } from "./flat-map.ts";
import { flatMapValues } from "./flat-map-values.ts";
import { foreach } from "./foreach.ts";
import { map } from "./map.ts";
import { mapValues } from "./map-values.ts";
import type { OperatorSpec } from "./operator-spec.ts";
import { peek } from "./peek.ts";
import { selectKey } from "./select-key.ts";

function through(operator: OperatorSpec): TaskFixture {
  return new TaskFixture([source("in"), processor("op", ["in"], operator), sink("out", ["op"], "out")]);
}

test("filter keeps what matches, filterNot what does not; null keys and values are asked about", () => {
  const isNull = (value: string | null, key: string | null): boolean => value === null && key === null;
  expect(through(filter(isNull, false)).shown("in", null, null, 1)).toEqual(["null=null@1"]);
  expect(through(filter(isNull, false)).shown("in", "k", "v", 1)).toEqual([]);
  expect(through(filter(isNull, true)).shown("in", null, null, 1)).toEqual([]);
  expect(through(filter(isNull, true)).shown("in", "k", "v", 1)).toEqual(["k=v@1"]);
});

test("what a predicate returns counts as true or false, whatever it is", () => {
  expect(through(filter((value: string) => value.length as never, false)).shown("in", "k", "v", 1)).toEqual(["k=v@1"]);
  expect(through(filter((value: string) => value.length as never, true)).shown("in", "k", "v", 1)).toEqual([]);
});

test("map, mapValues and selectKey replace their parts, and get value, key and record", () => {
  expect(
    through(
      map((value: string, key: string, record) => ({ key: value, value: `${key}@${record.topic}/${record.offset}` })),
    ).shown("in", "k", "v", 1),
  ).toEqual(["v=k@in/0@1"]);
  expect(
    through(mapValues((value: string, key: string, record) => `${value}${key}${record.timestampMs}`)).shown("in", "k", "v", 1),
  ).toEqual(["k=vk1@1"]);
  expect(through(selectKey((value: string, key: string) => value + key)).shown("in", "k", "v", 1)).toEqual(["vk=v@1"]);
});

test("flatMap and flatMapValues take arrays and any other iterable", () => {
  const pairs = [
    { key: "a", value: "1" },
    { key: "b", value: "2" },
  ];
  expect(through(flatMap(() => pairs)).shown("in", "k", "v", 1)).toEqual(["a=1@1", "b=2@1"]);
  expect(through(flatMap(() => new Set(pairs))).shown("in", "k", "v", 1)).toEqual(["a=1@1", "b=2@1"]);
  expect(through(flatMapValues((value: string) => [value, null, "x"])).shown("in", "k", "v", 1)).toEqual([
    "k=v@1",
    "k=null@1",
    "k=x@1",
  ]);
  expect(through(flatMapValues((value: string) => new Set([value, "x"]))).shown("in", "k", "v", 1)).toEqual(["k=v@1", "k=x@1"]);
  expect(through(flatMapValues(() => [])).shown("in", "k", "v", 1)).toEqual([]);
});

describe("a function that returns nothing where an object is needed", () => {
  test.each([
    ["map", map(() => null as never)],
    ["flatMap", flatMap(() => undefined as never)],
    ["flatMapValues", flatMapValues(() => null as never)],
  ])("is an error of %s that says what to return", (name, operator) => {
    expect(() => through(operator).pipe("in", "k", "v", 1)).toThrow(`The mapper given to ${name}() at node "op" returned `);
  });
});

test("peek sees each record before it goes on, foreach ends the stream", () => {
  const seen: string[] = [];
  const fixture = new TaskFixture([
    source("in"),
    processor(
      "peek",
      ["in"],
      peek((value, key) => void seen.push(`peek ${String(key)}=${String(value)}`)),
    ),
    processor(
      "foreach",
      ["peek"],
      foreach((value, key) => void seen.push(`foreach ${String(key)}=${String(value)}`)),
    ),
    sink("out", ["peek"], "out"),
  ]);
  expect(fixture.shown("in", "k", null, 1)).toEqual(["k=null@1"]);
  expect(seen).toEqual(["peek k=null", "foreach k=null"]);
});
