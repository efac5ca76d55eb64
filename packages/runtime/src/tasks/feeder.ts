import type { FetchedPartition, Fetcher } from "@millrace/client";
import { readFailure } from "../deletion-watch.ts";
import { patiently } from "../patiently.ts";
import type { StartingOffset, StartingOffsets } from "./starting-offsets.ts";
import type { StreamThreadParts } from "../thread/stream-thread-parts.ts";
import type { LiveTask } from "./live-task.ts";

/** An input partition of a task. */
interface Input {
  readonly live: LiveTask;
  readonly topic: string;
  readonly partition: number;
  paused: boolean;
}

/** Gives the tasks what was fetched. Fetching pauses for a partition of which a task has enough. */
export class Feeder {
  readonly #parts: StreamThreadParts;
  readonly #fetcher: Fetcher;
  readonly #starting: StartingOffsets;
  readonly #wake: () => void;
  readonly #inputs = new Map<string, (Input | undefined)[]>();
  /** Positions that were lost, and are found again. */
  #found: { readonly input: Input; readonly offsets: readonly StartingOffset[] }[] = [];
  #failure: { readonly error: unknown } | null = null;

  constructor(parts: StreamThreadParts, fetcher: Fetcher, starting: StartingOffsets, wake: () => void) {
    this.#parts = parts;
    this.#fetcher = fetcher;
    this.#starting = starting;
    this.#wake = wake;
  }

  /** Begins to fetch the inputs of a task. */
  open(live: LiveTask, starting: readonly StartingOffset[]): void {
    for (const { topic, partition, offset, metadata } of starting) {
      live.task.start(topic, partition, offset, metadata);
      const inputs = this.#inputs.get(topic) ?? [];
      inputs[partition] = { live, topic, partition, paused: false };
      this.#inputs.set(topic, inputs);
      this.#fetcher.assign(topic, partition, offset);
    }
  }

  close({ plan: { sourceTopics, partition } }: LiveTask): void {
    for (const topic of sourceTopics) {
      const inputs = this.#inputs.get(topic);
      if (inputs?.[partition] === undefined) continue;
      inputs[partition] = undefined;
      this.#fetcher.unassign(topic, partition);
    }
  }

  /**
   * Hands fetched records to the tasks. Returns true if there were any.
   *
   * @throws the error of a partition that cannot be read, or of the look-up of a position
   */
  feed(): boolean {
    if (this.#failure !== null) throw this.#failure.error;
    let fed = this.#found.length > 0;
    for (const { input, offsets } of this.#found.splice(0)) this.#seek(input, offsets);
    for (let fetched = this.#fetcher.take(); fetched !== null; fetched = this.#fetcher.take()) {
      const input = this.#inputs.get(fetched.topic)?.[fetched.partition];
      if (input === undefined) continue;
      if (fetched.error !== null) {
        if (fetched.error.code !== "CLIENT_OFFSET_OUT_OF_RANGE") throw readFailure(fetched.error, this.#parts.plan);
        this.#reset(input);
        continue;
      }
      fed = true;
      this.#add(input, fetched);
    }
    return fed;
  }

  /** Resumes fetching for inputs whose buffers have drained. */
  resume(): void {
    const enough = this.#parts.config.bufferedRecordsPerPartition / 2;
    for (const inputs of this.#inputs.values()) {
      for (const input of inputs) {
        if (input === undefined || !input.paused) continue;
        if (input.live.task.bufferedRecords(input.topic, input.partition) > enough) continue;
        input.paused = false;
        this.#fetcher.resume(input.topic, input.partition);
      }
    }
  }

  recordsBuffered(): number {
    let sum = 0;
    for (const { live, topic, partition } of this.#all()) sum += live.task.bufferedRecords(topic, partition);
    return sum;
  }

  /** Records behind the end of the log as last fetched; null until every input was fetched once. */
  recordsLag(): number | null {
    let sum = 0;
    for (const { live, topic, partition } of this.#all()) {
      const lag = this.#fetcher.lag(topic, partition);
      if (lag === null) return null;
      sum += lag + live.task.bufferedRecords(topic, partition);
    }
    return sum;
  }

  #all(): Input[] {
    return [...this.#inputs.values()].flatMap((inputs) => inputs.filter((input) => input !== undefined));
  }

  #add(input: Input, { buffer, recordCount, nextOffset }: FetchedPartition): void {
    const { live, topic, partition } = input;
    live.task.addBatches(topic, partition, buffer, recordCount, nextOffset);
    if (!input.paused && live.task.bufferedRecords(topic, partition) > this.#parts.config.bufferedRecordsPerPartition) {
      input.paused = true;
      this.#fetcher.pause(topic, partition);
    }
  }

  /** Looks up where to go on, while other partitions do. The next `feed` goes there. */
  #reset(input: Input): void {
    const { live, topic, partition } = input;
    this.#parts.config.log(
      "warn",
      `applying the reset policy to "${topic}"-${String(partition)}: its position is gone from the log`,
    );
    const isOver = (): boolean => live.state !== "running";
    const where = `looking up where to go on in "${topic}"-${String(partition)}`;
    patiently(this.#parts, where, () => this.#starting.reset([{ topic, partition }]), isOver)
      .then(
        (offsets) => void this.#found.push({ input, offsets }),
        (error: unknown) => {
          if (!isOver()) this.#failure ??= { error };
        },
      )
      .finally(this.#wake);
  }

  #seek({ live, topic, partition }: Input, offsets: readonly StartingOffset[]): void {
    if (live.state !== "running") return;
    for (const { offset } of offsets) {
      live.task.start(topic, partition, offset, null);
      this.#fetcher.seek(topic, partition, offset);
    }
  }
}
