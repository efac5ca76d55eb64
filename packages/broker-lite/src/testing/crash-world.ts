import { Simulation } from "@millrace/platform/sim";
import { fetch, listOffsets, offsetCommit, offsetFetch, produce, RecordCursor } from "@millrace/protocol";
import { Broker } from "../broker.ts";
import { batchOf } from "./sim-broker.ts";
import { WireClient } from "./wire-client.ts";

const topic = "t";
const partitionCount = 3;
const startMs = Date.UTC(2025, 0, 1);
const fetchBytesMax = 10_000_000;

/** Known records of a partition: those that are certainly there, then those that may be, batch by batch. */
class PartitionModel {
  readonly values: string[] = [];
  /** Values of batches that were sent since the last crash, in their order. */
  readonly sent: (readonly string[])[] = [];
  /** So many of those were acknowledged, or read. */
  certain = 0;
}

/** Results of crash cycles. */
export interface CrashTotals {
  cuts: number;
  acknowledged: number;
  /** Batches that were sent and not acknowledged, and that were there or not after the crash. */
  survived: number;
  lost: number;
  /** Starts that had bytes to cut from a log. */
  tornLogs: number;
  /** Crashes that came before the broker had opened its data. */
  inRecovery: number;
}

function noTotals(): CrashTotals {
  return { cuts: 0, acknowledged: 0, survived: 0, lost: 0, tornLogs: 0, inRecovery: 0 };
}

/** `TEST_CRASH`: the log broke its promise; the seed repeats it. */
export class CrashError extends Error {
  readonly code = "TEST_CRASH";
}

/**
 * A broker with `flush=commit` that loses power again and again, under one seed: while it takes records and commits of
 * offsets, while it is read, while it opens what the last crash left, and while it closes. After each crash it must open,
 * and hold everything that it had acknowledged or shown, and nothing but what was sent, in order.
 */
class CrashWorld {
  readonly #seed: number;
  readonly #simulation: Simulation;
  readonly #totals: CrashTotals;
  readonly #partitions: PartitionModel[] = Array.from({ length: partitionCount }, () => new PartitionModel());
  /** Offsets that were committed; the last one that was acknowledged comes first. */
  #commits: number[] = [-1];
  #nextValue = 0;
  #failure: CrashError | null = null;
  #created = false;
  readonly #config: { readonly flush: "commit"; readonly logSegmentBytes: number; readonly logIndexIntervalBytes: number };

