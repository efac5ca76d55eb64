import type { Engine, EngineScan, EngineSpace } from "@millrace/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

/**
 * The contract of the engine port, as tests: every engine runs it. It needs vitest and fast-check, which is why the test
 * kit has it as an entry of its own.
 *
 * @param open makes an empty engine
 */
export function engineConformance(name: string, open: () => Engine | Promise<Engine>): void {
  describe(`${name} keeps the contract of an engine`, () => {
    test("what was put is got, and a later put wins", () =>
      using(open, (engine) => {
        const space = engine.space("s", 0);
        write(engine, space, [
          ["a", "1"],
          ["b", "2"],
          ["a", "3"],
        ]);
        expect(got(space, "a")).toBe("3");
        expect(got(space, "b")).toBe("2");
        expect(got(space, "c")).toBeNull();
        expect(space.getMany([bytes("b"), bytes("x"), bytes("a")]).map((value) => value?.toString() ?? null)).toEqual([
          "2",
          null,
          "3",
        ]);
      }));

    test("got bytes stay what they were", () =>
      using(open, (engine) => {
        const space = engine.space("s", 0);
        write(engine, space, [["a", "one"]]);
        const value = space.get(bytes("a"))!;
        write(engine, space, [["a", "two"]]);
        expect(value.toString()).toBe("one");
      }));

    test("an empty value is a value, and so is an empty key", () =>
      using(open, (engine) => {
        const space = engine.space("s", 0);
        write(engine, space, [
          ["", ""],
          ["a", ""],
        ]);
        expect(got(space, "")).toBe("");
        expect(all(space.scan(null, null, false))).toEqual([
          ["", ""],
          ["a", ""],
        ]);
      }));

    test("values of all sizes replace each other", () =>
      using(open, (engine) => {
        const space = engine.space("s", 0);
        for (const size of [1, 15, 17, 600, 3, 5000, 1_500_000, 0, 40, 70_000]) {
          const value = "v".repeat(size);
          write(engine, space, [
            ["k", value],
            [`other ${size}`, value],
          ]);
          expect(got(space, "k")).toBe(value);
          expect(got(space, `other ${size}`)).toBe(value);
        }
        expect(got(space, "other 15")).toBe("v".repeat(15));
      }));

    test("a batch does nothing until it is written, and copies its bytes", () =>
      using(open, (engine) => {
        const space = engine.space("s", 0);
        const batch = engine.batch();
        const key = bytes("a");
        batch.put(space, key, bytes("1"));
        key[0] = 0x62;
        expect(got(space, "a")).toBeNull();
        expect(batch.bytes).toBe(2);
        engine.write(batch);
        expect(got(space, "a")).toBe("1");
        batch.clear();
        expect(batch.bytes).toBe(0);
        engine.write(batch);
        expect(got(space, "a")).toBe("1");
      }));

    test("spaces do not see each other", () =>
      using(open, (engine) => {
        const spaces = [engine.space("s", 0), engine.space("s", 1), engine.space("t", 0), engine.space("s1", 0)];
        const batch = engine.batch();
        spaces.forEach((space, i) => batch.put(space, bytes("k"), bytes(String(i))));
        engine.write(batch);
        spaces.forEach((space, i) => {
          expect(got(space, "k")).toBe(String(i));
          expect(all(space.scan(null, null, false))).toEqual([["k", String(i)]]);
        });
        batch.clear();
        batch.deleteRange(spaces[0]!, null, null);
        engine.write(batch);
        expect(spaces.map((space) => got(space, "k"))).toEqual([null, "1", "2", "3"]);
        expect(engine.space("t", 0).get(bytes("k"))!.toString()).toBe("2");
      }));

    test("scans are in unsigned byte order, and a prefix comes first", () =>
      using(open, (engine) => {
        const space = engine.space("s", 0);
        const keys = [[0x80], [0x7f], [0xff, 0], [0xff], [], [0], [0, 0], [1]].map((key) => Buffer.from(key));
        const batch = engine.batch();
        for (const key of keys) batch.put(space, key, key);
        engine.write(batch);
        const sorted = [...keys].sort((a, b) => Buffer.compare(a, b)).map((key) => key.toString("hex"));
        expect(keysOf(space.scan(null, null, false))).toEqual(sorted);
        expect(keysOf(space.scan(null, null, true))).toEqual(sorted.toReversed());
      }));

    test("a scan takes its first bound and leaves its second", () =>
      using(open, (engine) => {
        const space = engine.space("s", 0);
        write(engine, space, [
          ["a", "1"],
          ["b", "2"],
          ["c", "3"],
          ["d", "4"],
        ]);
        expect(all(space.scan(bytes("b"), bytes("d"), false))).toEqual([
          ["b", "2"],
          ["c", "3"],
        ]);
        expect(all(space.scan(bytes("b"), bytes("d"), true))).toEqual([
          ["c", "3"],
          ["b", "2"],
        ]);
        expect(all(space.scan(bytes("aa"), bytes("bb"), false))).toEqual([["b", "2"]]);
        expect(all(space.scan(bytes("d"), bytes("b"), false))).toEqual([]);
        expect(all(space.scan(bytes("b"), bytes("b"), true))).toEqual([]);
        expect(all(space.scan(null, bytes("a"), false))).toEqual([]);
        expect(all(space.scan(bytes("e"), null, true))).toEqual([]);
      }));

    test("a scan sees the moment it began, and its current entry holds", () =>
      using(open, (engine) => {
        const space = engine.space("s", 0);
        write(engine, space, [
          ["a", "1"],
          ["b", "2"],
          ["c", "3"],
          ["d", "4"],
        ]);
        const ascending = space.scan(null, null, false);
        const descending = space.scan(bytes("b"), null, true);
        expect(ascending.next()).toBe(true);
        const batch = engine.batch();
        batch.delete(space, bytes("a"));
        batch.delete(space, bytes("c"));
        batch.put(space, bytes("b"), bytes("changed"));
        batch.put(space, bytes("bb"), bytes("new"));
        engine.write(batch);
        expect([text(ascending.key), text(ascending.value)]).toEqual(["a", "1"]);
        expect(all(ascending)).toEqual([
          ["b", "2"],
          ["c", "3"],
          ["d", "4"],
        ]);
        expect(all(descending)).toEqual([
          ["d", "4"],
          ["c", "3"],
          ["b", "2"],
        ]);
        expect(all(space.scan(null, null, false))).toEqual([
          ["b", "changed"],
          ["bb", "new"],
          ["d", "4"],
        ]);
      }));

    test("thousands of keys keep their order while they come and go", () =>
      using(open, (engine) => {
        const space = engine.space("s", 0);
        const model = new Model();
        let seed = 7;
        for (let round = 0; round < 12; round += 1) {
          const batch = engine.batch();
          for (let i = 0; i < 500; i += 1) {
            seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
            const name = String((seed >>> 8) % 4000).padStart(4, "0");
            if (seed % 3 === 0) {
              batch.delete(space, bytes(name));
              model.entries.delete(name);
            } else {
              batch.put(space, bytes(name), bytes(`v${i}`));
              model.entries.set(name, `v${i}`);
            }
          }
          engine.write(batch);
          expect(all(space.scan(null, null, round % 2 === 1))).toEqual(model.range(null, null, round % 2 === 1));
          expect(all(space.scan(bytes("1000"), bytes("1100"), false))).toEqual(model.range("1000", "1100", false));
        }
      }));

    test("a closed scan is over, and may be closed again", () =>
      using(open, (engine) => {
        const space = engine.space("s", 0);
        write(engine, space, [
          ["a", "1"],
          ["b", "2"],
        ]);
        const scan = space.scan(null, null, false);
        scan.next();
        scan.close();
        scan.close();
        expect(scan.next()).toBe(false);
      }));

    test("a checkpoint is written with its batch, and can be voided", () =>
      using(open, (engine) => {
        const space = engine.space("s", 3);
        expect(space.checkpoint()).toBeNull();
        const checkpoint = { topicId: "0123456789abcdef0123456789abcdef", offset: 7, streamTimeMs: 12 };
        const batch = engine.batch();
        batch.put(space, bytes("a"), bytes("1"));
        batch.checkpoint(space, checkpoint);
        expect(space.checkpoint()).toBeNull();
        engine.write(batch);
        expect(space.checkpoint()).toEqual(checkpoint);
        batch.clear();
        batch.checkpoint(space, null);
        engine.write(batch);
        expect(space.checkpoint()).toBeNull();
        expect(engine.space("s", 2).checkpoint()).toBeNull();
      }));

    test("any sequence of writes and scans equals a sorted map", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { maxLength: 120 }), (commands) =>
          using(open, (engine) => {
            const model = new Model();
            const space = engine.space("s", 0);
            for (const one of commands) one(engine, space, model);
            expect(all(space.scan(null, null, false))).toEqual(model.range(null, null, false));
          }),
        ),
      );
    });
  });
}

