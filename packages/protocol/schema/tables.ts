import { readdirSync, readFileSync } from "node:fs";
import { parseTable, type Table, TableSyntaxError } from "./table.ts";

const folder = new URL("./", import.meta.url);

/**
 * All tables of this folder, by name.
 *
 * @throws {TableSyntaxError} when a line does not fit the grammar, or two tables name a struct alike
 */
export function readTables(): Table[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".api"));
  const tables = files.sort().map((file) => parseTable(file, readFileSync(new URL(file, folder), "utf8")));
  const owners = new Map<string, string>();
  for (const table of tables) {
    for (const { name } of table.structs) {
      const owner = owners.get(name);
      if (owner !== undefined)
        throw new TableSyntaxError(`${table.name}.api`, 1, `struct ${name} is also in ${owner}.api; rename one`);
      owners.set(name, table.name);
    }
  }
  return tables;
}
