import type { Checkpoint, Engine, EngineSpace } from "@millrace/core";
import { operationsOf, spaceNames, type Operation } from "./batches.ts";

/** What an engine should hold after the batches of a run up to `number`. */
export class Model {
  /** Of the last batch that was applied; 0: none. */
  number = 0;
  readonly #seed: number;
  readonly #spaces: readonly { readonly entries: Map<string, string>; checkpoint: Checkpoint | null }[];

  constructor(seed: number) {
    this.#seed = seed;
    this.#spaces = spaceNames.map(() => ({ entries: new Map(), checkpoint: null }));
  }

  advanceTo(number: number): void {
    while (this.number < number) {
      this.number += 1;
      for (const operation of operationsOf(this.#seed, this.number)) this.#apply(operation);
    }
  }

  /** The first difference from what the engine holds, or null. */
  difference(engine: Engine): string | null {
    for (const [i, [store, partition]] of spaceNames.entries()) {
      const { entries, checkpoint } = this.#spaces[i]!;
      const space = engine.space(store, partition);
      const found =
        checkpointDifference(checkpoint, space.checkpoint()) ??
        entriesDifference(entries, space, false) ??
        entriesDifference(entries, space, true) ??
        getsDifference(entries, space);
      if (found !== null) return `store "${store}", partition ${String(partition)}: ${found}`;
    }
    return null;
  }

  #apply(operation: Operation): void {
    const space = this.#spaces[operation.space]!;
    if (operation.kind === "put") space.entries.set(operation.key, operation.value);
    else if (operation.kind === "delete") space.entries.delete(operation.key);
    else if (operation.kind === "checkpoint") space.checkpoint = operation.checkpoint;
    else {
      const { from, to } = operation;
      for (const key of space.entries.keys())
        if ((from === null || key >= from) && (to === null || key < to)) space.entries.delete(key);
    }
  }
}

function checkpointDifference(expected: Checkpoint | null, got: Checkpoint | null): string | null {
  const texts = [expected, got].map((checkpoint) =>
    checkpoint === null
      ? "none"
      : `${checkpoint.origin} ${[checkpoint.offset, checkpoint.streamTimeMs, checkpoint.writtenMs].join(" ")}`,
  );
  return texts[0] === texts[1] ? null : `the checkpoint is ${texts[1]!}, and should be ${texts[0]!}`;
}

function entriesDifference(entries: ReadonlyMap<string, string>, space: EngineSpace, reverse: boolean): string | null {
  const expected = [...entries].sort(([a], [b]) => (a < b === reverse ? 1 : -1));
  const scan = space.scan(null, null, reverse);
  try {
    for (const [key, value] of expected) {
      if (!scan.next()) return `"${key}" and what follows are missing`;
      const [gotKey, gotValue] = [scan.key.copy().toString(), scan.value.copy().toString()];
      if (gotKey !== key) return `"${gotKey}" is there, and "${key}" was to be next`;
      if (gotValue !== value) return `"${key}" is "${short(gotValue)}", and should be "${short(value)}"`;
    }
    return scan.next() ? `"${scan.key.copy().toString()}" should not be there` : null;
  } finally {
    scan.close();
  }
}

function getsDifference(entries: ReadonlyMap<string, string>, space: EngineSpace): string | null {
  const keys = [...entries.keys()];
  const values = space.getMany(keys.map((key) => Buffer.from(key)));
  const at = keys.findIndex((key, i) => values[i]?.toString() !== entries.get(key));
  return at < 0 ? null : `a get of "${keys[at]!}" gives something else than a scan`;
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
