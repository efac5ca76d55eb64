/** One leader epoch of a partition, and its first record's offset. */
interface EpochStart {
  readonly epoch: number;
  readonly startOffset: number;
}

/**
 * The leader epochs that a partition's records were written in. Kafka keeps them in the file `leader-epoch-checkpoint`:
 * a line `0` for the version, a line with their count, and a line `epoch startOffset` for each.
 */
export class LeaderEpochs {
  #starts: EpochStart[] = [];

  /** The epoch of the newest record; -1 while there is none. */
  get latest(): number {
    return this.#starts.at(-1)?.epoch ?? -1;
  }

  /** Notes the epoch of a record; true if it is a new one. Epochs rise. */
  note(epoch: number, offset: number): boolean {
    if (epoch <= this.latest) return false;
    this.#starts.push({ epoch, startOffset: offset });
    return true;
  }

  /** Forgets the epochs that begin at `offset` or later: the log was cut there. */
  cut(offset: number): void {
    this.#starts = this.#starts.filter(({ startOffset }) => startOffset < offset);
  }

  /** The file's text for a log that begins at `logStartOffset`: epochs that ended before are left out. */
  encode(logStartOffset: number): string {
    const kept = this.#starts.filter((_, i) => (this.#starts[i + 1]?.startOffset ?? Infinity) > logStartOffset);
    const lines = kept.map(({ epoch, startOffset }) => `${epoch} ${Math.max(startOffset, logStartOffset)}\n`);
    return `0\n${kept.length}\n${lines.join("")}`;
  }

  /** Takes what the file holds; what a crash left torn is read as far as it makes sense. */
  static decode(text: string): LeaderEpochs {
    const epochs = new LeaderEpochs();
    const [version, , ...lines] = text.split("\n");
    if (version !== "0") return epochs;
    for (const line of lines.slice(0, -1)) {
      const match = /^(\d{1,10}) (\d{1,16})$/.exec(line);
      if (match === null) break;
      epochs.note(Number(match[1]), Number(match[2]));
    }
    return epochs;
  }
}
