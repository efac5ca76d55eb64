import { encodeBatch } from "@millrace/protocol";
import { expect, test } from "vitest";
import { mapValues } from "../operator/map-values.ts";
import { streamReduce } from "../operator/stream-reduce.ts";
import { tableToStream } from "../operator/table-to-stream.ts";
import { int64 } from "../serde/int64.ts";
import type { HandledRecord, TaskHandlers } from "./handlers.ts";
import { keyValueSpec, processor, sink, source, TaskFixture } from "./task-fixture.ts";

/** Handlers that go on, and the records that they saw, each as `offset key=value`. */
function seeing(): { readonly seen: string[]; readonly handlers: TaskHandlers } {
  const seen: string[] = [];
  const handler = (_error: unknown, { offset, keyBytes, valueBytes }: HandledRecord): "continue" => {
    seen.push(`${offset} ${String(keyBytes)}=${String(valueBytes)}`);
    return "continue";
  };
  return { seen, handlers: { deserialization: handler, processing: handler, serialization: handler } };
}

const failing = mapValues<string, string, string>((value) => {
  if (value.startsWith("x")) throw new RangeError(value);
  return `${value} mapped`;
});

/** Records of one batch: the next one is decoded before the first is processed. */
function pipeAll(fixture: TaskFixture, ...values: readonly (string | null)[]): void {
  const records = values.map((value, offset) => ({
    offset,
    timestamp: offset,
    key: offset % 2 === 0 ? Buffer.from(`k${offset}`) : null,
    value: value === null ? null : Buffer.from(value),
  }));
  fixture.task.addBatches("in", 0, encodeBatch({ records, codec: "gzip" }), records.length, records.length);
  fixture.task.process(100);
}

test("the handler of processing errors gets the bytes of the record that was read, whatever came after it", () => {
  const { seen, handlers } = seeing();
  pipeAll(new TaskFixture([source("in"), processor("map", ["in"], failing)], { handlers }), "x0", "a", "x2", "x3", "b");
  expect(seen).toEqual(["0 k0=x0", "2 k2=x2", "3 null=x3"]);
});

test("the handler of unreadable records gets the bytes that its serde refused", () => {
  const { seen, handlers } = seeing();
  pipeAll(new TaskFixture([source("in", ["in"], { valueSerde: int64 })], { handlers }), "short", "\0\0\0\0\0\0\0\u0001", "again");
  expect(seen).toEqual(["0 k0=short", "2 k2=again"]);
});

test("the handler of a sink gets the bytes of the record that was read, not of what became of it", () => {
  const { seen, handlers } = seeing();
  const nodes = [source("in"), processor("map", ["in"], failing), sink("out", ["map"], "out", { valueSerde: int64 })];
  pipeAll(new TaskFixture(nodes, { handlers }), "a", "b");
  expect(seen).toEqual(["0 k0=a", "1 null=b"]);
});

test("while a cache writes what other records left there, there are no bytes", () => {
  const { seen, handlers } = seeing();
  const reduce = streamReduce<string>({ store: "rows", reducer: (_old, value) => value, sendOldValues: false });
  const nodes = [
    source("in"),
    processor("reduce", ["in"], reduce, ["rows"]),
    processor("stream", ["reduce"], tableToStream()),
    processor("map", ["stream"], failing),
  ];
  const fixture = new TaskFixture(nodes, { handlers, stores: [keyValueSpec("rows")], cacheBytesMax: 1_000_000 });
  fixture.pipe("in", "a", "x0", 1);
  fixture.pipe("in", "b", "x1", 1);
  fixture.task.flush();
  // The second write is that of the record in flight.
  expect(seen).toEqual(["0 null=null", "1 b=x1"]);
});
