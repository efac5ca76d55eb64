import { commandLine, nodePlatform } from "@millrace/platform/node";
import { crashCycles, CrashError } from "./crash-world.ts";
import type { CrashTotals } from "./crash-world.ts";

const program = {
  command: "npm run crash:broker --",
  text: "Cuts the power of simulated brokers, with torn writes, and looks for what was acknowledged. Exits 1 if anything of it is lost.",
  options: {
    cycles: { value: "N", text: "cut the power so many times", number: { min: 1 }, default: "10000" },
    seed: { value: "S", text: "the first seed; each world of twenty cuts has the next", number: { min: 0 }, default: "1" },
  },
} as const;
const progressEvery = 1_000;

/** Exit codes: 0 nothing acknowledged was lost, nothing invented, and every start succeeded; 1 not so. */
async function main(cycles: number, seed: number): Promise<number> {
  const { clock } = nodePlatform();
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

const { values } = commandLine(program);
process.exitCode = await main(values.cycles, values.seed);
