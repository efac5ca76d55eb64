import type { Checkpoint, Engine, EngineBatch, EngineScan, EngineSpace } from "@millrace/core";
import * as fc from "fast-check";
import { expect } from "vitest";
import { all, boundBytes, bytes, found, got, gotMany, inside, text } from "./engine-access.ts";

/** A space as the dumbest correct engine has it: sorted when asked. */
export class ModelSpace {
  readonly entries: Map<string, string> = new Map();
  checkpoint: Checkpoint | null = null;

  range(from: string | null, to: string | null, reverse: boolean): [string, string][] {
    const entries = [...this.entries].filter(([key]) => (from === null || key >= from) && (to === null || key < to));
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return reverse ? entries.toReversed() : entries;
  }
}

const spaceNames: readonly (readonly [store: string, partition: number])[] = [
  ["s", 0],
  ["s", 1],
  ["t", 0],
];

/** An engine and what it should hold. */
class Pair {
  readonly models: readonly ModelSpace[] = spaceNames.map(() => new ModelSpace());
  readonly scans: { readonly scan: EngineScan; readonly expected: [string, string][] }[] = [];
  engine: Engine;
  spaces: EngineSpace[] = [];
  readonly #open: () => Engine | Promise<Engine>;

  constructor(engine: Engine, open: () => Engine | Promise<Engine>) {
    this.#open = open;
    this.engine = engine;
    this.#take();
  }

  /** Reopens the engine. An engine whose content ends with it stays open. */
  async reopen(): Promise<void> {
    if (!this.engine.persistent) return;
    await this.engine.close();
    for (const { scan } of this.scans.splice(0)) expect(scan.next()).toBe(false);
    this.engine = await this.#open();
    this.#take();
  }

  check(): void {
    this.spaces.forEach((space, i) => {
      expect(all(space.scan(null, null, false))).toEqual(this.models[i]!.range(null, null, false));
      expect(space.checkpoint()).toEqual(this.models[i]!.checkpoint);
    });
  }

  #take(): void {
    this.spaces = spaceNames.map(([store, partition]) => this.engine.space(store, partition));
  }
}

/** Any sequence of writes, reads, scans and reopenings gives what a sorted map gives. */
export async function checkAgainstModel(open: (home: string) => Engine | Promise<Engine>, newHome: () => string): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 80 }), async (commands) => {
      const home = newHome();
      const pair = new Pair(await open(home), () => open(home));
      try {
        for (const run of commands) await run(pair);
        pair.check();
        await pair.reopen();
        pair.check();
      } finally {
        await pair.engine.close();
      }
    }),
    { numRuns: 60 },
  );
}

type Command = (pair: Pair) => void | Promise<void>;
/** One operation of a batch, on the engine and on the model. */
type Operation = (batch: EngineBatch, pair: Pair) => void;

const spaceIndex: fc.Arbitrary<number> = fc.nat(spaceNames.length - 1);
const key: fc.Arbitrary<string> = fc
  .array(fc.constantFrom("\0", "a", "b", "\x7f", "\xff"), { maxLength: 3 })
  .map((characters) => characters.join(""));
const bound: fc.Arbitrary<string | null> = fc.option(key, { nil: null });
const value: fc.Arbitrary<string> = fc
  .nat(700)
  .map((size) => String.fromCharCode(97 + (size % 26)).repeat(size % 5 === 0 ? size : size % 40));
const checkpoint: fc.Arbitrary<Checkpoint | null> = fc.option(
  fc.record({
    origin: fc.constantFrom("0123456789abcdef0123456789abcdef", "ffffffffffffffffffffffffffffffff"),
    offset: fc.maxSafeNat(),
    streamTimeMs: fc.oneof(fc.constant(NaN), fc.maxSafeNat()),
    writtenMs: fc.oneof(fc.constant(NaN), fc.maxSafeNat()),
  }),
  { nil: null },
);

