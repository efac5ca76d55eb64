import type { Engine } from "@millrace/core";
import { describe, expect, test } from "vitest";
import { all, bytes, found, got, gotMany, inside, keysOf, text, write } from "./engine-access.ts";
import { checkAgainstModel, ModelSpace } from "./engine-model.ts";

/**
 * The contract of the engine port, as tests: every engine runs it. It needs vitest and fast-check, which is why the test
 * kit has it as an entry of its own.
 *
 * @param open makes an empty engine. `home` names a place; the same name again, after the engine is closed, finds its
 *   content there, if it is one that keeps it
 */
export function engineConformance(name: string, open: (home: string) => Engine | Promise<Engine>): void {
  let homes = 0;
  const newHome = (): string => `home-${String((homes += 1))}`;
  const using = async (run: (engine: Engine) => void): Promise<void> => {
    const engine = await open(newHome());
    try {
      run(engine);
    } finally {
      await engine.close();
    }
  };
  /** Runs one after the other, with the engine closed and opened again in between, if it is one that keeps its content. */
  const reopening = async (...runs: readonly ((engine: Engine) => void)[]): Promise<void> => {
    const home = newHome();
    for (const run of runs) {
      const engine = await open(home);
      try {
        if (run !== runs[0] && !engine.persistent) return;
        run(engine);
      } finally {
        await engine.close();
      }
    }
  };

  describe(`${name} keeps the contract of an engine`, () => {
    test("what was put is got, and a later put wins", () =>
      using((engine) => {
        const space = engine.space("s", 0);
        write(engine, space, [
          ["a", "1"],
          ["b", "2"],
          ["a", "3"],
        ]);
        expect(got(space, "a")).toBe("3");
        expect(got(space, "b")).toBe("2");
        expect(got(space, "c")).toBeNull();
        expect(gotMany(space, ["b", "x", "a", "b"])).toEqual(["2", null, "3", "2"]);
        expect(gotMany(space, [])).toEqual([]);
      }));

    test("what lies inside of a longer buffer is put, found and deleted alone", () =>
      using((engine) => {
        const space = engine.space("s", 0);
        const batch = engine.batch();
        batch.putSlice(space, inside("a"), inside("1"));
        batch.putSlice(space, inside("b"), inside("x".repeat(3000)));
        batch.putSlice(space, inside("k".repeat(900)), inside(""));
        batch.deleteSlice(space, inside("c"));
        engine.write(batch);
        expect([found(space, "a"), found(space, "b"), found(space, "c")]).toEqual(["1", "x".repeat(3000), null]);
        expect(found(space, "k".repeat(900))).toBe("");
        batch.clear();
        batch.deleteSlice(space, inside("b"));
        engine.write(batch);
        expect(keysOf(space.scan(null, null, false))).toEqual(["61", "6b".repeat(900)]);
      }));

    test("got bytes stay what they were", () =>
      using((engine) => {
        const space = engine.space("s", 0);
        write(engine, space, [["a", "one"]]);
        const value = space.get(bytes("a"))!;
        write(engine, space, [["a", "two"]]);
        expect(value.toString()).toBe("one");
      }));

    test("an empty value is a value, and so is an empty key", () =>
      using((engine) => {
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
      using((engine) => {
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
      using((engine) => {
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
      using((engine) => {
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
      using((engine) => {
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
      using((engine) => {
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
      using((engine) => {
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
      using((engine) => {
        const space = engine.space("s", 0);
        const model = new ModelSpace();
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
      using((engine) => {
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

    test("writes of a batch count in their order, range deletes too", () =>
      using((engine) => {
        const [space, other] = [engine.space("s", 0), engine.space("s", 1)];
        write(engine, space, [
          ["a", "old"],
          ["b", "old"],
          ["c", "old"],
        ]);
        const batch = engine.batch();
        batch.put(space, bytes("b"), bytes("gone"));
        batch.put(space, bytes("bb"), bytes("gone"));
        batch.put(other, bytes("b"), bytes("other"));
        batch.deleteRange(space, bytes("b"), null);
        batch.put(space, bytes("bb"), bytes("new"));
        batch.put(space, bytes("d"), bytes("gone"));
        batch.delete(space, bytes("d"));
        batch.deleteRange(space, null, bytes("a"));
        batch.deleteRange(space, bytes("z"), bytes("y"));
        engine.write(batch);
        expect(all(space.scan(null, null, false))).toEqual([
          ["a", "old"],
          ["bb", "new"],
        ]);
        expect(got(other, "b")).toBe("other");
        // the same batch again, on what it made
        engine.write(batch);
        expect(gotMany(space, ["a", "b", "bb", "c", "d"])).toEqual(["old", null, "new", null, null]);
      }));

    test("a range delete leaves the scans that are open alone", () =>
      using((engine) => {
        const space = engine.space("s", 0);
        write(engine, space, [
          ["a", "1"],
          ["b", "2"],
        ]);
        const scan = space.scan(null, null, false);
        const batch = engine.batch();
        batch.deleteRange(space, null, null);
        engine.write(batch);
        expect(all(scan)).toEqual([
          ["a", "1"],
          ["b", "2"],
        ]);
        expect(all(space.scan(null, null, true))).toEqual([]);
      }));

    test("hundreds of spaces stay apart", () =>
      reopening(
        (engine) => {
          const batch = engine.batch();
          for (const [store, partition] of manySpaces)
            batch.put(engine.space(store, partition), bytes("k"), bytes(`${store} ${String(partition)}`));
          engine.write(batch);
          for (const [store, partition] of manySpaces)
            expect(all(engine.space(store, partition).scan(null, null, false))).toEqual([["k", `${store} ${String(partition)}`]]);
        },
        (engine) => {
          for (const [store, partition] of manySpaces.toReversed())
            expect(got(engine.space(store, partition), "k")).toBe(`${store} ${String(partition)}`);
        },
      ));

    test("an engine that is persistent has its content when it is opened again", () =>
      reopening(
        (engine) => {
          const space = engine.space("s", 7);
          const batch = engine.batch();
          for (let i = 0; i < 2000; i += 1) batch.put(space, bytes(`k${i}`), bytes(`v${i}`));
          batch.checkpoint(space, {
            origin: "0123456789abcdef0123456789abcdef",
            offset: 2 ** 40,
            streamTimeMs: Number.NaN,
            writtenMs: 1.7e12,
          });
          engine.write(batch);
          batch.clear();
          batch.deleteRange(space, bytes("k2"), bytes("k9"));
          batch.delete(space, bytes("k9"));
          engine.write(batch);
          // opened, and neither read to its end nor closed
          space.scan(null, null, false).next();
        },
        (engine) => {
          const space = engine.space("s", 7);
          expect(gotMany(space, ["k1", "k1999", "k2", "k899", "k9", "k99"])).toEqual(["v1", "v1999", null, null, null, "v99"]);
          expect(keysOf(space.scan(null, null, false))).toHaveLength(2000 - 7 * 111 - 1);
          const checkpoint = {
            origin: "0123456789abcdef0123456789abcdef",
            offset: 2 ** 40,
            streamTimeMs: Number.NaN,
            writtenMs: 1.7e12,
          };
          expect(space.checkpoint()).toEqual(checkpoint);
          expect(all(engine.space("t", 7).scan(null, null, false))).toEqual([]);
        },
      ));

    test("a checkpoint is written with its batch, and can be voided", () =>
      using((engine) => {
        const space = engine.space("s", 3);
        expect(space.checkpoint()).toBeNull();
        const checkpoint = { origin: "0123456789abcdef0123456789abcdef", offset: 7, streamTimeMs: 12, writtenMs: Number.NaN };
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

    test("any sequence of writes, scans and reopenings equals a sorted map", () => checkAgainstModel(open, newHome));
  });
}

const manySpaces: readonly (readonly [string, number])[] = Array.from({ length: 300 }, (_, i) => [
  `store ${String(i % 100)}`,
  Math.floor(i / 100) * 1000,
]);