  constructor(seed: number, totals: CrashTotals) {
    this.#seed = seed;
    this.#totals = totals;
    this.#simulation = new Simulation(seed);
    const host = this.#simulation.host("broker");
    host.diskLosesPages = this.#below(2) === 0;
    host.diskLatencyMs = { min: 0.05, max: 1 + this.#below(20) };
    this.#config = {
      flush: "commit",
      logSegmentBytes: [10_000, 14_000, 40_000, 1_000_000][this.#below(4)]!,
      logIndexIntervalBytes: [0, 300, 4_096][this.#below(3)]!,
    };
  }

  /** Starts the broker, looks at what is there, lets it work, and cuts its power at some instant of that. */
  async cycle(): Promise<void> {
    const host = this.#simulation.host("broker");
    const starting = this.#start();
    starting.catch(() => {});
    if (this.#created && this.#below(8) === 0) {
      await this.#pass(1 + this.#below(20), starting);
      this.#totals.inRecovery += 1;
    } else {
      const broker = await this.#simulation.settle(starting);
      await this.#work(broker);
    }
    if (this.#failure !== null) throw this.#failure;
    if (this.#below(8) === 0) host.kill();
    else host.crash();
    host.restart();
    this.#totals.cuts += 1;
  }

  /** Starts the broker once more, for a last look. */
  async finish(): Promise<void> {
    await this.#verify(await this.#connect(await this.#simulation.settle(this.#start())));
  }

  #start(): Promise<Broker> {
    return Broker.start(
      {
        host: "broker",
        port: 0,
        dataDirectory: "/data",
        config: this.#config,
        log: (level, text) => {
          if (level === "warn" && text.includes(": cut ")) this.#totals.tornLogs += 1;
          if (text.includes("had been synced")) this.#failLater(text);
        },
      },
      this.#simulation.platform("broker"),
    );
  }

  async #work(broker: Broker): Promise<void> {
    if (!this.#created) {
      await this.#simulation.settle(broker.createTopic({ name: topic, partitions: partitionCount }));
      this.#created = true;
    }
    const producer = await this.#connect(broker);
    const reader = await this.#connect(broker);
    await this.#verify(reader);
    const rounds = 1 + this.#below(6);
    for (let round = 0; round < rounds; round += 1) {
      for (let count = 1 + this.#below(6); count > 0; count -= 1) this.#act(producer, reader);
      await this.#pass(this.#below(40));
    }
    if (this.#below(10) === 0) await this.#pass(this.#below(60), broker.close());
  }

  #act(producer: WireClient, reader: WireClient): void {
    const what = this.#below(10);
    if (what === 0) this.#commit(reader);
    else if (what === 1) this.#read(reader, this.#below(partitionCount));
    else this.#produce(producer);
  }

  #produce(client: WireClient): void {
    const chosen = Array.from({ length: partitionCount }, (_, index) => index).filter(() => this.#below(2) === 0);
    const timestampMs = startMs + this.#below(10_000);
    const batches = chosen.map((index) => ({ index, values: this.#values(timestampMs), model: this.#partitions[index]! }));
    for (const { model, values } of batches) model.sent.push(values);
    const ends = batches.map(({ model }) => model.sent.length);
    const partitionData = batches.map(({ index, values }) => ({ index, records: batchOf(values, timestampMs) }));
    const acks = this.#below(3) === 0 ? 1 : -1;
    const answered = client.send(produce, 9, { acks, timeoutMs: 1_000, topicData: [{ name: topic, partitionData }] });
    answered.then(
      ({ responses }) => {
        for (const { index, errorCode } of responses[0]?.partitionResponses ?? []) {
          if (errorCode !== 0) this.#failLater(`a batch was refused with ${String(errorCode)}`);
          const at = chosen.indexOf(index);
          batches[at]!.model.certain = Math.max(batches[at]!.model.certain, ends[at]!);
          this.#totals.acknowledged += 1;
        }
      },
      () => {},
    );
  }

  /** Each value is another one, and tells its record's timestamp. */
  #values(timestampMs: number): string[] {
    const large = this.#below(10) === 0;
    const length = large ? 9_000 : this.#below(300);
    return Array.from({ length: large ? 1 : 1 + this.#below(4) }, (_, i) =>
      `${String((this.#nextValue += 1))} ${String(timestampMs + i)} `.padEnd(length, "x"),
    );
  }

  #commit(client: WireClient): void {
    const committed = (this.#nextValue += 1);
    this.#commits.push(committed);
    const partitions = [{ partitionIndex: 0, committedOffset: BigInt(committed), committedMetadata: "" }];
    client.send(offsetCommit, 8, { groupId: "g", memberId: "", topics: [{ name: topic, partitions }] }).then(
      () => {
        this.#commits = this.#commits.slice(this.#commits.indexOf(committed));
      },
      () => {},
    );
  }

  /** Reads as a consumer and checks that records seen before are still there. */
  #read(client: WireClient, partition: number): void {
    this.#fetch(client, partition, 0).then(
      (values) => {
        const model = this.#partitions[partition]!;
        let end = model.values.length;
        for (let batches = 0; batches <= model.sent.length; batches += 1) {
          if (end === values.length) model.certain = Math.max(model.certain, batches);
          end += model.sent[batches]?.length ?? 0;
        }
      },
      () => {},
    );
  }

  async #verify(client: WireClient): Promise<void> {
    for (const [partition, model] of this.#partitions.entries()) {
      const found = await this.#simulation.settle(this.#fetch(client, partition, 0));
      const end = await this.#simulation.settle(this.#offset(client, partition, -1));
      if (end !== found.length) this.#fail(`partition ${String(partition)} ends at ${String(end)}, not ${String(found.length)}`);
      this.#compare(partition, model, found);
      await this.#probe(client, partition, found);
    }
    const { topics } = await this.#simulation.settle(
      client.send(offsetFetch, 7, { groupId: "g", topics: [{ name: topic, partitionIndexes: [0] }] }),
    );
    const committed = Number(topics[0]!.partitions[0]!.committedOffset);
    if (!this.#commits.includes(committed)) this.#fail(`the offset ${String(committed)} is none of ${this.#commits.join(", ")}`);
    this.#commits = [committed];
  }

  /** The indexes lead where they should: from an offset, and from a time. */
  async #probe(client: WireClient, partition: number, values: readonly string[]): Promise<void> {
    const offset = this.#below(values.length + 1);
    const read = await this.#simulation.settle(this.#fetch(client, partition, offset));
    if (read.length !== values.length - offset || read[0] !== values[offset]) {
      this.#fail(
        `partition ${String(partition)} read from offset ${String(offset)} on begins with ${String(read[0]?.slice(0, 20))}`,
      );
    }
    const timestampMs = startMs + this.#below(10_000);
    const expected = values.findIndex((value) => Number(value.split(" ")[1]) >= timestampMs);
    const found = await this.#simulation.settle(this.#offset(client, partition, timestampMs));
    if (found !== expected) {
      this.#fail(
        `partition ${String(partition)} has offset ${String(found)} for time ${String(timestampMs)}, not ${String(expected)}`,
      );
    }
  }

