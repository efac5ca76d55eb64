/**
 * Records a state directory of each engine as today's code writes it, to `test/data/state/`. That is for a new version of
 * the format: the recordings of the old one stay, under its number, so that it is known to be read.
 *
 *   node --conditions=millrace-source packages/state-rocksdb/format/main.ts
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEngine } from "../src/index.ts";
import { pack } from "./bundle.ts";
import { writeContent } from "./content.ts";
import { recordings } from "./recordings.ts";
import { commandLine } from "../../platform/src/node/command-line.ts";

commandLine({
  command: "node --conditions=millrace-source packages/state-rocksdb/format/main.ts",
  text: "Records a state directory of each engine, as the code of today writes it, to test/data/state.",
  options: {},
});

for (const { engine, file } of recordings) {
  const directory = mkdtempSync(join(tmpdir(), "millrace-format-"));
  try {
    // the smallest memtables, so that little data makes tables
    const opened = await openEngine(directory, { engine, memtableBytes: 256 * 1024 });
    writeContent(opened);
    await opened.close();
    pack(directory, file);
    process.stdout.write(`${file}: ${String(statSync(file).size)} bytes\n`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
