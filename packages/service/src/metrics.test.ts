import { dropReasons } from "@millrace/core";
import type { StreamsMetrics, StreamsState } from "@millrace/runtime";
import { expect, test } from "vitest";
import { streamsRegistry } from "./metrics.ts";

const nothing: StreamsMetrics = {
  recordsProcessed: 0,
  recordsProduced: 0,
  recordsDropped: 0,
  drops: [],
  processed: [],
  recordsBuffered: 0,
  recordsLag: null,
  commits: 0,
  tasks: 0,
  recordsRestored: 0,
  recordsToRestore: 0,
  tasksRestoring: 0,
  membershipsLost: 0,
};

/** The lines with values: name with labels, value. */
async function shown(state: StreamsState, metrics: StreamsMetrics): Promise<string[]> {
  const text = await streamsRegistry("app", { state, metrics: () => metrics }).metrics();
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

test("every figure has its own name and the label of its application", async () => {
  const metrics: StreamsMetrics = {
    recordsProcessed: 1,
    recordsProduced: 2,
    recordsDropped: 3,
    drops: [
      { nodeName: "source", reason: "late", count: 2 },
      { nodeName: "sink", reason: "null key", count: 1 },
    ],
    processed: [{ nodeName: "source", count: 12 }],
    recordsBuffered: 4,
    recordsLag: 5,
    commits: 6,
    tasks: 7,
    recordsRestored: 8,
    recordsToRestore: 9,
    tasksRestoring: 10,
    membershipsLost: 11,
  };
  const lines = await shown("running", metrics);
  expect(lines.filter((line) => !line.includes("_by_reason_")).toSorted()).toEqual([
    'millrace_commits_total{application_id="app"} 6',
    'millrace_memberships_lost_total{application_id="app"} 11',
    'millrace_node_records_processed_total{node="source",application_id="app"} 12',
    'millrace_records_buffered{application_id="app"} 4',
    'millrace_records_dropped_total{node="sink",reason="null key",application_id="app"} 1',
    'millrace_records_dropped_total{node="source",reason="late",application_id="app"} 2',
    'millrace_records_lag{application_id="app"} 5',
    'millrace_records_processed_total{application_id="app"} 1',
    'millrace_records_produced_total{application_id="app"} 2',
    'millrace_records_restored_total{application_id="app"} 8',
    'millrace_records_to_restore{application_id="app"} 9',
    'millrace_state{application_id="app"} 2',
    'millrace_tasks_restoring{application_id="app"} 10',
    'millrace_tasks{application_id="app"} 7',
  ]);
});

test("every reason for a drop has a line from the start, so that the first drop is an increase", async () => {
  const byReason = (lines: readonly string[]): string[] => lines.filter((line) => line.includes("_by_reason_")).toSorted();
  const line = (reason: string, count: number): string =>
    `millrace_records_dropped_by_reason_total{reason="${reason}",application_id="app"} ${String(count)}`;
  const reasons = Object.keys(dropReasons);
  expect(byReason(await shown("created", nothing))).toEqual(reasons.map((reason) => line(reason, 0)).toSorted());
  const drops = ["a", "b"].map((nodeName) => ({ nodeName, reason: "late" as const, count: 2 }));
  const after = byReason(await shown("running", { ...nothing, drops }));
  expect(after).toEqual(reasons.map((reason) => line(reason, reason === "late" ? 4 : 0)).toSorted());
});

test("a lag that is not known is not shown, not even as it was before", async () => {
  expect((await shown("rebalancing", nothing)).filter((line) => line.includes("lag"))).toEqual([]);
  let recordsLag: number | null = 3;
  const registry = streamsRegistry("app", { state: "running", metrics: () => ({ ...nothing, recordsLag }) });
  expect(await registry.metrics()).toContain('millrace_records_lag{application_id="app"} 3\n');
  recordsLag = null;
  expect(await registry.metrics()).not.toContain("millrace_records_lag{");
});

test("figures are those of the moment of the question", async () => {
  let recordsProcessed = 1;
  const registry = streamsRegistry("app", { state: "running", metrics: () => ({ ...nothing, recordsProcessed }) });
  for (const count of [1, 5, 5]) {
    recordsProcessed = count;
    expect(await registry.metrics()).toContain(`millrace_records_processed_total{application_id="app"} ${String(count)}\n`);
  }
});

test("the application is asked once for all figures", async () => {
  let asked = 0;
  const metrics = (): StreamsMetrics => {
    asked += 1;
    return nothing;
  };
  const registry = streamsRegistry("app", { state: "running", metrics });
  for (const times of [1, 2]) {
    await registry.metrics();
    expect(asked).toBe(times);
  }
});

test.each([
  ["created", 0],
  ["rebalancing", 1],
  ["running", 2],
  ["pendingShutdown", 3],
  ["notRunning", 4],
  ["pendingError", 5],
  ["error", 6],
] as const)("state %s is Java's %d", async (state, number) => {
  expect(await shown(state, nothing)).toContain(`millrace_state{application_id="app"} ${String(number)}`);
});
