import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Slice } from "../../serde/slice.ts";
import type { EngineScan } from "../engine/engine.ts";
import { MemoryEngine } from "../engine/memory-engine.ts";
import { StoreTail } from "./store-tail.ts";
import { asPersistent } from "../test-fixture.ts";
import { WriteBudget } from "./write-budget.ts";

/*
 * A tail over an engine that survives, against a list of changelog records and a sorted map: whatever is written, acknowledged
 * in whatever order, drained, read and lost in a crash, reads see every write, and the engine's content is what replaying the
 * changelog up to the checkpoint gives.
 */

/** null as value: a delete; a pair of bounds: a deletion of `from <= key < to`. */
type Write =
  | { readonly key: string; readonly value: string | null }
  | { readonly from: string | null; readonly to: string | null };
type Content = Map<string, string>;

function apply(content: Content, write: Write): void {
  if (!("key" in write)) {
    for (const key of content.keys())
      if ((write.from === null || key >= write.from) && (write.to === null || key < write.to)) content.delete(key);
  } else if (write.value === null) content.delete(write.key);
  else content.set(write.key, write.value);
}

function sorted(content: Content, from: string | null, to: string | null, reverse: boolean): [string, string][] {
  const entries = [...content].filter(([key]) => (from === null || key >= from) && (to === null || key < to));
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return reverse ? entries.toReversed() : entries;
}

function listed(scan: EngineScan): [string, string][] {
  const entries: [string, string][] = [];
  const text = ({ buffer, start, end }: Slice): string => buffer.toString("latin1", start, end);
  while (scan.next()) entries.push([text(scan.key), text(scan.value)]);
  return entries;
}

function slice(text: string): Slice {
  const made = new Slice();
  made.set(Buffer.from(text, "latin1"), 0, text.length);
  return made;
}

class World {
  readonly engine = asPersistent(new MemoryEngine());
  readonly space = this.engine.space("store", 0);
  readonly budget = new WriteBudget();
  readonly fromSource: boolean;
  readonly first: number;
  /** The writes of each changelog record; the first record has offset `first`. */
  readonly records: (readonly Write[])[] = [];
  /** Content as the store sees it. */
  content: Content = new Map();
  tail!: StoreTail;
  /** Appended records that are not acknowledged, as offsets. */
  unacknowledged: number[] = [];
  committed: number;
  nowMs = 1_000_000;
  scans: { readonly scan: EngineScan; readonly expected: [string, string][] }[] = [];

  constructor(fromSource: boolean, first: number) {
    this.fromSource = fromSource;
    this.first = first;
    this.committed = first;
    this.#open();
  }

  record(writes: readonly Write[]): void {
    this.unacknowledged.push(this.first + this.records.length);
    this.records.push(writes);
    if (!this.fromSource) this.tail.logged();
    for (const write of writes) {
      apply(this.content, write);
      if (!("key" in write)) this.tail.deleteRange(bytes(write.from), bytes(write.to), this.records.length);
      else if (write.value === null) this.tail.delete(slice(write.key), this.records.length);
      else this.tail.put(slice(write.key), slice(write.value), this.records.length);
    }
  }

  /** Acknowledges a run of records, which may lie behind others that are not. */
  acknowledge(at: number, count: number, told: boolean): void {
    if (this.fromSource) {
      const offset = this.first + this.records.length;
      this.tail.mark(offset);
      if (!told) return; // the commit failed
      this.tail.committed(offset);
      this.committed = offset;
      return;
    }
    const from = Math.min(at, this.unacknowledged.length - 1);
    if (from < 0) return;
    let end = from + 1;
    while (end - from < count && this.unacknowledged[end] === this.unacknowledged[end - 1]! + 1) end += 1;
    const taken = this.unacknowledged.splice(from, end - from);
    this.tail.acknowledged(from > 0 || told ? taken[0]! : -1, taken.length);
  }

  look(key: string): void {
    const found = new Slice();
    const value = this.tail.find(slice(key), found) ? found.copy().toString("latin1") : null;
    expect(value).toBe(this.content.get(key) ?? null);
  }

  /** The process dies; records that were on their way are in the changelog. */
  crash(): void {
    this.tail.discard();
    expect(this.budget.bytes).toBe(0);
    this.scans = [];
    this.unacknowledged = [];
    const end = this.fromSource ? this.committed : this.first + this.records.length;
    this.records.length = end - this.first;
    this.#open();
    const checkpoint = this.space.checkpoint();
    const batch = this.engine.batch();
    for (let offset = checkpoint?.offset ?? this.first; offset < end; offset += 1) {
      for (const write of this.records[offset - this.first]!) {
        if (!("key" in write)) batch.deleteRange(this.space, bytes(write.from), bytes(write.to));
        else if (write.value === null) batch.delete(this.space, bytes(write.key)!);
        else batch.put(this.space, bytes(write.key)!, bytes(write.value)!);
      }
      this.tail.restored(batch, offset + 1, offset);
      this.engine.write(batch);
      batch.clear();
      this.check();
    }
    this.content = this.#replayed(end);
    expect(listed(this.tail.scan(null, null, false))).toEqual(sorted(this.content, null, null, false));
  }

