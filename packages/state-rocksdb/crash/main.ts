/**
 * Kills a process that writes to the engine on disk, again and again, and looks at what is left.
 *
 *   npm run crash:state -- [--engine rocksdb|sqlite] [--cycles 500] [--seed N]
 *
 * Exits 1 if anything that was reported as written is lost, anything else is there, or a batch is there in part.
 */
import { parseArgs } from "node:util";
import type { EngineName } from "@millrace/state-rocksdb";
import { runCrashCycles } from "./cycles.ts";

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "rocksdb" },
    cycles: { type: "string", default: "500" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const { cycles, failures, batches, killedAtOpening, killedBeforeReport } = await runCrashCycles({
  engine: values.engine as EngineName,
  cycles: Number(values.cycles),
  seed: Number(values.seed),
  report: (line) => process.stdout.write(`${line}\n`),
});
process.stdout.write(
  `${String(batches)} batches written; killed ${String(killedAtOpening)} times before the engine was open, ` +
    `${String(killedBeforeReport)} times between a write and its report\n` +
    `${values.engine}, seed ${values.seed}: ${String(cycles)} cycles, ${String(failures.length)} failures\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
