import { readInt64, writeInt64 } from "@millrace/protocol";
import { Windowed } from "../record/windowed.ts";
import { shown } from "../shown.ts";
import { InvalidArgumentError } from "../errors.ts";
import { bindInner } from "./bind-inner.ts";
import { DeserializationError, SerializationError } from "./errors.ts";
import { checkSerde } from "./check-serde.ts";
import { defineSerde, type Serde } from "./serde.ts";
import { settled } from "./settled.ts";

/** The serde of a windowed key, which knows that of the key within. */
export interface WindowedSerde<K> extends Serde<Windowed<K>> {
  /** Records are partitioned by the inner key alone (Java's WindowedStreamPartitioner). */
  readonly inner: Serde<K>;
  /** Size of the windows in milliseconds, from which `read` computes their ends. */
  readonly windowSizeMs: number;
}

/**
 * A time-windowed key on a topic: `key ‖ start(8)`. The end is not written: it is start + `windowSizeMs` again.
 *
 * @throws {InvalidArgumentError} `STREAMS_INVALID_ARGUMENT` for an inner serde that is none, or a size that is none
 * @see Java's `TimeWindowedSerde`
 */
export function windowed<K>(inner: Serde<K>, windowSizeMs: number): WindowedSerde<K> {
  checkSerde(inner, "The first argument of windowed()");
  if (!Number.isSafeInteger(windowSizeMs) || windowSizeMs <= 0)
    throw new InvalidArgumentError(
      `windowed() needs the size of the windows, whole milliseconds above 0, as its second argument, but got ${shown(windowSizeMs)}.`,
    );
  const name = `windowed(${inner.name})`;
  const serde = defineSerde<Windowed<K>>({
    name,
    identity: "bytes",
    read(from, start, end) {
      const keyEnd = end - 8;
      if (keyEnd < start)
        throw new DeserializationError(name, `it needs 8 bytes for the window's start, but there are ${end - start}.`);
      const windowStart = readInt64(from, keyEnd);
      return new Windowed(settled(inner, inner.read(from, start, keyEnd)), windowStart, windowEnd(windowStart, windowSizeMs));
    },
    sizeMax(value) {
      checked(name, value);
      return inner.sizeMax(value.key) + 8;
    },
    write(to, at, value) {
      checked(name, value);
      return writeInt64(to, inner.write(to, at, value.key), value.start);
    },
    bind: bindInner(inner, (bound) => windowed(bound, windowSizeMs)),
  });
  return Object.freeze({ ...serde, inner, windowSizeMs });
}

/** Tells the serdes that `windowed` made from others. */
export function isWindowedSerde(serde: Serde<unknown>): serde is WindowedSerde<unknown> {
  return "inner" in serde && "windowSizeMs" in serde;
}

/** Java clamps an overflowing end to its largest long; here that is the largest exact integer. */
function windowEnd(startMs: number, windowSizeMs: number): number {
  return Math.min(startMs + windowSizeMs, Number.MAX_SAFE_INTEGER);
}

function checked(name: string, value: Windowed<unknown>): void {
  if (typeof value !== "object" || value === null || !Number.isSafeInteger(value.start)) {
    throw SerializationError.ofType(name, "a windowed key { key, start, end }", value);
  }
}
