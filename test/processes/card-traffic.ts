import { Kafka, logLevel, Partitioners, type Admin, type Producer } from "kafkajs";
import { vi } from "vitest";
import { AttemptSource, type Attempt } from "../../examples/card-auth-window/src/attempts.ts";
import { createTopics } from "../interop/create-topics.ts";
import { readAll } from "../interop/read-all.ts";

const partitionCount = 4;
/** Fewer declines give no alert. */
const alertedFrom = 3;
const sizeMs = 60_000;
const advanceMs = 10_000;

/** An alert that is not as it must be. */
export interface Wrong {
  readonly window: string;
  readonly truth: number;
  readonly alerted: number;
  /** How much more than the truth it may say: see {@link CardTraffic.crashed}. */
  readonly excessMax: number;
}

/** What all alerts together say. */
export interface Verdict {
  /** Windows with alerts. */
  readonly windows: number;
  /** Alerts beyond their bounds; none, if all is well. */
  readonly wrong: readonly Wrong[];
  /** Attempts counted twice, over all windows. */
  readonly excess: number;
}

/** Sends attempts to an instance of `application.ts`, and judges its alerts. */
export class CardTraffic implements AsyncDisposable {
  readonly #groupId: string;
  readonly #input: string;
  readonly #output: string;
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #producer: Producer;
  readonly #source = new AttemptSource("000001");
  readonly #sent: Attempt[] = [];
  /** By window: how many attempts may have been counted twice. */
  readonly #excessMax = new Map<string, number>();

  private constructor(address: string, groupId: string) {
    this.#groupId = groupId;
    this.#input = `auth-attempt-${groupId}`;
    this.#output = `card-alert-${groupId}`;
    this.#kafka = new Kafka({ clientId: "card-traffic", brokers: [address], logLevel: logLevel.NOTHING });
    this.#admin = this.#kafka.admin();
    this.#producer = this.#kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  }

  /** @param groupId the application's id */
  static async open(address: string, groupId: string): Promise<CardTraffic> {
    const traffic = new CardTraffic(address, groupId);
    await traffic.#admin.connect();
    await createTopics(traffic.#admin, [traffic.#input, traffic.#output], partitionCount);
    await traffic.#producer.connect();
    return traffic;
  }

  async send(count: number): Promise<void> {
    const attempts = Array.from({ length: count }, () => this.#source.next(Date.now()));
    const messages = attempts.map(({ atMs, ...attempt }) => ({
      key: attempt.card,
      value: JSON.stringify(attempt),
      timestamp: String(atMs),
    }));
    await this.#producer.send({ topic: this.#input, messages });
    this.#sent.push(...attempts);
  }

  /** Sends in small pieces until something has happened. */
  async sendUntil(happened: Promise<unknown>): Promise<void> {
    let over = false;
    const end = happened.finally(() => (over = true));
    // It is looked at below, but may be rejected before.
    end.catch(() => undefined);
    do await this.send(200);
    while (!over);
    await end;
  }

  /** By partition, what the group has committed; 0 where it has not yet. */
  async committed(): Promise<Map<number, number>> {
    const [topic] = await this.#admin.fetchOffsets({ groupId: this.#groupId, topics: [this.#input] });
    return new Map(topic?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
  }

  /** Resolves when the group has committed everything that is in the topic now. */
  async allCommitted(): Promise<void> {
    const ends = await this.#ends();
    const reached = async (): Promise<boolean> => {
      const committed = await this.committed();
      return [...ends].every(([partition, end]) => (committed.get(partition) ?? 0) >= end);
    };
    await vi.waitUntil(reached, { timeout: 60_000, interval: 25 });
  }

  /**
   * To be called when an instance was killed, before another goes on. What lies between the last commit and the end of the topic
   * may have been counted already, and will be again: each of these attempts may be one too many, in each of its windows.
   */
  async crashed(): Promise<void> {
    const committed = await this.committed();
    for (const { value, offset, partition, timestamp } of await readAll(this.#kafka, this.#input)) {
      if (Number(offset) < (committed.get(partition) ?? 0)) continue;
      const { card, approved } = JSON.parse(value?.toString() ?? "") as Attempt;
      if (!approved) addTo(this.#excessMax, card, Number(timestamp));
    }
  }

  /** Compares the last alert of each window with what was sent. */
  async judge(): Promise<Verdict> {
    const truths = new Map<string, number>();
    for (const { card, approved, atMs } of this.#sent) if (!approved) addTo(truths, card, atMs);
    const alerts = await this.#alerts();
    const wrong: Wrong[] = [];
    let excess = 0;
    for (const window of new Set([...truths.keys(), ...alerts.keys()])) {
      const truth = truths.get(window) ?? 0;
      const alerted = alerts.get(window) ?? 0;
      const excessMax = this.#excessMax.get(window) ?? 0;
      if (alerted === 0 && truth < alertedFrom) continue;
      if (alerted < truth || alerted > truth + excessMax) wrong.push({ window, truth, alerted, excessMax });
      excess += alerted - truth;
    }
    return { windows: alerts.size, wrong, excess };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#producer.disconnect();
    await this.#admin.disconnect();
  }

  /** The last word on each window. */
  async #alerts(): Promise<Map<string, number>> {
    const alerts = new Map<string, number>();
    for (const { key, value } of await readAll(this.#kafka, this.#output)) {
      const { count, from } = JSON.parse(value?.toString() ?? "") as { count: number; from: number };
      alerts.set(`${key?.toString() ?? ""} ${String(from)}`, count);
    }
    return alerts;
  }

  async #ends(): Promise<Map<number, number>> {
    const offsets = await this.#admin.fetchTopicOffsets(this.#input);
    return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
  }
}

/** One more in each window that holds this moment; the key is `card from`. */
function addTo(counts: Map<string, number>, card: string, atMs: number): void {
  for (let from = Math.floor(atMs / advanceMs) * advanceMs; from > atMs - sizeMs; from -= advanceMs) {
    const window = `${card} ${String(from)}`;
    counts.set(window, (counts.get(window) ?? 0) + 1);
  }
}
