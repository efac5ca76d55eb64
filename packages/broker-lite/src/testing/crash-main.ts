import { parseArgs } from "node:util";
import { nodePlatform } from "@millrace/platform/node";
import { crashCycles, CrashError } from "./crash-world.ts";
import type { CrashTotals } from "./crash-world.ts";

const usage = `usage: crash:broker [--cycles N] [--seed S]

  --cycles N  cut the power so many times (10000)
  --seed S    the first seed (1); each world of twenty cuts has the next
`;
const progressEvery = 1_000;

/** Exit codes: 0 nothing acknowledged was lost, nothing invented, and every start succeeded; 1 not so; 2 wrong arguments. */
async function main(args: readonly string[]): Promise<number> {
  const { clock } = nodePlatform();
  let cycles: number;
  let seed: number;
  try {
    const { values } = parseArgs({ args: [...args], options: { cycles: { type: "string" }, seed: { type: "string" } } });
    cycles = Number(values.cycles ?? 10_000);
    seed = Number(values.seed ?? 1);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (!Number.isInteger(cycles) || cycles < 1 || !Number.isInteger(seed)) {
    process.stderr.write(usage);
    return 2;
  }
  const beganMs = clock.nowMs();
  let said = 0;
  try {
    const totals = await crashCycles(cycles, seed, ({ cuts }) => {
      if (cuts < said + progressEvery) return;
      said = cuts;
      process.stderr.write(`${String(cuts)} of ${String(cycles)} cuts\n`);
    });
    process.stdout.write(
      `broker-lite, flush=commit: ${summary(totals)}, ${String((clock.nowMs() - beganMs) / 1000)} s: passed\n`,
    );
    return 0;
  } catch (error) {
    const text = error instanceof CrashError ? error.message : String((error as Error).stack ?? error);
    process.stdout.write(`broker-lite, flush=commit: FAILED: ${text}\n`);
    return 1;
  }
}

function summary({ cuts, acknowledged, survived, lost, tornLogs, inRecovery }: CrashTotals): string {
  return (
    `${String(cuts)} cuts (${String(inRecovery)} while it started), ${String(acknowledged)} acknowledged batches all there, of the ` +
    `others ${String(survived)} there and ${String(lost)} not, ${String(tornLogs)} torn logs opened`
  );
}

process.exitCode = await main(process.argv.slice(2));
