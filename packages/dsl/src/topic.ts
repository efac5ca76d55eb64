import type { Serde } from "@millrace/core";
import type { Misuse, Present } from "./misuse.ts";

/** A topic's name with the serdes, and so the types, of what is in it. */
export interface Topic<K, V> {
  readonly name: string;
  /** null: the application's default serde. */
  readonly key: Serde<K> | null;
  readonly value: Serde<V> | null;
}

/** A serde as a sink needs it: one of a wider type does as well. Null keys and values never reach it. */
export interface WritingSerde<T> {
  readonly name: string;
  readonly write: (to: Buffer, at: number, value: T) => number;
}

/** A topic that values of type V can be written to. */
export interface SinkTopic<KS, V> {
  readonly name: string;
  readonly key: Serde<KS> | null;
  readonly value: WritingSerde<Present<V>> | null;
}

/** Changes nothing if keys of type K can be written as KS; else says what to do. */
export type FitsKey<K, KS> = [Present<K>] extends [KS]
  ? unknown
  : Misuse<"to() needs keys of the topic's type: selectKey() first (a windowed key has the plain one in its field key)">;

export interface TopicOptions<K, V> {
  readonly key?: Serde<K>;
  readonly value?: Serde<V>;
}

/**
 * Declares a topic once, for the `stream`, `table` and `to` that use it and for the test driver.
 * A serde that is not given is the application's default: UTF-8 strings for keys, JSON for values.
 */
export function topic<K = string, V = unknown>(name: string, options: TopicOptions<K, V> = {}): Topic<K, V> {
  return Object.freeze({ name, key: options.key ?? null, value: options.value ?? null });
}
