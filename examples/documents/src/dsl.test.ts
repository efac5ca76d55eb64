import { readFileSync } from "node:fs";
import { StreamsBuilder, TimeWindows } from "millrace";
import { expect, test } from "vitest";

const page = readFileSync("docs/dsl.md", "utf8");
const builder = new StreamsBuilder();
const stream = builder.stream("in");
const table = builder.table("table");
const grouped = stream.groupByKey();

/** An object of each class of the DSL. */
const objects: Readonly<Record<string, object>> = {
  StreamsBuilder: builder,
  KStream: stream,
  KGroupedStream: grouped,
  TimeWindowedKStream: grouped.windowedBy(TimeWindows.of({ size: "1m", grace: 0 })),
  KTable: table,
  KGroupedTable: table.groupBy((value, key) => ({ key, value })),
};

function methodsOf(object: object): string[] {
  const { constructor: _, ...methods } = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(object) as object);
  return Object.entries(methods).flatMap(([name, { value }]) => (typeof value === "function" ? [name] : []));
}

/** The words in backticks of the headings within the class's section, and of the operators that the section says are shown above. */
function shownIn(section: string): string[] {
  const headings = [...section.matchAll(/^### (.*)$/gm)].flatMap(([, heading = ""]) => [...heading.matchAll(/`(\w+)`/g)]);
  return [...headings, ...section.matchAll(/^`(\w+)` is shown \[above\]/gm)].map(([, name = ""]) => name);
}

const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf("\n")), section]),
);

test("the page has a section for each class of the DSL, and no other", () => {
  expect([...sections.keys()].toSorted()).toEqual(Object.keys(objects).toSorted());
});

for (const [name, object] of Object.entries(objects)) {
  test(`the page shows every operator of ${name}`, () => {
    const shown = shownIn(sections.get(name) ?? "");
    expect(methodsOf(object).filter((method) => !shown.includes(method))).toEqual([]);
  });
}

test("the page shows no operator that is not there", () => {
  const known = new Set(Object.values(objects).flatMap(methodsOf));
  const shown = [...sections.values()].flatMap(shownIn);
  expect(shown.filter((method) => !known.has(method))).toEqual([]);
});
