import type { Outcome } from "./rehearsal.ts";

const columns: readonly (readonly [title: string, cell: (outcome: Outcome) => string])[] = [
  ["brokers", ({ brokers }) => String(brokers)],
  ["consumers", ({ consumers }) => String(consumers)],
  ["partitions", ({ partitions }) => String(partitions)],
  ["views in", ({ viewsIn }) => number(viewsIn)],
  ["taken by brokers", ({ viewsTaken }) => number(viewsTaken)],
  ["processed", ({ viewsProcessed }) => number(viewsProcessed)],
  ["lag at the end", ({ lag }) => number(lag)],
  ["keeps up", ({ keepsUp }) => (keepsUp ? "yes" : "no")],
];

export const header: string = columns.map(([title]) => title).join("  ");

export function row(outcome: Outcome): string {
  return columns.map(([title, cell]) => cell(outcome).padStart(title.length)).join("  ");
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
