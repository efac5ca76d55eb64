import { bindInner } from "../serde/bind-inner.ts";
import { DeserializationError, SerializationError } from "../serde/errors.ts";
import type { Serde } from "../serde/serde.ts";
import { settled } from "../serde/settled.ts";

/** A table's update as a value on a repartition topic, where the new and the old value travel together or apart. */
export class Change<V> {
  /** Value after the update; null: the row was deleted, or left the group. */
  readonly newValue: V | null;
  /** Value before the update; null: there was none, or it travels apart. */
  readonly oldValue: V | null;

  constructor(newValue: V | null, oldValue: V | null) {
    this.newValue = newValue;
    this.oldValue = oldValue;
  }
}

/** The serde of changes, over that of the values; null there is the application's default, known only when a task is built. */
export interface ChangeSerde<V> extends Serde<Change<V>> {
  /** Serde of the two values; null: the application's default, not filled in yet. */
  readonly inner: Serde<V> | null;
  /** Gives the serde of changes over another serde of values. */
  over(inner: Serde<V>): ChangeSerde<V>;
}

/** The last byte says what is there. Java reads the tags from 3 on too, and writes them never. */
const onlyOld = 0;
const onlyNew = 1;
const both = 2;
const withLatest = 3;
const lengthBytesMax = 5;

/**
 *     only the old value   old ‖ 00
 *     only the new value   new ‖ 01
 *     both (KIP-904)       length of new, zigzag varint ‖ new ‖ old ‖ 02
 *
 * Tags 3, 4, 5 mean the same, with one more byte before the tag (whether the update is the latest of a versioned table).
 *
 * @see Java's `ChangedSerializer` and `ChangedDeserializer`
 */
export function changeSerde<V>(inner: Serde<V> | null): ChangeSerde<V> {
  const name = `change(${inner?.name ?? "default"})`;
  const values = (): Serde<V> => {
    if (inner === null)
      throw new SerializationError(name, "its inner serde is the application's default, which was not filled in.");
    return inner;
  };
  return Object.freeze<ChangeSerde<V>>({
    name,
    identity: "bytes",
    inner,
    over: changeSerde,
    read: (from, start, end) => readChange(name, values(), from, start, end),
    sizeMax({ newValue, oldValue }) {
      const sizes = (newValue === null ? 0 : values().sizeMax(newValue)) + (oldValue === null ? 0 : values().sizeMax(oldValue));
      return lengthBytesMax + sizes + 1;
    },
    write: (to, at, change) => writeChange(name, values(), to, at, change),
    ...(inner?.bind === undefined ? {} : { bind: bindInner(inner, changeSerde)! }),
  });
}

export function isChangeSerde(serde: Serde<unknown>): serde is ChangeSerde<unknown> {
  return "over" in serde && "inner" in serde;
}

function writeChange<V>(name: string, inner: Serde<V>, to: Buffer, at: number, { newValue, oldValue }: Change<V>): number {
  if (newValue === null && oldValue === null)
    throw new SerializationError(name, "a change without a new and without an old value says nothing.");
  if (newValue !== null && oldValue !== null) return writeBoth(inner, to, at, newValue, oldValue);
  const end = inner.write(to, at, (newValue ?? oldValue) as V);
  to[end] = newValue === null ? onlyOld : onlyNew;
  return end + 1;
}

/** The length goes in front of what it measures: the value is written behind the longest length, and moved. */
function writeBoth<V>(inner: Serde<V>, to: Buffer, at: number, newValue: V, oldValue: V): number {
  const valueAt = at + lengthBytesMax;
  const valueEnd = inner.write(to, valueAt, newValue);
  let zigzag = (valueEnd - valueAt) * 2;
  let start = at;
  for (; zigzag >= 0x80; zigzag = Math.floor(zigzag / 0x80)) {
    to[start] = (zigzag & 0x7f) | 0x80;
    start += 1;
  }
  to[start] = zigzag;
  to.copyWithin(start + 1, valueAt, valueEnd);
  const end = inner.write(to, start + 1 + valueEnd - valueAt, oldValue);
  to[end] = both;
  return end + 1;
}

function readChange<V>(name: string, inner: Serde<V>, from: Buffer, start: number, end: number): Change<V> {
  const tag = end > start ? from[end - 1]! : -1;
  const contentEnd = end - (tag >= withLatest ? 2 : 1);
  if (tag < 0 || tag > both + withLatest || contentEnd < start)
    throw new DeserializationError(name, "it does not end in a tag from 0 to 5.");
  switch (tag % withLatest) {
    case onlyOld:
      return new Change<V>(null, settled(inner, inner.read(from, start, contentEnd)));
    case onlyNew:
      return new Change<V>(settled(inner, inner.read(from, start, contentEnd)), null);
    default:
      return readBoth(name, inner, from, start, contentEnd);
  }
}

function readBoth<V>(name: string, inner: Serde<V>, from: Buffer, start: number, end: number): Change<V> {
  let zigzag = 0;
  let at = start;
  for (let factor = 1; ; factor *= 0x80) {
    const byte = at < end && at - start < lengthBytesMax ? from[at]! : -1;
    if (byte === -1) throw new DeserializationError(name, "the length of its new value is cut.");
    at += 1;
    zigzag += (byte & 0x7f) * factor;
    if (byte < 0x80) break;
  }
  const oldAt = at + zigzag / 2;
  if (zigzag % 2 !== 0 || oldAt > end) throw new DeserializationError(name, "its new value is longer than all of it.");
  const newValue = settled(inner, inner.read(from, at, oldAt));
  return new Change<V>(newValue, settled(inner, inner.read(from, oldAt, end)));
}
