import type { Checkpoint, Engine } from "@millrace/core";

/** What the recorded directories hold. It must not change, but for a format of a new version, which gets its own. */
export interface RecordedSpace {
  readonly store: string;
  readonly partition: number;
  readonly entries: readonly (readonly [key: Buffer, value: Buffer])[];
  readonly checkpoint: Checkpoint | null;
}

export const content: readonly RecordedSpace[] = [
  {
    store: "counts",
    partition: 0,
    entries: [
      [Buffer.alloc(0), Buffer.from("of the empty key")],
      [Buffer.of(0), Buffer.alloc(0)],
      [Buffer.from("a key"), Buffer.from("00000000000000ff", "hex")],
      [Buffer.of(0xff, 0xff), Buffer.alloc(3000, "long ")],
    ],
    checkpoint: {
      origin: "00112233445566778899aabbccddeeff",
      offset: 2 ** 33 + 5,
      streamTimeMs: 1_700_000_000_000,
      writtenMs: 1_700_000_060_000,
    },
  },
  // enough for tables: what is newer lies in the log of writes alone
  { store: "counts", partition: 1, entries: rows(1500), checkpoint: null },
  {
    store: "Fenster für Zählungen",
    partition: 4_000_000_000,
    entries: [[Buffer.from("0000018bcfe5680000"), Buffer.from("x")]],
    checkpoint: { origin: "ffeeddccbbaa99887766554433221100", offset: 0, streamTimeMs: Number.NaN, writtenMs: Number.NaN },
  },
  { store: "all deleted", partition: 0, entries: [], checkpoint: null },
];

function rows(count: number): (readonly [Buffer, Buffer])[] {
  return Array.from({ length: count }, (_, i) => [
    Buffer.from(`row ${String(i).padStart(5, "0")}`),
    Buffer.from(`value ${String(i)} `.padEnd(200, "·")),
  ]);
}

/** Writes the content, and what is deleted again by keys and by a range. */
export function writeContent(engine: Engine): void {
  const batch = engine.batch();
  for (const { store, partition, entries, checkpoint } of content) {
    const space = engine.space(store, partition);
    for (const [key, value] of entries) {
      batch.put(space, key, value);
      if (batch.bytes > 16 * 1024) {
        engine.write(batch);
        batch.clear();
      }
    }
    batch.checkpoint(space, checkpoint);
    batch.put(space, Buffer.from("deleted"), Buffer.from("x"));
  }
  engine.write(batch);
  batch.clear();
  for (const { store, partition } of content) batch.delete(engine.space(store, partition), Buffer.from("deleted"));
  const emptied = engine.space("all deleted", 0);
  for (const key of ["a", "b", "c"]) batch.put(emptied, Buffer.from(key), Buffer.from("x"));
  engine.write(batch);
  batch.clear();
  batch.deleteRange(emptied, null, null);
  engine.write(batch);
}
