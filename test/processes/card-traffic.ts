import { AttemptSource, type Attempt } from "../../examples/card-auth-window/src/attempts.ts";
import { Peer } from "./peer.ts";
import { increment, verdict, type Counts, type Traffic, type Verdict } from "./traffic.ts";

const partitionCount = 4;
/** Fewer declines give no alert. */
const alertedFrom = 3;
const sizeMs = 60_000;
const advanceMs = 10_000;

/** Card attempts for `application.ts card-auth-window`. A result is the last alert of a window. */
export class CardTraffic implements Traffic {
  readonly #peer: Peer;
  readonly #applicationId: string;
  readonly #input: string;
  readonly #output: string;
  readonly #source = new AttemptSource("000001");
  readonly #truths = new Map<string, number>();
  readonly #excessMax = new Map<string, number>();

  private constructor(peer: Peer, applicationId: string) {
    this.#peer = peer;
    this.#applicationId = applicationId;
    this.#input = `auth-attempt-${applicationId}`;
    this.#output = `card-alert-${applicationId}`;
  }

  static async open(brokers: readonly string[], applicationId: string): Promise<CardTraffic> {
    const traffic = new CardTraffic(await Peer.open(brokers, applicationId), applicationId);
    await traffic.#peer.createTopics([traffic.#input, traffic.#output], partitionCount);
    return traffic;
  }

  async send(count: number): Promise<void> {
    const attempts = Array.from({ length: count }, () => this.#source.next(Date.now()));
    await this.#peer.send(
      this.#input,
      attempts.map(({ atMs, ...attempt }) => ({ key: attempt.card, value: JSON.stringify(attempt), timestampMs: atMs })),
    );
    for (const { card, approved, atMs } of attempts) if (!approved) countWindows(this.#truths, card, atMs);
  }

  allCommitted(): Promise<void> {
    return this.#peer.allCommitted(this.#input);
  }

  async crashed(): Promise<void> {
    const committed = await this.#peer.committed(this.#input);
    for (const { value, offset, partition, timestamp } of await this.#peer.read(this.#input)) {
      if (Number(offset) < (committed.get(partition) ?? 0)) continue;
      const { card, approved } = JSON.parse(value?.toString() ?? "") as Attempt;
      if (!approved) countWindows(this.#excessMax, card, Number(timestamp));
    }
  }

  async changelogRecords(): Promise<number> {
    const ends = await this.#peer.ends(`${this.#applicationId}-declines-per-card-changelog`);
    return [...ends.values()].reduce((sum, end) => sum + end, 0);
  }

  /** Counts of windows in the changelog, and those of them that are below the one before: with at least once there is none. */
  async setBack(): Promise<{ readonly counts: number; readonly setBack: readonly string[] }> {
    const last = new Map<string, number>();
    const setBack: string[] = [];
    let counts = 0;
    for (const { key, value, partition, offset } of await this.#peer.read(`${this.#applicationId}-declines-per-card-changelog`)) {
      if (key === null || value === null) continue;
      counts += 1;
      const count = Number(value.readBigInt64BE());
      const window = key.toString("hex");
      const before = last.get(window) ?? 0;
      if (count < before)
        setBack.push(`partition ${String(partition)}, offset ${offset}: ${String(count)} after ${String(before)}`);
      last.set(window, count);
    }
    return { counts, setBack };
  }

  async judge(): Promise<Verdict> {
    return verdict(this.#truths, await this.#alerts(), this.#excessMax, alertedFrom);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#peer[Symbol.asyncDispose]();
  }

  async #alerts(): Promise<Counts> {
    const alerts = new Map<string, number>();
    for (const { key, value } of await this.#peer.read(this.#output)) {
      const { count, from } = JSON.parse(value?.toString() ?? "") as { count: number; from: number };
      alerts.set(`${key?.toString() ?? ""} ${String(from)}`, count);
    }
    return alerts;
  }
}

/** One more in each window that holds this moment; the key is `card from`. */
function countWindows(counts: Map<string, number>, card: string, atMs: number): void {
  for (let from = Math.floor(atMs / advanceMs) * advanceMs; from > atMs - sizeMs; from -= advanceMs)
    increment(counts, `${card} ${String(from)}`);
}
