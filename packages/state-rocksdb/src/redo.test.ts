import { afterAll, expect, test } from "vitest";
import { contentOf, put, TestDirectories } from "./engine-fixture.ts";
import { decodeRedo, encodeRedo } from "./redo.ts";
import { loadRocksBinding, type RocksBinding } from "./rocks-binding.ts";
import { openRocksEngine } from "./rocks-engine.ts";

const directories = new TestDirectories();
afterAll(() => directories.remove());

const native = await loadRocksBinding();
const origin = "0123456789abcdef0123456789abcdef";

/** The native code, but the calls of one of its functions fail from the given one on, as on a disk that is full. */
function failing(name: "db_clear" | "batch_write", fromCall: number, until: { mended: boolean }): RocksBinding {
  let calls = 0;
  const call = native[name] as (...args: unknown[]) => void;
  const guarded = (...args: unknown[]): void => {
    calls += 1;
    if (calls >= fromCall && !until.mended) throw Object.assign(new RangeError("IO error: no space"), { code: "LEVEL_IO_ERROR" });
    call(...args);
  };
  return { ...native, [name]: guarded };
}

const before = { a: "1", b: "2", c: "3", d: "4", e: "5" };
const after = { a: "new", c: "late", e: "5" };

/** Places at which the native calls of a batch with two ranges can end: in one of the ranges, or in the operations after them. */
const ends: readonly (readonly [name: "db_clear" | "batch_write", call: number])[] = [
  ["db_clear", 1],
  ["db_clear", 2],
  // the format, the store's name, the entries, the batch's first part: the fifth is the last of the batch
  ["batch_write", 5],
];

test.each(ends)("a batch that ends in call %s %i is whole when its directory is opened again", async (name, fromCall) => {
  const directory = directories.make();
  const until = { mended: false };
  const engine = await openRocksEngine(failing(name, fromCall, until), directory, {});
  const space = engine.space("s", 0);
  put(engine, space, before);
  const batch = engine.batch();
  batch.put(space, Buffer.from("a"), Buffer.from("new"));
  batch.put(space, Buffer.from("b"), Buffer.from("gone"));
  batch.deleteRange(space, Buffer.from("b"), Buffer.from("d"));
  batch.put(space, Buffer.from("c"), Buffer.from("late"));
  batch.deleteRange(space, Buffer.from("d"), Buffer.from("e"));
  batch.checkpoint(space, { origin, offset: 9, streamTimeMs: 5, writtenMs: 7 });
  expect(() => engine.write(batch)).toThrow(expect.objectContaining({ code: "STREAMS_ENGINE_FAILED" }));
  await engine.close();
  const reopened = await openRocksEngine(native, directory, {});
  expect(contentOf(reopened.space("s", 0))).toEqual(after);
  expect(reopened.space("s", 0).checkpoint()).toEqual({ origin, offset: 9, streamTimeMs: 5, writtenMs: 7 });
  await reopened.close();
});

test("a batch that failed in the middle is finished before the next one, not after it", async () => {
  const until = { mended: false };
  const directory = directories.make();
  const engine = await openRocksEngine(failing("db_clear", 1, until), directory, {});
  const space = engine.space("s", 0);
  put(engine, space, before);
  const batch = engine.batch();
  batch.deleteRange(space, Buffer.from("b"), null);
  expect(() => engine.write(batch)).toThrow(expect.objectContaining({ code: "STREAMS_ENGINE_FAILED" }));
  expect(() => put(engine, space, { c: "next" })).toThrow(expect.objectContaining({ code: "STREAMS_ENGINE_FAILED" }));
  until.mended = true;
  put(engine, space, { c: "next" });
  expect(contentOf(space)).toEqual({ a: "1", c: "next" });
  await engine.close();
  const reopened = await openRocksEngine(native, directory, {});
  expect(contentOf(reopened.space("s", 0))).toEqual({ a: "1", c: "next" });
  await reopened.close();
});

test("the record of a batch is read as it was written", () => {
  const ranges = [{ from: Buffer.from("a"), to: Buffer.from("b") }];
  const late = [
    { key: Buffer.from("k"), value: Buffer.from("v") },
    { key: Buffer.alloc(0), value: null },
    { key: Buffer.from("e"), value: Buffer.alloc(0) },
  ];
  expect(decodeRedo(encodeRedo(ranges, late))).toEqual({ ranges, late });
  expect(decodeRedo(encodeRedo(ranges, []))).toEqual({ ranges, late: [] });
});

test("no part of a record is taken for one", () => {
  const whole = encodeRedo(
    [{ from: Buffer.from("a"), to: Buffer.from("b") }],
    [{ key: Buffer.from("key"), value: Buffer.from("value") }],
  );
  const ends = Array.from({ length: whole.length }, (_, end) => whole.subarray(0, end)).filter(
    (part) => decodeRedo(part) !== null,
  );
  // one part is a record by itself: the ranges, and nothing to put after them
  expect(ends.map((part) => part.length)).toEqual([4 + 2 * (4 + 1)]);
});
