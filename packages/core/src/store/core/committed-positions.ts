/** All writes below `end` come from records below `offset`. */
interface Mark {
  readonly end: number;
  readonly offset: number;
}

/**
 * Tracks how far the group has read a source topic that serves as a changelog. The topic holds what a store wrote before the
 * store writes it; but a store that is ahead of the committed offset would show its own future to records that are read
 * again. So writes wait for the commit of the position that they led to.
 */
export class CommittedPositions {
  /** Writes below this one are committed. */
  end: number = 0;
  /** The position that the last of them led to, NaN before the first commit. */
  offset: number = Number.NaN;
  #marks: Mark[] = [];

  /** The caches are empty, and the position is about to be committed. */
  mark(end: number, offset: number): void {
    this.#marks.push({ end, offset });
  }

  committed(offset: number): void {
    const at = this.#marks.findLastIndex((mark) => mark.offset <= offset);
    if (at < 0) return;
    const { end, offset: reached } = this.#marks[at]!;
    this.#marks.splice(0, at + 1);
    this.end = end;
    this.offset = reached;
  }
}
