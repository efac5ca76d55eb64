import { describe, expect, test } from "vitest";
import type { Demand } from "./rules.ts";
import { TableDemands, type SettledTable } from "./table-demands.ts";

const view = { materialized: false, sendsOldValues: false };
const stored = { materialized: true, sendsOldValues: false };

/** Two tables read from topics, 0 and 1, and a join of them, 2, of whose answers the tests ask in the name of node 3. */
function joined(join: SettledTable = view): TableDemands {
  const tables = new TableDemands();
  tables.add(0, [], "store", view);
  tables.add(1, [], "store", view);
  tables.add(2, [0, 1], "tables", join);
  return tables;
}

const demand = (table: number, oldValues: Demand["oldValues"], materialize = false): Demand => ({
  table,
  oldValues,
  materialize,
});

/** Table by table whether it is materialized (M) and sends old values (O). */
const shown = (tables: TableDemands, ...ids: number[]): string[] =>
  ids.map((id) => {
    const { materialized, sendsOldValues } = tables.settled(id)!;
    return `${materialized ? "M" : "-"}${sendsOldValues ? "O" : "-"}`;
  });

// Java: KTableKTableAbstractJoin.enableSendingOldValues, KTableImpl.doJoin
describe("a table computed from two tables", () => {
  test("looks into both, and so both are materialized", () => {
    const tables = joined();
    for (const table of [0, 1]) tables.ask(2, demand(table, "no", true));
    expect(shown(tables, 0, 1, 2)).toEqual(["M-", "M-", "--"]);
  });

  test("has both send old values where it is forced to send them itself", () => {
    const tables = joined();
    tables.ask(3, demand(2, "force"));
    expect(shown(tables, 0, 1, 2)).toEqual(["MO", "MO", "-O"]);
  });

  test("may need old values of one side only, as a left join does", () => {
    const tables = joined();
    tables.ask(2, demand(0, "force"));
    expect(shown(tables, 0, 1, 2)).toEqual(["MO", "--", "--"]);
  });

  test("does not agree if one of them does not, but has asked the first by then", () => {
    const tables = joined();
    tables.ask(2, demand(0, "no", true));
    tables.add(3, [2], "store", view);
    tables.ask(3, demand(2, "ask"));
    expect(shown(tables, 0, 1, 2, 3)).toEqual(["MO", "--", "--", "--"]);
  });

  test("asks them for old values even if it has a store of its own, unlike a table that is filtered or mapped", () => {
    const tables = joined(stored);
    tables.add(3, [0], "store", stored);
    tables.ask(4, demand(3, "force"));
    expect(shown(tables, 0, 3)).toEqual(["--", "MO"]);
    tables.ask(4, demand(2, "force"));
    expect(shown(tables, 0, 1, 2)).toEqual(["MO", "MO", "MO"]);
  });

  test("with a store of its own is looked up there", () => {
    const tables = joined(stored);
    tables.ask(3, demand(2, "no", true));
    expect(shown(tables, 0, 1, 2)).toEqual(["--", "--", "M-"]);
  });
});

test("a demand on what makes no table is a broken invariant", () => {
  expect(() => joined().ask(4, demand(3, "ask"))).toThrow("node 3 makes no table");
});
