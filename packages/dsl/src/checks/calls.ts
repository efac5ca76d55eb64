import { checkOptions, InvalidArgumentError } from "@millrace/core";
import type { Kind } from "./kinds.ts";
import { ownerOf } from "./owners.ts";

/** Argument of a call: its name in messages, its kind, and whether it can be left out. */
export interface Argument {
  readonly name: string;
  readonly kind: Kind;
  readonly optional: boolean;
}

/** Kinds of the options of a call, by their names. Each option can be left out but those in `required`. */
export type Options = Readonly<Record<string, Kind>>;

export function argument(name: string, kind: Kind): Argument {
  return { name, kind, optional: false };
}

/** The last argument: an object of options. */
export function options(kinds: Options, required: readonly string[] = []): Argument {
  const kind: Kind = (value, place) => {
    checkOptions(place.call, value, Object.keys(kinds), (option, given) =>
      kinds[option]!(given, { ...place, what: `option \`${option}\`` }),
    );
    const missing = required.find((option) => (value as Readonly<Record<string, unknown>>)[option] === undefined);
    if (missing !== undefined) throw new InvalidArgumentError(`${place.call} needs the option \`${missing}\`.`);
  };
  return { name: "options", kind, optional: required.length === 0 };
}

/** Checks the arguments of a call. `self` is the object that was called. */
function checkCall(call: string, row: readonly Argument[], self: unknown, given: readonly unknown[]): void {
  const builder = ownerOf(self)?.builder ?? null;
  if (given.length > row.length) {
    throw new InvalidArgumentError(
      `${call} takes ${row.length} argument${row.length === 1 ? "" : "s"}, but got ${given.length}.`,
    );
  }
  for (const [index, { name, kind, optional }] of row.entries()) {
    const value = given[index];
    if (value === undefined && optional) continue;
    kind(value, { call, what: name, builder });
  }
}

type MethodsOf<T> = { [M in keyof T]: T[M] extends (...given: never[]) => unknown ? M : never }[keyof T];

/** Rows for all methods of a class; a method without a row does not compile. */
export type Calls<T> = { readonly [M in MethodsOf<T>]: readonly Argument[] };

/**
 * Puts the checks of a table before a class's methods, so that a wrong argument is refused where it is given, also in programs
 * without types.
 */
export function checkCalls<T extends object>(type: { readonly prototype: T }, calls: Calls<T>): void {
  for (const [method, row] of Object.entries<readonly Argument[]>(calls)) {
    const original = (type.prototype as Record<string, unknown>)[method] as (...given: unknown[]) => unknown;
    Object.defineProperty(type.prototype, method, {
      configurable: true,
      writable: true,
      value: checked(method, row, original),
    });
  }
}

/** A function with its checks before it. Its name and number of parameters stay. */
export function checked<F extends (...given: never[]) => unknown>(call: string, row: readonly Argument[], original: F): F {
  const replacement = function (this: unknown, ...given: unknown[]): unknown {
    checkCall(`${call}()`, row, this, given);
    return (original as unknown as (...given: unknown[]) => unknown).apply(this, given);
  };
  checkedFunctions.add(replacement);
  Object.defineProperty(replacement, "name", { value: original.name });
  Object.defineProperty(replacement, "length", { value: original.length });
  return replacement as unknown as F;
}

const checkedFunctions = new WeakSet<object>();

/** Tells whether a function has its row, which a test asks of every public one. */
export function isChecked(value: unknown): boolean {
  return typeof value === "function" && checkedFunctions.has(value);
}