  #compare(partition: number, model: PartitionModel, found: readonly string[]): void {
    let kept = 0;
    const expected = [...model.values];
    while (kept < model.sent.length && (kept < model.certain || expected.length < found.length)) {
      expected.push(...model.sent[kept]!);
      kept += 1;
    }
    const at = expected.findIndex((value, offset) => value !== found[offset]);
    if (at >= 0 || expected.length !== found.length) {
      const offset = at >= 0 ? at : expected.length;
      const [wanted = "nothing", got = "nothing"] = [expected[offset], found[offset]].map((value) => value?.slice(0, 20));
      this.#fail(`partition ${String(partition)} has ${got} at offset ${String(offset)}, not ${wanted}`);
    }
    this.#totals.survived += Math.max(kept - model.certain, 0);
    this.#totals.lost += model.sent.length - kept;
    model.values.push(...expected.slice(model.values.length));
    model.sent.length = 0;
    model.certain = 0;
  }

  /** All values from `offset` on that a consumer is shown. */
  async #fetch(client: WireClient, partition: number, offset: number): Promise<string[]> {
    const values: string[] = [];
    for (;;) {
      const fetchOffset = BigInt(offset + values.length);
      const partitions = [{ partition, fetchOffset, partitionMaxBytes: fetchBytesMax }];
      const { responses } = await client.send(fetch, 11, {
        maxWaitMs: 0,
        minBytes: 0,
        maxBytes: fetchBytesMax,
        topics: [{ topic, partitions }],
      });
      const records = responses[0]?.partitions[0]?.records ?? Buffer.alloc(0);
      if (records.length === 0) return values;
      const cursor = new RecordCursor();
      for (let at = 0; at < records.length;) {
        at = cursor.open(records, at);
        while (cursor.next())
          if (cursor.offset >= offset) values.push(records.toString("utf8", cursor.valueStart, cursor.valueEnd));
      }
    }
  }

  async #offset(client: WireClient, partition: number, timestampMs: number): Promise<number> {
    const { topics } = await client.send(listOffsets, 7, {
      replicaId: -1,
      isolationLevel: 0,
      topics: [{ name: topic, partitions: [{ partitionIndex: partition, timestamp: BigInt(timestampMs) }] }],
    });
    return Number(topics[0]!.partitions[0]!.offset);
  }

  #connect(broker: Broker): Promise<WireClient> {
    return this.#simulation.settle(WireClient.connect(this.#simulation.platform("client").transport, broker.address));
  }

  /** Lets so many events happen, or fewer if `until` settles before. */
  async #pass(events: number, until: Promise<unknown> = new Promise(() => {})): Promise<void> {
    let left = events;
    const end = (): void => {
      left = 0;
    };
    until.then(end, end);
    // A timer of the world's own, so that there is always an event to come.
    const timer = this.#simulation.timers.after(3_600_000, () => {});
    await this.#simulation.run(() => left-- <= 0);
    timer.cancel();
  }

  #below(limit: number): number {
    return this.#simulation.random.uint32() % limit;
  }

  #fail(text: string): never {
    this.#failLater(text);
    throw this.#failure!;
  }

  /** For where nobody would catch it. */
  #failLater(text: string): void {
    this.#failure ??= new CrashError(`seed ${String(this.#seed)}, after ${String(this.#totals.cuts)} cuts: ${text}`);
  }
}

/** So many cuts, in worlds of `cutsPerWorld` with the seeds from `seed` on. */
export async function crashCycles(cycles: number, seed: number, progress: (totals: CrashTotals) => void): Promise<CrashTotals> {
  const cutsPerWorld = 20;
  const totals = noTotals();
  for (let next = seed; totals.cuts < cycles; next += 1) {
    const world = new CrashWorld(next, totals);
    try {
      for (let i = 0; i < cutsPerWorld && totals.cuts < cycles; i += 1) await world.cycle();
      await world.finish();
    } catch (cause) {
      if (cause instanceof CrashError) throw cause;
      throw new CrashError(`seed ${String(next)}, after ${String(totals.cuts)} cuts: ${String(cause)}`, { cause });
    }
    progress(totals);
  }
  return totals;
}
