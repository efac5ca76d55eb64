declare const misuse: unique symbol;

/** Type that no value has. The compiler's message about a wrong program shows its sentence. */
export interface Misuse<Sentence extends string> {
  readonly [misuse]: Sentence;
}

/** `unknown`, which changes nothing in an intersection, if both keys have the same type. */
export type SameKey<K, K2> = [K, K2] extends [K2, K]
  ? unknown
  : Misuse<"join() needs both sides keyed by the same type: call selectKey() on the stream first, or join another table">;

/** Rest of a type when null is ruled out. */
export type Present<V> = Exclude<V, null>;

/** Results that an asynchronous function gives: a promise, or an async iterable. */
export type Promised = PromiseLike<unknown> | AsyncIterable<unknown>;

/** Sentence against a callback that does not return its result itself. */
export type SyncSentence =
  "callbacks are synchronous, but this one returns a promise: do asynchronous work in a consumer of the topic that to() writes";

type IsAny<R> = { readonly at: 0 } extends { readonly at: 1 & R } ? true : false;
/** 1 is among the results if a value, or an item of an array, is or may be a promise. */
type IsPromised<R> = R extends Promised ? 1 : R extends readonly (infer Item)[] ? IsPromisedItem<Item> : 0;
type IsPromisedItem<Item> = { readonly at: 0 } extends { readonly at: 1 & Item } ? 0 : Item extends Promised ? 1 : 0;
type TakesPromised<R> = [Promised] extends [R] ? true : false;

/**
 * `unknown`, which changes nothing in an intersection, unless R is or may be a promise, an async iterable or an array of them. For
 * callbacks whose result has any type, and for the keys, values and items in a result: `mapper: ((value: V) => R) & Sync<R>`.
 *
 * `any` and `unknown` pass, and so does a type parameter of a generic function, since nothing is known of them: then the
 * run-time check decides. The tuple keeps the condition undecided until R is known, without deciding it against a type parameter.
 */
export type Sync<R> = [1, IsAny<R>, TakesPromised<R>] extends [IsPromised<R>, false, false] ? Misuse<SyncSentence> : unknown;

/** Values that JSON does not give back as they were: it refuses them, drops them, or makes texts or empty objects of them. */
type NotJson =
  | bigint
  | symbol
  | Date
  | ArrayBuffer
  | ArrayBufferView
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | Promised
  | ((...given: never[]) => unknown);

/** Levels below a value that are looked at, so that recursive types come to an end. */
type Below = { readonly 3: 2; readonly 2: 1; readonly 1: 0 };

/** 1 is among the results if JSON does not give back the value, or one in it. */
type LosesInJson<T, Depth extends 0 | 1 | 2 | 3> = { readonly at: 0 } extends { readonly at: 1 & T }
  ? 0
  : T extends NotJson
    ? 1
    : T extends string | number | boolean | null | undefined
      ? 0
      : Depth extends keyof Below
        ? T extends readonly (infer Item)[]
          ? LosesInJson<Item, Below[Depth]>
          : T extends object
            ? { [Field in keyof T]-?: LosesInJson<T[Field], Below[Depth]> }[keyof T]
            : 0
        : 0;

/**
 * `unknown`, which changes nothing in an intersection, if JSON, the default serde of values, gives back values of type T as they
 * were. `any`, `unknown` and type parameters of generic functions pass: then the serde decides when it writes.
 */
export type JsonHolds<T> = [1, IsAny<T>] extends [LosesInJson<T, 3>, false]
  ? Misuse<"JSON cannot hold these values (bigint, Date, bytes, Map, Set or a function): give their serde, as in { value: bytes }">
  : unknown;

/**
 * `never`, which changes nothing in a union, unless R is or may be a promise or an async iterable. For callbacks whose result has
 * a type that no promise has: `predicate: (value: V) => boolean | NoPromise<R>`, where R is inferred from what is returned.
 */
export type NoPromise<R> = R extends Promised ? R & Misuse<SyncSentence> : never;

/** As `NoPromise`, for callbacks that return items: none of them may be a promise, either. */
export type NoPromises<R> = R extends Promised
  ? R & Misuse<SyncSentence>
  : R extends Iterable<infer Item>
    ? 1 extends IsPromisedItem<Item>
      ? R & Misuse<SyncSentence>
      : never
    : never;
