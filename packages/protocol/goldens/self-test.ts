import type { Golden } from "./tree.ts";

/** One alteration of a passing vector, and whether the comparison noticed. */
export interface Alteration {
  /** What was altered and where. */
  readonly text: string;
  readonly seen: boolean;
}

/**
 * Proves that the comparison can fail: for each file and each class of facts that it compares, alters one fact in a passing vector
 * and verifies again. An alteration that is not seen means that the comparison overlooks that class.
 */
export function selfTest(goldens: readonly Golden[]): Alteration[] {
  const done = new Set<string>();
  const alterations: Alteration[] = [];
  for (const golden of goldens) {
    if (golden.verify(golden.vector) !== null) continue;
    for (const change of changesOf(golden)) {
      const id = `${golden.file} ${change.class}`;
      if (done.has(id)) continue;
      done.add(id);
      const vector = structuredClone(golden.vector);
      change.apply(vector);
      const text = `${golden.file}: ${change.class} at ${change.path.join(".")} of "${golden.name}"`;
      alterations.push({ text, seen: golden.verify(vector) !== null });
    }
  }
  return alterations;
}

interface Change {
  readonly class: string;
  readonly path: readonly string[];
  apply(vector: unknown): void;
}

/** Every single change that the vector allows. */
function* changesOf(golden: Golden): Generator<Change> {
  for (const { path, value } of parts([], golden.vector)) {
    const compared = golden.classOf(path);
    if (compared === null) continue;
    for (const [kind, altered] of alteredValues(path, value)) {
      yield { class: `${compared}: ${kind}`, path, apply: (vector) => set(vector, path, altered) };
    }
  }
}

/** All values below the root, with their paths. */
function* parts(path: readonly string[], value: unknown): Generator<{ path: readonly string[]; value: unknown }> {
  if (path.length > 0) yield { path, value };
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) yield* parts([...path, name], inner);
}

/** Marks a property to be taken away. */
const absent = Symbol("absent");

/** What a value can be replaced by, and what kind of alteration that is. */
function alteredValues(path: readonly string[], value: unknown): [kind: string, altered: unknown][] {
  const name = path.at(-1)!;
  // Only fields of messages can be left out: what stands at the vector's root describes it.
  const isField = path.length > 1 && !/^\d+$/.test(name);
  const altered: [string, unknown][] = isField ? [["left out", absent]] : [];
  if (value === null) altered.push(["null filled", ""]);
  else if (typeof value === "number") altered.push(["number", value ^ 1]);
  else if (typeof value === "boolean") altered.push(["boolean", !value]);
  else if (typeof value === "string") altered.push(...alteredTexts(path, value));
  else if (Array.isArray(value)) altered.push(...alteredArrays(value));
  return altered;
}

function alteredTexts(path: readonly string[], value: string): [string, unknown][] {
  if (value === "") return [["text", "aa"]]; // also sound as hex
  if (/^(?:[0-9a-f]{2})+$/.test(value)) {
    const middle = Math.floor(value.length / 4) * 2;
    const flipped = (Number.parseInt(value.slice(middle, middle + 2), 16) ^ 1).toString(16).padStart(2, "0");
    const byte = value.slice(0, middle) + flipped + value.slice(middle + 2);
    const bytes = path.at(-1) === "hex" || path.length === 1;
    if (!bytes) return [["text", byte]];
    return [
      ["byte", byte],
      ["byte missing", value.slice(0, -2)],
      ["byte too many", `${value}00`],
    ];
  }
  if (/^-?\d+$/.test(value)) return [["number as text", value.slice(0, -1) + String(Number(value.at(-1)) ^ 1)]];
  const text: [string, unknown] = ["text", value.slice(0, -1) + (value.endsWith("a") ? "b" : "a")];
  return path.length > 1 ? [text, ["made null", null]] : [text];
}

function alteredArrays(value: readonly unknown[]): [string, unknown][] {
  if (value.length === 0) return [];
  const altered: [string, unknown][] = [["element missing", value.slice(0, -1)]];
  const [first, second, ...rest] = value;
  if (value.length > 1 && JSON.stringify(first) !== JSON.stringify(second)) altered.push(["order", [second, first, ...rest]]);
  return altered;
}

function set(root: unknown, path: readonly string[], value: unknown): void {
  let at = root as Record<string, unknown>;
  for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>;
  const name = path.at(-1)!;
  if (value === absent) delete at[name];
  else at[name] = value;
}