  /** The invariant. */
  check(): void {
    this.tail.assertConsistent();
    const stored = new Map(listed(this.space.scan(null, null, false)));
    const offset = this.space.checkpoint()?.offset ?? this.first;
    if (!this.fromSource) {
      expect(stored).toEqual(this.#replayed(offset));
      return;
    }
    // within a commit's writes only the replay of all of them counts
    expect(offset).toBeLessThanOrEqual(this.committed);
    for (const writes of this.records.slice(offset - this.first, this.committed - this.first))
      for (const write of writes) apply(stored, write);
    expect(stored).toEqual(this.#replayed(this.committed));
  }

  #replayed(offset: number): Content {
    const content: Content = new Map();
    for (const writes of this.records.slice(0, offset - this.first)) for (const write of writes) apply(content, write);
    return content;
  }

  #open(): void {
    this.tail = new StoreTail(this.engine, this.space, this.budget, this.fromSource);
    this.tail.begin({
      origin: "topic",
      offset: this.space.checkpoint()?.offset ?? this.first,
      streamTimeMs: Number.NaN,
      writtenMs: Number.NaN,
    });
  }
}

function bytes(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text, "latin1");
}

type Step = (world: World) => void;

const keys = ["", "a", "aa", "ab", "b", "c", "\xff"];
const key = fc.constantFrom(...keys);
const bound = fc.option(key, { nil: null });
const put = fc.record({ key, value: fc.option(fc.constantFrom("", "1", "2", "long".repeat(20)), { nil: null }) });
const write: fc.Arbitrary<Write> = fc.oneof({ weight: 5, arbitrary: put }, fc.record({ from: bound, to: bound }));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.array(write, { maxLength: 3 }).map((writes) => (world: World) => world.record(writes)) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(3)), fc.integer({ min: 1, max: 4 }), fc.boolean())
      .map(
        ([at, count, told]) =>
          (world: World) =>
            world.acknowledge(at, count, told),
      ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.nat(3000), fc.integer({ min: 1, max: 6 })).map(([passedMs, writesMax]) => (world: World) => {
      world.nowMs += passedMs;
      world.tail.drain(world.nowMs, writesMax);
    }),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(bound, bound, fc.boolean(), fc.nat(2)).map(([from, to, reverse, steps]) => (world: World) => {
      const scan = world.tail.scan(bytes(from), bytes(to), reverse);
      const expected = sorted(world.content, from, to, reverse);
      for (let i = 0; i < steps && expected.length > 0; i += 1) {
        expect(scan.next()).toBe(true);
        expected.shift();
      }
      world.scans.push({ scan, expected });
    }),
  },
  {
    weight: 2,
    arbitrary: fc.nat(9).map((which) => (world: World) => {
      const [open] = world.scans.splice(which % Math.max(1, world.scans.length), 1);
      if (open !== undefined) expect(listed(open.scan)).toEqual(open.expected);
    }),
  },
  { weight: 1, arbitrary: fc.constant((world: World) => world.crash()) },
);

for (const fromSource of [false, true]) {
  test(`reads see every write, and the engine is at its checkpoint, with ${fromSource ? "a source topic as" : "a"} changelog`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.constantFrom(0, 7), (steps, first) => {
        const world = new World(fromSource, first);
        for (const one of steps) {
          one(world);
          world.check();
          for (const name of keys) world.look(name);
        }
        if (fromSource) world.acknowledge(0, 0, true);
        while (world.unacknowledged.length > 0 && !fromSource) world.acknowledge(0, 3, true);
        while (world.tail.drain(world.nowMs)) world.check();
        world.tail.finish(world.nowMs);
        world.check();
        expect(world.tail.pending).toBe(0);
        expect(world.budget.bytes).toBe(0);
        expect(world.space.checkpoint()?.offset).toBe(first + world.records.length);
        expect(listed(world.space.scan(null, null, false))).toEqual(sorted(world.content, null, null, false));
      }),
      { numRuns: 1000 },
    );
  });
}

test("ten thousand writes drain batch by batch, each to its checkpoint", () => {
  const world = new World(false, 0);
  for (let i = 0; i < 10_000; i += 1)
    world.record([{ key: `key ${String(i % 3_000)}`, value: i % 7 === 0 ? null : String(i).repeat(i % 30) }]);
  world.acknowledge(0, 9_999, true);
  const offsets: number[] = [];
  while (world.tail.drain(world.nowMs)) offsets.push(world.space.checkpoint()!.offset);
  expect(offsets.length).toBeGreaterThan(5);
  expect(offsets.at(-1)).toBe(9_999);
  expect(world.tail.pending).toBe(1);
  world.check();
});
