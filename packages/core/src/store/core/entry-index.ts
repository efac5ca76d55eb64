/**
 * Entries of a write set by their keys: a Map, or with windows a Map of Maps by start. A key is in its held form, see `KeyCodec`.
 */
export class EntryIndex<K> {
  readonly #windowed: boolean;
  readonly #plain: Map<K | string, number> = new Map();
  /** By window start; used instead of `#plain` if entries have a start. */
  readonly #windows: Map<number, Map<K | string, number>> = new Map();

  constructor(windowed: boolean) {
    this.#windowed = windowed;
  }

  /** The entry, or -1. `startMs` is of no meaning without windows. */
  find(key: K | string, startMs: number): number {
    const keys = this.#windowed ? this.#windows.get(startMs) : this.#plain;
    const entry = keys?.get(key);
    return entry === undefined ? -1 : entry;
  }

  set(key: K | string, startMs: number, entry: number): void {
    if (!this.#windowed) {
      this.#plain.set(key, entry);
      return;
    }
    let keys = this.#windows.get(startMs);
    if (keys === undefined) {
      keys = new Map();
      this.#windows.set(startMs, keys);
    }
    keys.set(key, entry);
  }

  delete(key: K | string, startMs: number): void {
    if (!this.#windowed) {
      this.#plain.delete(key);
      return;
    }
    const keys = this.#windows.get(startMs)!;
    keys.delete(key);
    if (keys.size === 0) this.#windows.delete(startMs);
  }

  clear(): void {
    this.#plain.clear();
    this.#windows.clear();
  }

  entries(): number[] {
    if (!this.#windowed) return [...this.#plain.values()];
    return [...this.#windows.values()].flatMap((keys) => [...keys.values()]);
  }

  /** Starts in `[fromMs, toMs]` that have entries. */
  starts(fromMs: number, toMs: number): number[] {
    return [...this.#windows.keys()].filter((startMs) => startMs >= fromMs && startMs <= toMs);
  }
}
