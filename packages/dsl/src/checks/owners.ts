/** Kind of an object of the DSL, and the builder that it belongs to. */
export interface Owner {
  readonly kind: "builder" | "stream" | "table" | "grouped stream" | "grouped table" | "windowed stream";
  readonly builder: object;
}

const owners = new WeakMap<object, Owner>();

/** Notes whose an object is, once, where it is constructed. */
export function own(object: object, kind: Owner["kind"], builder: object): void {
  owners.set(object, { kind, builder });
}

export function ownerOf(value: unknown): Owner | null {
  return typeof value === "object" && value !== null ? (owners.get(value) ?? null) : null;
}
