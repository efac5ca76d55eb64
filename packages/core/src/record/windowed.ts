/**
 * A key within a window of time `[start, end)`; for session windows both ends are inclusive.
 *
 * @see Java's `Windowed`
 */
export class Windowed<K> {
  /** Key within the window. */
  readonly key: K;
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** End in milliseconds since the epoch, exclusive in time windows. */
  readonly end: number;

  constructor(key: K, start: number, end: number) {
    this.key = key;
    this.start = start;
    this.end = end;
  }
}
