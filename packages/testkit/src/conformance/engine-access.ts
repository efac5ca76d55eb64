import { Slice, type Engine, type EngineScan, type EngineSpace } from "@millrace/core";

/** Engines hold bytes; their suite says them as text, a character for a byte. */
export function bytes(latin1: string): Buffer {
  return Buffer.from(latin1, "latin1");
}

export function boundBytes(latin1: string | null): Buffer | null {
  return latin1 === null ? null : bytes(latin1);
}

export function text({ buffer, start, end }: Slice): string {
  return buffer.toString("latin1", start, end);
}

/** The bytes in the middle of a longer buffer, as a caller of the hot path has them. */
export function inside(latin1: string): Slice {
  const slice = new Slice();
  slice.set(bytes(`<<${latin1}>>`), 2, 2 + latin1.length);
  return slice;
}

export function write(engine: Engine, space: EngineSpace, puts: readonly (readonly [string, string])[]): void {
  const batch = engine.batch();
  for (const [key, value] of puts) batch.put(space, bytes(key), bytes(value));
  engine.write(batch);
}

export function got(space: EngineSpace, key: string): string | null {
  return space.get(bytes(key))?.toString("latin1") ?? null;
}

export function gotMany(space: EngineSpace, keys: readonly string[]): (string | null)[] {
  return space.getMany(keys.map((key) => bytes(key))).map((value) => value?.toString("latin1") ?? null);
}

export function found(space: EngineSpace, key: string): string | null {
  const value = new Slice();
  return space.find(inside(key), value) ? text(value) : null;
}

export function all(scan: EngineScan): [string, string][] {
  const entries: [string, string][] = [];
  while (scan.next()) entries.push([text(scan.key), text(scan.value)]);
  return entries;
}

export function keysOf(scan: EngineScan): string[] {
  return all(scan).map(([key]) => bytes(key).toString("hex"));
}
