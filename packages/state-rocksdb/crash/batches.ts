import type { Checkpoint, Engine, EngineBatch } from "@millrace/core";
import { SeededRandom } from "./random.ts";

/** The store partitions that every batch may write. */
export const spaceNames: readonly (readonly [store: string, partition: number])[] = [
  ["counts", 0],
  ["counts", 1],
  ["windows", 0],
  ["names of customers", 7],
];
const keysPerSpace = 600;
const origin = "0123456789abcdef0123456789abcdef";

export type Operation =
  | { readonly kind: "put"; readonly space: number; readonly key: string; readonly value: string }
  | { readonly kind: "delete"; readonly space: number; readonly key: string }
  | { readonly kind: "deleteRange"; readonly space: number; readonly from: string | null; readonly to: string | null }
  | { readonly kind: "checkpoint"; readonly space: number; readonly checkpoint: Checkpoint | null };

/**
 * Batch number `number` of a run. It always moves the checkpoint of the first space to its own number, which so tells
 * which batches a directory has.
 */
export function operationsOf(seed: number, number: number): Operation[] {
  const random = new SeededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b));
  const operations: Operation[] = [];
  // most are small; some fill a memtable, so that tables are written and merged all the time
  const count = random.below(12) === 0 ? 200 + random.below(400) : 1 + random.below(40);
  for (let i = 0; i < count; i += 1) operations.push(operationOf(random, number));
  const checkpoint = { origin, offset: number, streamTimeMs: number * 10, writtenMs: number * 10 + 1 };
  operations.splice(random.below(operations.length + 1), 0, { kind: "checkpoint", space: 0, checkpoint });
  return operations;
}

function operationOf(random: SeededRandom, number: number): Operation {
  const space = random.below(spaceNames.length);
  const kind = random.below(100);
  if (kind < 70) return { kind: "put", space, key: keyOf(random), value: valueOf(random, number) };
  if (kind < 97) return { kind: "delete", space, key: keyOf(random) };
  if (kind < 98 && space > 0) {
    const streamTimeMs = random.below(2) === 0 ? Number.NaN : number;
    return {
      kind: "checkpoint",
      space,
      checkpoint: random.below(4) === 0 ? null : { origin, offset: number, streamTimeMs, writtenMs: number },
    };
  }
  // ranges of a few keys, and now and then a whole store partition
  if (random.below(20) === 0) return { kind: "deleteRange", space, from: null, to: null };
  const from = random.below(keysPerSpace);
  return { kind: "deleteRange", space, from: keyText(from), to: keyText(from + random.below(30)) };
}

function keyOf(random: SeededRandom): string {
  return keyText(random.below(keysPerSpace));
}

function keyText(key: number): string {
  return `key ${String(key).padStart(4, "0")}`;
}

function valueOf(random: SeededRandom, number: number): string {
  const size = random.below(30) === 0 ? random.below(8000) : random.below(200);
  return `${String(number)} `.padEnd(size, String.fromCharCode(97 + random.below(26)));
}

/** Puts a batch's operations into an engine's batch. */
export function collect(operations: readonly Operation[], engine: Engine, batch: EngineBatch): void {
  const spaces = spaceNames.map(([store, partition]) => engine.space(store, partition));
  for (const operation of operations) {
    const space = spaces[operation.space]!;
    if (operation.kind === "put") batch.put(space, Buffer.from(operation.key), Buffer.from(operation.value));
    else if (operation.kind === "delete") batch.delete(space, Buffer.from(operation.key));
    else if (operation.kind === "deleteRange") batch.deleteRange(space, bound(operation.from), bound(operation.to));
    else batch.checkpoint(space, operation.checkpoint);
  }
}

function bound(key: string | null): Buffer | null {
  return key === null ? null : Buffer.from(key);
}
