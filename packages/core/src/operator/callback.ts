import { types } from "node:util";
import { catchRejections } from "../rejections.ts";
import { shown } from "../shown.ts";
import { AsyncCallbackError, UndefinedValueError, NullResultError } from "./errors.ts";

/**
 * A user's function at one node, as far as its results go: what it returns passes through here before it is used.
 *
 * Two things would otherwise go on unnoticed: a promise, which is an object like any other and becomes `{}` in JSON, and
 * `undefined`, which is neither a value nor Kafka's null. It costs a property look-up per record, if the result is an object.
 */
export class Callback {
  readonly nodeName: string;
  /** The call that took the function, such as `mapValues`. */
  readonly operator: string;
  /** Name of the parameter that the function is given as, such as `mapper`. */
  readonly role: string;

  /**
   * True after a result was an object and not a generator. A function that returns generators always does, so one check is
   * enough.
   */
  seen: boolean;

  constructor(nodeName: string, operator: string, role: string) {
    this.nodeName = nodeName;
    this.operator = operator;
    this.role = role;
    this.seen = false;
  }

  /** A result that is a value; null is one. @throws {AsyncCallbackError | UndefinedValueError} */
  value<R>(result: R): R {
    if (isSuspect(result)) this.refuse(result, "");
    else if (!this.seen) this.look(result);
    return result;
  }

  /** A result that is checked further, whatever it is. @throws {AsyncCallbackError} */
  settled<R>(result: R): R {
    if (isSuspect(result) && result !== undefined) this.refuse(result, "");
    return result;
  }

  /** A result that is a key: undefined is null. @throws {AsyncCallbackError} */
  key<R>(result: R): R | null {
    if (result === undefined) return null;
    if (isSuspect(result)) this.refuse(result, "");
    return result;
  }

  /** The key of a pair that was returned. */
  keyOf<K>(pair: { readonly key: K }): K | null {
    const { key } = pair;
    if (key === undefined) return null;
    if (isSuspect(key)) this.refuse(key, "key", pair);
    return key;
  }

  /** The value of a pair that was returned. */
  valueOf<V>(pair: { readonly value: V }): V {
    const { value } = pair;
    if (isSuspect(value)) this.refuse(value, "value", pair);
    return value;
  }

  /** A pair `{ key, value }`. @throws {AsyncCallbackError | NullResultError} */
  pair<P extends object>(result: P): P {
    if (typeof result === "object" && result !== null && typeof (result as Thenable).then !== "function") return result;
    if (isThenable(result)) this.refuse(result, "");
    throw new NullResultError(this, result, "an object { key, value }", "use filter(), or flatMap() with an empty array");
  }

  /** Something to iterate over. @throws {AsyncCallbackError | NullResultError} */
  iterable<R>(result: Iterable<R>): Iterable<R> {
    if (Array.isArray(result)) return result;
    if (isThenable(result)) this.refuse(result, "");
    if (result !== null && result !== undefined) {
      if (typeof result[Symbol.iterator] === "function") return result;
      if (Symbol.asyncIterator in Object(result)) throw new AsyncCallbackError(this, "an async generator", result);
    }
    throw new NullResultError(this, result, "an iterable, such as an array,", "return an empty one");
  }

  /** A predicate's answer, true or false or something like that. @throws {AsyncCallbackError} */
  test(result: unknown): boolean {
    if (typeof result === "object") this.nothing(result);
    return Boolean(result);
  }

  /** Partitions to write to; null lets the default partitioner choose. @throws {AsyncCallbackError | NullResultError} */
  partitions(result: readonly number[] | null): readonly number[] | null {
    if (result === null || Array.isArray(result)) return result;
    if (isThenable(result)) this.refuse(result, "");
    throw new NullResultError(this, result, "null, or an array of partitions,", "return an empty array");
  }

  /** A result that nobody needs. @throws {AsyncCallbackError} */
  nothing(result: unknown): void {
    if (result === undefined) return;
    if (isThenable(result)) this.refuse(result, "");
    this.notGenerated(result);
  }

  look(result: unknown): void {
    if (typeof result !== "object" || result === null) return;
    this.notGenerated(result);
    this.seen = true;
  }

  notGenerated(result: unknown): void {
    if (types.isGeneratorObject(result)) throw new AsyncCallbackError(this, shown(result), result);
  }

  /** Cold: what is suspect may yet be a function that somebody passes along. */
  refuse(result: unknown, part: "key" | "value" | "partition" | "", whole: unknown = result): void {
    this.notGenerated(whole);
    if (result === undefined && part !== "partition") {
      const error = new UndefinedValueError(this, part);
      catchRejections(whole, error);
      throw error;
    }
    if (isThenable(result)) throw new AsyncCallbackError(this, part === "" ? "a promise" : `a promise as the ${part}`, whole);
  }
}

interface Thenable {
  readonly then?: unknown;
}

function isSuspect(result: unknown): boolean {
  if (typeof result === "object") return result !== null && typeof (result as Thenable).then === "function";
  return result === undefined || typeof result === "function";
}

function isThenable(result: unknown): boolean {
  const type = typeof result;
  return (type === "object" || type === "function") && result !== null && typeof (result as Thenable).then === "function";
}
