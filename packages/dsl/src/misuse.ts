import type { IsAny, Misuse, Promised } from "@millrace/core";

export type { JsonHolds, Misuse, Promised } from "@millrace/core";

/** `unknown`, which changes nothing in an intersection, if both keys have the same type. */
export type SameKey<K, K2> = [K, K2] extends [K2, K]
  ? unknown
  : Misuse<"join() needs both sides keyed by the same type: call selectKey() on the stream first, or join another table">;

/** Rest of a type when null is ruled out. */
export type Present<V> = Exclude<V, null>;

/** Sentence against a callback that does not return its result itself. */
export type SyncSentence =
  "callbacks are synchronous, but this one returns a promise: do asynchronous work in a consumer of the topic that to() writes";

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

/**
 * `never`, which changes nothing in a union, unless R is or may be a promise or an async iterable. For callbacks whose result has
 * a type that no promise has: `predicate: (value: V) => boolean | NoPromise<R>`, where R is inferred from what is returned.
 */
export type NoPromise<R> = R extends Promised ? R & Misuse<SyncSentence> : never;

/** Checks like `NoPromise`, for callbacks that return items: none of the items may be a promise, either. */
export type NoPromises<R> = R extends Promised
  ? R & Misuse<SyncSentence>
  : R extends Iterable<infer Item>
    ? 1 extends IsPromisedItem<Item>
      ? R & Misuse<SyncSentence>
      : never
    : never;
