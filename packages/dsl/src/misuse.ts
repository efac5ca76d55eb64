declare const misuse: unique symbol;

/** What a wrong program's types resolve to: nothing has this type, and the compiler's message shows the sentence. */
export interface Misuse<Sentence extends string> {
  readonly [misuse]: Sentence;
}

/** `unknown`, which changes nothing in an intersection, if both keys have the same type. */
export type SameKey<K, K2> = [K, K2] extends [K2, K]
  ? unknown
  : Misuse<"join() needs both sides keyed by the same type: call selectKey() on the stream first, or join another table">;

/** What remains of a type when null is ruled out. */
export type Present<V> = Exclude<V, null>;