const put: fc.Arbitrary<Operation> = fc
  .tuple(spaceIndex, key, value, fc.boolean())
  .map(([i, name, content, slices]) => (batch, pair) => {
    if (slices) batch.putSlice(pair.spaces[i]!, inside(name), inside(content));
    else batch.put(pair.spaces[i]!, bytes(name), bytes(content));
    pair.models[i]!.entries.set(name, content);
  });
const remove: fc.Arbitrary<Operation> = fc.tuple(spaceIndex, key, fc.boolean()).map(([i, name, slices]) => (batch, pair) => {
  if (slices) batch.deleteSlice(pair.spaces[i]!, inside(name));
  else batch.delete(pair.spaces[i]!, bytes(name));
  pair.models[i]!.entries.delete(name);
});
const removeRange: fc.Arbitrary<Operation> = fc.tuple(spaceIndex, bound, bound).map(([i, from, to]) => (batch, pair) => {
  batch.deleteRange(pair.spaces[i]!, boundBytes(from), boundBytes(to));
  for (const [name] of pair.models[i]!.range(from, to, false)) pair.models[i]!.entries.delete(name);
});
const setCheckpoint: fc.Arbitrary<Operation> = fc.tuple(spaceIndex, checkpoint).map(([i, set]) => (batch, pair) => {
  batch.checkpoint(pair.spaces[i]!, set);
  pair.models[i]!.checkpoint = set;
});
const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 12, arbitrary: put },
  { weight: 6, arbitrary: remove },
  { weight: 1, arbitrary: removeRange },
  { weight: 1, arbitrary: setCheckpoint },
);

const write: fc.Arbitrary<Command> = fc.array(operation, { minLength: 1, maxLength: 20 }).map((operations) => (pair) => {
  const batch = pair.engine.batch();
  for (const add of operations) add(batch, pair);
  pair.engine.write(batch);
});
const get: fc.Arbitrary<Command> = fc
  .tuple(spaceIndex, fc.array(key, { minLength: 1, maxLength: 4 }))
  .map(([i, names]) => (pair) => {
    const space = pair.spaces[i]!;
    const expected = names.map((name) => pair.models[i]!.entries.get(name) ?? null);
    expect(names.map((name) => got(space, name))).toEqual(expected);
    expect(names.map((name) => found(space, name))).toEqual(expected);
    expect(gotMany(space, names)).toEqual(expected);
  });
const scan: fc.Arbitrary<Command> = fc
  .tuple(spaceIndex, bound, bound, fc.boolean(), fc.nat(3))
  .map(([i, from, to, reverse, steps]) => (pair) => {
    const opened = pair.spaces[i]!.scan(boundBytes(from), boundBytes(to), reverse);
    const expected = pair.models[i]!.range(from, to, reverse);
    for (let step = 0; step < steps; step += 1) checkNext(opened, expected.shift());
    pair.scans.push({ scan: opened, expected });
  });
/** Goes on with a scan that was opened before the writes since. */
const goOn: fc.Arbitrary<Command> = fc.tuple(fc.nat(5), fc.nat(4)).map(([which, steps]) => ({ scans }) => {
  const open = scans[which % Math.max(1, scans.length)];
  if (open === undefined) return;
  for (let step = 0; step < steps; step += 1) checkNext(open.scan, open.expected.shift());
});
const reopen: fc.Arbitrary<Command> = fc.constant((pair: Pair) => pair.reopen());
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 16, arbitrary: write },
  { weight: 8, arbitrary: get },
  { weight: 8, arbitrary: scan },
  { weight: 8, arbitrary: goOn },
  { weight: 1, arbitrary: reopen },
);

function checkNext(opened: EngineScan, expected: [string, string] | undefined): void {
  expect(opened.next()).toBe(expected !== undefined);
  if (expected !== undefined) expect([text(opened.key), text(opened.value)]).toEqual(expected);
}
