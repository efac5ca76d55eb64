/**
 * Writes `src/messages/generated` from the tables in this folder: `node schema/generate.ts`. The output is committed, so that
 * using the package needs no build step and a change of a table shows what it does; a test compares the two.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { format } from "oxfmt";
import { indexText, moduleName, moduleText } from "./emit/module.ts";
import { type Table, TableSyntaxError } from "./table.ts";
import { readTables } from "./tables.ts";
import { commandLine } from "../../platform/src/node/command-line.ts";

export const generatedFolder: URL = new URL("../src/messages/generated/", import.meta.url);

/** File names in `generatedFolder` and what they should contain. */
export async function generate(tables: readonly Table[]): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const table of tables) files.set(`${moduleName(table)}.ts`, moduleText(table));
  files.set("index.ts", indexText(tables));
  for (const [file, text] of files) {
    const { code, errors } = await format(file, text, { printWidth: 130 });
    if (errors.length > 0) throw new TableSyntaxError(file, 1, `the generated code does not parse: ${errors[0]!.message}`);
    files.set(file, code);
  }
  return files;
}

if (import.meta.main) {
  commandLine({
    command: "node packages/protocol/schema/generate.ts",
    text: "Writes the messages from the tables of the APIs.",
    options: {},
  });
  const files = await generate(readTables());
  rmSync(generatedFolder, { recursive: true, force: true });
  mkdirSync(generatedFolder, { recursive: true });
  for (const [file, text] of files) writeFileSync(new URL(file, generatedFolder), text);
  process.stdout.write(`${files.size} files\n`);
}