async function using(open: () => Engine | Promise<Engine>, run: (engine: Engine) => void): Promise<void> {
  const engine = await open();
  try {
    run(engine);
  } finally {
    await engine.close();
  }
}

/** The dumbest correct engine: text keys of latin1, sorted when asked. */
class Model {
  readonly entries: Map<string, string> = new Map();
  readonly scans: { readonly scan: EngineScan; readonly expected: [string, string][] }[] = [];

  range(from: string | null, to: string | null, reverse: boolean): [string, string][] {
    const entries = [...this.entries].filter(([key]) => (from === null || key >= from) && (to === null || key < to));
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return reverse ? entries.toReversed() : entries;
  }
}

type Command = (engine: Engine, space: EngineSpace, model: Model) => void;

const key: fc.Arbitrary<string> = fc
  .array(fc.constantFrom("\0", "a", "b", "\x7f", "\xff"), { maxLength: 3 })
  .map((chars) => chars.join(""));
const bound: fc.Arbitrary<string | null> = fc.option(key, { nil: null });

const put: fc.Arbitrary<Command> = fc
  .tuple(fc.array(fc.tuple(key, fc.nat(700)), { minLength: 1, maxLength: 20 }))
  .map(([puts]) => (engine, space, model) => {
    const batch = engine.batch();
    for (const [name, size] of puts) {
      const value = String.fromCharCode(97 + (size % 26)).repeat(size % 5 === 0 ? size : size % 40);
      batch.put(space, bytes(name), bytes(value));
      model.entries.set(name, value);
    }
    engine.write(batch);
  });
