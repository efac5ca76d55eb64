import { strict as assert } from "node:assert";
import type { NodeId } from "./node.ts";
import type { Demand, TableRules } from "./rules.ts";

/** State of a table as far as its demands are known. */
export interface SettledTable {
  readonly materialized: boolean;
  readonly sendsOldValues: boolean;
}

interface Table {
  /** The tables it is computed from; none for tables made of streams. */
  readonly from: readonly Table[];
  readonly oldValuesFrom: TableRules<never>["oldValuesFrom"];
  materialized: boolean;
  sendsOldValues: boolean;
}

/**
 * Tables of a program and what its nodes ask of them, in the order of the program's lines: an answer holds for the tables as
 * they are at that moment. Java's `enableSendingOldValues` and `valueGetterSupplier` of `KTableImpl` and its processors.
 */
export class TableDemands {
  readonly #tables = new Map<NodeId, Table>();

  /** Adds a table; those that it is computed from were added before. */
  add(id: NodeId, from: readonly NodeId[], oldValuesFrom: Table["oldValuesFrom"], state: SettledTable): void {
    const tables = from.map((other) => this.#table(other));
    this.#tables.set(id, { from: tables, oldValuesFrom, ...state });
  }

  /** Asks a table for something, in the name of a node. */
  ask(asker: NodeId, { table, oldValues, materialize }: Demand): void {
    const asked = this.#table(table);
    if (materialize) materializeFor(asked);
    if (oldValues === "no") return;
    const agreed = askForOldValues(asked, oldValues === "force");
    if (agreed && oldValues === "ask") this.#table(asker).sendsOldValues = true;
  }

  /** State of a table after all that was asked; null: the node makes no table. */
  settled(id: NodeId): SettledTable | null {
    const table = this.#tables.get(id);
    return table === undefined ? null : { materialized: table.materialized, sendsOldValues: table.sendsOldValues };
  }

  #table(id: NodeId): Table {
    const table = this.#tables.get(id);
    assert(table !== undefined, `node ${id} makes no table, or comes after the node that asks it`);
    return table;
  }
}

/** A table made of a stream agrees only if it has a store, or is forced to get one. */
function askForOldValues(table: Table, force: boolean): boolean {
  if (table.sendsOldValues) return true;
  const agrees = table.from.length === 0 ? madeOfStreamAgrees(table, force) : computedAgrees(table, force);
  if (agrees) table.sendsOldValues = true;
  return agrees;
}

function madeOfStreamAgrees(table: Table, force: boolean): boolean {
  if (force) table.materialized = true;
  return table.materialized;
}

/** The tables are asked one after the other, up to the first that does not agree, as in Java. */
function computedAgrees(table: Table, force: boolean): boolean {
  if (table.materialized && table.oldValuesFrom === "store") return true;
  return table.from.every((other) => askForOldValues(other, force));
}

/** A look-up reads the table's store, or those of the tables it is computed from. */
function materializeFor(table: Table): void {
  if (table.from.length === 0) table.materialized = true;
  else if (!table.materialized) for (const other of table.from) materializeFor(other);
}
