import type { Job } from "./jobs.ts";
import { median } from "./median.ts";
import type { Run, Side } from "./measure.ts";

/** One job's race: medians, and what they are against each other. Ratios above 1: ours does more records per CPU second. */
export interface Row {
  readonly job: string;
  /** Why the figures do not count, or null. */
  readonly void: string | null;
  readonly wholeLifeCpuMicros: Record<Side, number>;
  readonly wholeLifeRatio: number;
  readonly marginalCpuMicros: Record<Side, number>;
  readonly marginalRatio: number;
  readonly recordsPerSecond: Record<Side, number>;
  readonly peakMb: Record<Side, number>;
  readonly javaPeakMbSmallHeap: number;
  readonly peakRatio: number;
  readonly startToFirstRecordMs: Record<Side, number>;
  readonly startRatio: number;
  readonly runs: readonly Run[];
}

export function row(job: Job, runs: readonly Run[], smallHeap: Run | null): Row {
  const [small, large] = job.sizes;
  const of = (side: Side, records: number, figure: (run: Run) => number): number =>
    median(runs.filter((run) => run.side === side && run.records === records).map(figure));
  const both = (figure: (side: Side) => number): Record<Side, number> => ({ java: figure("java"), ours: figure("ours") });
  const whole = both((side) => (of(side, small, (run) => run.cpuSeconds) / small) * 1e6);
  const marginal = both(
    (side) => ((of(side, large, (run) => run.cpuSeconds) - of(side, small, (run) => run.cpuSeconds)) / (large - small)) * 1e6,
  );
  const peak = both((side) => of(side, large, (run) => run.peakMb));
  const start = both((side) => of(side, small, (run) => run.startToFirstRecordMs));
  return {
    job: job.name,
    void: difference(job, runs),
    wholeLifeCpuMicros: whole,
    wholeLifeRatio: whole.java / whole.ours,
    marginalCpuMicros: marginal,
    marginalRatio: marginal.java / marginal.ours,
    recordsPerSecond: both((side) => of(side, large, (run) => run.records / run.wallSeconds)),
    peakMb: peak,
    javaPeakMbSmallHeap: smallHeap?.peakMb ?? Number.NaN,
    peakRatio: peak.ours / peak.java,
    startToFirstRecordMs: start,
    startRatio: start.ours / start.java,
    runs,
  };
}

/** Both sides must leave the same last values, and the same number of results; see `Job.resultsFollow`. */
function difference(job: Job, runs: readonly Run[]): string | null {
  for (const records of job.sizes) {
    const same = runs.filter((run) => run.records === records);
    const hashes = new Set(same.map((run) => run.hash));
    if (hashes.size > 1) return `final values differ at ${String(records)} records: ${[...hashes].join(", ")}`;
    const java = same.filter((run) => run.side === "java").map((run) => run.results);
    const wrong = same.find((run) => run.side === "ours" && !resultsAgree(job, run, java));
    if (wrong !== undefined)
      return `${String(wrong.results)} results at ${String(records)} records, but Java has ${java.join(", ")}`;
  }
  return null;
}

function resultsAgree(job: Job, ours: Run, java: readonly number[]): boolean {
  switch (job.resultsFollow) {
    case "input":
      return java.every((results) => results === ours.results);
    case "commits":
      return ours.results % ours.keys === 0;
    case "evictions":
      return ours.results >= Math.min(...java) * 0.99 && ours.results <= Math.max(...java) * 1.01;
  }
}

const number = (value: number, digits: number): string => (Number.isFinite(value) ? value.toFixed(digits) : "–");

export function table(rows: readonly Row[]): string {
  const head = [
    "job",
    "whole life, CPU µs a record: Java / ours",
    "ratio",
    "marginal: Java / ours",
    "ratio",
    "records/s: Java / ours",
    "peak MB: Java (256m heap) / ours",
    "ratio",
    "first record, ms: Java / ours",
    "ratio",
    "",
  ];
  const lines = rows.map((one) => [
    one.job,
    `${number(one.wholeLifeCpuMicros.java, 2)} / ${number(one.wholeLifeCpuMicros.ours, 2)}`,
    `${number(one.wholeLifeRatio, 2)}×`,
    `${number(one.marginalCpuMicros.java, 2)} / ${number(one.marginalCpuMicros.ours, 2)}`,
    `${number(one.marginalRatio, 2)}×`,
    `${number(one.recordsPerSecond.java, 0)} / ${number(one.recordsPerSecond.ours, 0)}`,
    `${number(one.peakMb.java, 0)} (${number(one.javaPeakMbSmallHeap, 0)}) / ${number(one.peakMb.ours, 0)}`,
    `${number(one.peakRatio, 2)}×`,
    `${number(one.startToFirstRecordMs.java, 0)} / ${number(one.startToFirstRecordMs.ours, 0)}`,
    `${number(one.startRatio, 2)}×`,
    one.void === null ? "" : `void: ${one.void}`,
  ]);
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