const remove: fc.Arbitrary<Command> = key.map((name) => (engine, space, model) => {
  const batch = engine.batch();
  batch.delete(space, bytes(name));
  engine.write(batch);
  model.entries.delete(name);
});
const removeRange: fc.Arbitrary<Command> = fc.tuple(bound, bound).map(([from, to]) => (engine, space, model) => {
  const batch = engine.batch();
  batch.deleteRange(space, from === null ? null : bytes(from), to === null ? null : bytes(to));
  engine.write(batch);
  for (const [name] of model.range(from, to, false)) model.entries.delete(name);
});
const get: fc.Arbitrary<Command> = key.map((name) => (_engine, space, model) => {
  expect(got(space, name)).toBe(model.entries.get(name) ?? null);
});
const scan: fc.Arbitrary<Command> = fc
  .tuple(bound, bound, fc.boolean(), fc.nat(3))
  .map(([from, to, reverse, steps]) => (_engine, space, model) => {
    const opened = space.scan(from === null ? null : bytes(from), to === null ? null : bytes(to), reverse);
    const expected = model.range(from, to, reverse);
    for (let i = 0; i < steps; i += 1) check(opened, expected.shift());
    model.scans.push({ scan: opened, expected });
  });
/** Goes on with a scan that was opened before the writes since. */
const goOn: fc.Arbitrary<Command> = fc.tuple(fc.nat(5), fc.nat(4)).map(([which, steps]) => (_engine, _space, model) => {
  const open = model.scans[which % Math.max(1, model.scans.length)];
  if (open === undefined) return;
  for (let i = 0; i < steps; i += 1) check(open.scan, open.expected.shift());
});
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: put },
  { weight: 3, arbitrary: remove },
  { weight: 1, arbitrary: removeRange },
  { weight: 3, arbitrary: get },
  { weight: 3, arbitrary: scan },
  { weight: 3, arbitrary: goOn },
);

function check(opened: EngineScan, expected: [string, string] | undefined): void {
  expect(opened.next()).toBe(expected !== undefined);
  if (expected !== undefined) expect([text(opened.key), text(opened.value)]).toEqual(expected);
}

function bytes(latin1: string): Buffer {
  return Buffer.from(latin1, "latin1");
}

function write(engine: Engine, space: EngineSpace, puts: readonly (readonly [string, string])[]): void {
  const batch = engine.batch();
  for (const [name, value] of puts) batch.put(space, bytes(name), bytes(value));
  engine.write(batch);
}

function got(space: EngineSpace, name: string): string | null {
  return space.get(bytes(name))?.toString("latin1") ?? null;
}

function text(slice: EngineScan["key"]): string {
  return slice.buffer.toString("latin1", slice.start, slice.end);
}

function all(opened: EngineScan): [string, string][] {
  const entries: [string, string][] = [];
  while (opened.next()) entries.push([text(opened.key), text(opened.value)]);
  return entries;
}

function keysOf(opened: EngineScan): string[] {
  return all(opened).map(([name]) => bytes(name).toString("hex"));
}
