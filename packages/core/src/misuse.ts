declare const misuse: unique symbol;

/** Type that no value has. The compiler's message about a wrong program shows its sentence. */
export interface Misuse<Sentence extends string> {
  readonly [misuse]: Sentence;
}

/** Results that an asynchronous function gives: a promise, or an async iterable. */
export type Promised = PromiseLike<unknown> | AsyncIterable<unknown>;

/** `true` for `any` alone. */
export type IsAny<T> = { readonly at: 0 } extends { readonly at: 1 & T } ? true : false;

/** Sentence against a serde of which a function does not return its result itself. */
export type SyncSerdeSentence =
  "serdes are synchronous, but this function returns a promise: load what it needs before the application starts";

/** `unknown`, which changes nothing in an intersection, unless values of type T are promises. `any` and `unknown` pass. */
export type SyncSerde<T> = [1, IsAny<T>] extends [T extends Promised ? 1 : 0, false] ? Misuse<SyncSerdeSentence> : unknown;
