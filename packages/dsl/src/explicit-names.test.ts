import { TopologyError } from "@millrace/core";
import { expect, test } from "vitest";
import { StreamsBuilder } from "./streams-builder.ts";

function check(program: (builder: StreamsBuilder) => void): void {
  const builder = new StreamsBuilder();
  program(builder);
  builder.build({ explicitNames: true });
}

test.each<[string, string[], (builder: StreamsBuilder) => void]>([
  ["a count", ["KSTREAM-AGGREGATE-STATE-STORE-0000000001"], (b) => b.stream("in").groupByKey().count()],
  ["a table, even without a store", ["t-STATE-STORE-0000000000", "t-STATE-STORE-0000000000-changelog"], (b) => b.table("t")],
  ["a repartition", ["KSTREAM-REPARTITION-0000000001-repartition"], (b) => b.stream("in").repartition()],
  [
    "a join's repartition",
    ["KSTREAM-KEY-SELECT-0000000003-repartition"],
    (b) => {
      const table = b.table("t", { as: "st" });
      b.stream("in")
        .selectKey(() => "k")
        .join(table, (left) => left);
    },
  ],
])("generated names are refused: %s", (_, names, program) => {
  expect(() => check(program)).toThrow(TopologyError);
  for (const name of names) expect(() => check(program)).toThrow(`"${name}"`);
});

test("a store without changelog is named alone", () => {
  const program = (b: StreamsBuilder): void => void b.stream("in").groupByKey().count({ logging: false });
  expect(() => check(program)).toThrow('generated of store "KSTREAM-AGGREGATE-STATE-STORE-0000000002". Name');
});

test("given names pass, and so do the generated ones of nodes", () => {
  check((b) => {
    const table = b.table("t", { as: "st" });
    const stream = b.stream("in").selectKey(() => "k");
    stream.join(table, (left) => left, { name: "joined" }).to("out");
    stream.groupByKey({ name: "by-key" }).count({ as: "counts" });
    stream.groupByKey().count({ as: "more" });
    stream.toTable({ name: "tt", as: "again" }).filter(() => true, { caching: false });
  });
});
