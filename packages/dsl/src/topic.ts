import type { Serde } from "@millrace/core";
import { argument, checked, options as optionsOf } from "./checks/calls.ts";
import { serde, topicName } from "./checks/kinds.ts";
import type { Misuse, Present } from "./misuse.ts";

/** Name of a topic with the serdes, and so the types, of what is in it. Made by {@link topic}. */
export interface Topic<K, V> {
  /** Name of the topic. */
  readonly name: string;
  /** null: the application's default serde. */
  readonly key: Serde<K> | null;
  /** Serde of values. */
  readonly value: Serde<V> | null;
}

/** Writing half of a serde, as a sink needs it: one of a wider type does as well. Null keys and values never reach it. */
export interface WritingSerde<T> {
  /** Name in errors and descriptions. */
  readonly name: string;
  /** Encodes at `at` and returns the end. */
  readonly write: (to: Buffer, at: number, value: T) => number;
}

/** Topic that values of type V can be written to. */
export interface SinkTopic<KS, V> {
  /** Name of the topic. */
  readonly name: string;
  /** Serde of keys; absent: the stream's, or the default. */
  readonly key: Serde<KS> | null;
  /** Serde of values; absent: the stream's, or the default. */
  readonly value: WritingSerde<Present<V>> | null;
}

/** `unknown`, which changes nothing in an intersection, if keys of type K can be written as KS. */
export type FitsKey<K, KS> = [Present<K>] extends [KS]
  ? unknown
  : Misuse<"to() needs keys of the topic's type: selectKey() first (a windowed key has the plain one in its field key)">;

/** Serdes of a topic. */
export interface TopicOptions<K, V> {
  /** Default: the application's, UTF-8 strings unless set otherwise. */
  readonly key?: Serde<K>;
  /** Default: the application's, JSON unless set otherwise. */
  readonly value?: Serde<V>;
}

/**
 * Declares a topic once, with its types, for the `stream`, `table` and `to` that use it and for the test driver.
 *
 * @example const clicks = topic("clicks", { key: string, value: json(Click) });
 * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` for a name that is none, an unknown option, or a serde that is none
 */
export const topic: <K = string, V = unknown>(name: string, options?: TopicOptions<K, V>) => Topic<K, V> = checked(
  "topic",
  [argument("name", topicName), optionsOf({ key: serde, value: serde })],
  <K, V>(name: string, options: TopicOptions<K, V> = {}): Topic<K, V> =>
    Object.freeze({ name, key: options.key ?? null, value: options.value ?? null }),
);
