import type { Slice } from "../../serde/slice.ts";
import type { EngineScan } from "../engine/engine.ts";
import type { EngineRows, KeySchema } from "./key-schema.ts";

/** The user's key alone, everywhere. */
export const plainSchema: KeySchema = Object.freeze<KeySchema>({
  name: "",
  windowed: false,
  prefixBytes: 0,
  suffixBytes: 0,
  cacheKeyBytes: 0,
  frame(buffer, keyEnd, _startMs, _sequence, engineKey, changelogKey) {
    engineKey.set(buffer, 0, keyEnd);
    changelogKey.set(buffer, 0, keyEnd);
  },
  userKeyEnd: (keyEnd) => keyEnd,
  startMs: () => Number.NaN,
  rows(space, { keyFrom, keyTo }, _streamTimeMs, reverse) {
    // the engine's end is exclusive: the least key after `keyTo` is `keyTo` with a zero
    const end = keyTo === null ? null : Buffer.concat([keyTo, Buffer.of(0)]);
    return new PlainRows(space.scan(keyFrom, end, reverse));
  },
  firstLiveStart: () => Number.NEGATIVE_INFINITY,
});

class PlainRows implements EngineRows {
  readonly key: Slice;
  readonly value: Slice;
  readonly windowStartMs: number = Number.NaN;
  readonly #scan: EngineScan;

  constructor(scan: EngineScan) {
    this.#scan = scan;
    this.key = scan.key;
    this.value = scan.value;
  }

  next(): boolean {
    return this.#scan.next();
  }

  name(): string {
    return this.key.buffer.toString("latin1", this.key.start, this.key.end);
  }

  close(): void {
    this.#scan.close();
  }
}
