/**
 * Kills a process that writes to the engine on disk, again and again, and looks at what is left.
 *
 *   npm run crash:state -- [--engine rocksdb|sqlite] [--cycles 500] [--seed N]
 *
 * Exits 1 if anything that was reported as written is lost, anything else is there, or a batch is there in part.
 */
import { commandLine } from "../../platform/src/node/command-line.ts";
import { runCrashCycles } from "./cycles.ts";

const { values } = commandLine({
  command: "npm run crash:state --",
  text: "Kills a process that writes to the engine on disk, again and again. Exits 1 if anything is lost, invented or there in part.",
  options: {
    engine: { value: "NAME", text: "the engine", choices: ["rocksdb", "sqlite"], default: "rocksdb" },
    cycles: { value: "N", text: "how often it is killed", number: { min: 1 }, default: "500" },
    seed: { value: "S", text: "the seed", number: { min: 0 }, default: String(Date.now() % 1_000_000) },
  },
});
const { cycles, failures, batches, killedAtOpening, killedBeforeReport } = await runCrashCycles({
  ...values,
  report: (line) => process.stdout.write(`${line}\n`),
});
process.stdout.write(
  `${String(batches)} batches written; killed ${String(killedAtOpening)} times before the engine was open, ` +
    `${String(killedBeforeReport)} times between a write and its report\n` +
    `${values.engine}, seed ${String(values.seed)}: ${String(cycles)} cycles, ${String(failures.length)} failures\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
