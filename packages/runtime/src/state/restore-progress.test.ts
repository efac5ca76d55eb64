import { expect, test } from "vitest";
import { RestoreProgress } from "./restore-progress.ts";
import type { RestoredStore, RestoreEvent } from "./replay.ts";

const store = (partition: number): RestoredStore => ({ topic: "changelog", partition, storeName: "counts" });
const start = (partition: number, startingOffset: number, endingOffset: number): RestoreEvent => ({
  ...store(partition),
  kind: "start",
  startingOffset,
  endingOffset,
});
const batch = (partition: number, batchEndOffset: number): RestoreEvent => ({
  ...store(partition),
  kind: "batch",
  batchEndOffset,
  endingOffset: 100,
  recordCount: 1,
});
const over = (partition: number, kind: "end" | "suspended"): RestoreEvent => ({ ...store(partition), kind, recordsRestored: 1 });

/** The line after each event. */
function lines(recordsMin: number, events: readonly RestoreEvent[]): string[] {
  const progress = new RestoreProgress(recordsMin);
  return events.map((event) => {
    progress.note(event);
    return progress.line(10);
  });
}

test("the line shows all restorations together, until they are over", () => {
  const events = [start(0, 0, 100), start(1, 50, 150), batch(0, 50), over(0, "end"), batch(1, 150), over(1, "end")];
  expect(lines(10, events)).toEqual([
    "restoring ░░░░░░░░░░ 0 %, 0 of 100 records",
    "restoring ░░░░░░░░░░ 0 %, 0 of 200 records",
    "restoring ██░░░░░░░░ 25 %, 50 of 200 records",
    "restoring █████░░░░░ 50 %, 100 of 200 records",
    "",
    "",
  ]);
});

test("what went elsewhere is not waited for, and what is over does not count in the next restoration", () => {
  const events = [start(0, 0, 100), start(1, 0, 100), over(1, "suspended"), over(0, "end"), start(2, 0, 100)];
  expect(lines(10, events).slice(2)).toEqual([
    "restoring ░░░░░░░░░░ 0 %, 0 of 100 records",
    "",
    "restoring ░░░░░░░░░░ 0 %, 0 of 100 records",
  ]);
});

test("a short restoration has no line", () => {
  expect(lines(1_000, [start(0, 0, 999), batch(0, 500)])).toEqual(["", ""]);
});
