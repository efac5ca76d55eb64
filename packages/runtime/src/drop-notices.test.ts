import type { DroppedRecord } from "@millrace/core";
import { Simulation } from "@millrace/platform/sim";
import { expect, test } from "vitest";
import { DropNotices } from "./drop-notices.ts";

/** Notices, in virtual time. */
function scene(): { readonly lines: unknown[][]; readonly notices: DropNotices; sleep(ms: number): Promise<void> } {
  const simulation = new Simulation("seed 1");
  const platform = simulation.platform("app");
  const lines: unknown[][] = [];
  const notices = new DropNotices(
    (level, text, fields) => lines.push([level, text, fields?.["offset"] ?? fields?.["count"]]),
    platform,
  );
  const sleep = (ms: number): Promise<void> =>
    simulation.settle(new Promise((done) => void platform.timers.after(ms, () => done())), { virtualMsMax: Infinity });
  return { lines, notices, sleep };
}

function drop(offset: number, more: Partial<DroppedRecord> = {}): DroppedRecord {
  const where = { taskId: "0_1", nodeName: "node", topic: "in", partition: 1, offset, timestampMs: 7 };
  return { ...where, reason: "late", recordCount: 1, cause: null, ...more };
}

test("a drop is a warning with place, node, reason and cause", () => {
  const lines: unknown[][] = [];
  const notices = new DropNotices((...line) => lines.push(line), new Simulation("seed 1").platform("app"));
  const cause = new RangeError("x");
  notices.note(drop(5, { reason: "processing", cause }));
  notices.note(drop(6, { reason: "unreadable batch", recordCount: 3 }));
  const where = { topic: "in", partition: 1, node: "node", task: "0_1" };
  expect(lines).toEqual([
    ["warn", "dropped a record: processing", { ...where, offset: 5, reason: "processing", cause }],
    ["warn", "dropped records: unreadable batch", { ...where, offset: 6, reason: "unreadable batch", count: 3 }],
  ]);
});

test("five of each reason and minute are told, then how many were left out, also when none follows", async () => {
  const { lines, notices, sleep } = scene();
  for (let offset = 0; offset < 8; offset += 1) notices.note(drop(offset));
  notices.note(drop(100, { reason: "null key" }));
  expect(lines.map(([, , value]) => value)).toEqual([0, 1, 2, 3, 4, 100]);
  await sleep(59_999);
  expect(lines).toHaveLength(6);
  await sleep(1);
  expect(lines.slice(6)).toEqual([["warn", "dropped 3 more records within a minute: late", 3]]);
  notices.note(drop(9));
  expect(lines.slice(7)).toEqual([["warn", "dropped a record: late", 9]]);
});

test("at the end what was left out is told, and no timer is left", async () => {
  const { lines, notices, sleep } = scene();
  for (let offset = 0; offset < 7; offset += 1) notices.note(drop(offset));
  notices.close();
  expect(lines.at(-1)).toEqual(["warn", "dropped 2 more records within a minute: late", 2]);
  await sleep(120_000);
  expect(lines).toHaveLength(6);
});
