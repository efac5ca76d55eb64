import type { EngineName } from "./engine.ts";
import { programOf } from "./programs.ts";
import { runProcess } from "./run-process.ts";

/** What `ours-pause.ts` prints. */
interface Pauses {
  readonly processingMs: number;
  readonly commitMs: number;
  readonly commitSeconds: number;
  readonly peakMb: number;
}

/** How long our event loop stands still. Java has threads, and nothing to compare. */
export async function pauseTable(bootstrap: string, records: number, engine: EngineName): Promise<string> {
  const head = ["pause", "longest while processing, ms", "longest while committing, ms", "the commit, s", "peak MB"];
  const rows = [head, head.map(() => "---")];
  for (const unbounded of [false, true]) {
    const { processingMs, commitMs, commitSeconds, peakMb } = await pauses(bootstrap, records, engine, unbounded);
    rows.push([
      `${String(records)} uncommitted writes, ${engine}, ${unbounded ? "all of them held in the cache" : "default bounds"}`,
      processingMs.toFixed(1),
      commitMs.toFixed(1),
      commitSeconds.toFixed(2),
      peakMb.toFixed(0),
    ]);
  }
  return rows.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

async function pauses(bootstrap: string, records: number, engine: EngineName, unbounded: boolean): Promise<Pauses> {
  const given = ["--bootstrap", bootstrap, "--records", String(records), "--engine", engine];
  const ran = await runProcess([...programOf("ours-pause"), ...given, ...(unbounded ? ["--unbounded"] : [])]);
  if (ran.code !== 0) throw new TypeError(`the measurement of pauses failed: ${ran.errors.slice(-2000)}`);
  return JSON.parse(ran.output.trim().split("\n").at(-1) ?? "") as Pauses;
}
