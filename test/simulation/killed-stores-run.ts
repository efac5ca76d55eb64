import type { Engine, EngineScan } from "@millrace/core";
import { SimulatedCluster, type SimulatedApplication } from "@millrace/testkit/cluster";
import { bytes, int64, string, StreamsBuilder, TimeWindows, windowed, type Topology } from "millrace";
import { lives, type Counted, type KillPoint, mortal } from "./kill-points.ts";

export type Kind = "key-value" | "window";

export interface Scene {
  readonly kind: Kind;
  /** While it reads and commits, or while it restores the store on a disk that has nothing. */
  readonly killedWhile: "processing" | "restoring";
  /** The record cache: 0 is none, and 100 too small for all keys, so that updates leave it between commits. */
  readonly cacheBytesMax: 0 | 100 | 1_000_000;
}

/** How far a commit had come when the application ended. */
export type Phase =
  | "before the changelog flush"
  | "before the engine drain"
  | "before the offset commit"
  | "after the offset commit";

/** A store by the keys of its changelog, in hexadecimal; timestamps are left out. */
export interface Content {
  readonly content: Readonly<Record<string, string>>;
  /** NaN without windows. */
  readonly streamTimeMs: number;
}

export interface Life {
  /** What the disk held, and the checkpoint with it. */
  readonly stored: Content;
  readonly checkpoint: number;
  /** What the changelog says, up to the checkpoint. */
  readonly logged: Content;
  readonly changelogEnd: number;
}

export interface Outcome {
  readonly phase: Phase;
  /** When the application was killed, and after it was closed in the end. */
  readonly killed: Life;
  readonly closed: Life;
  /** By key, and window if there are any: how often it was sent, how often it may have been counted again, and the last count. */
  readonly counts: readonly {
    readonly name: string;
    readonly truth: number;
    readonly repeatable: number;
    readonly count: number;
  }[];
  readonly recordsRepeatable: number;
  /** Events and disk writes of the second part, if nobody is killed. */
  readonly events: number;
  readonly writes: number;
  /** Messages that stores could not go on from what they had. */
  readonly voids: readonly string[];
}

const keys = ["a", "b", "c"] as const;
const counts = { first: 20, second: 20, last: 5 } as const;
const stepMs = 4_000;
const windowMs = 10_000;
const retentionMs = windowMs + 60_000;
const segmentMs = 60_000;
const changelogTopic = "kills-counts-changelog";

function counting(kind: Kind): Topology {
  const builder = new StreamsBuilder();
  const grouped = builder.stream("in", { key: string, value: string }).groupByKey();
  if (kind === "key-value") grouped.count({ as: "counts" }).toStream().to("out", { key: string, value: int64 });
  else {
    const windows = TimeWindows.of({ size: "10s", grace: "1m" });
    grouped.windowedBy(windows).count({ as: "counts" }).toStream().to("out", { value: int64 });
  }
  return builder.build();
}

/** Record `offset` of the input. Keys come in a pattern of their own, and every window has several. */
const keyOf = (offset: number): string => keys[(offset * 7 + (offset >> 2)) % keys.length]!;
const timestampOf = (offset: number): number => 600_000 + offset * stepMs;
function nameOf(kind: Kind, offset: number): string {
  return kind === "key-value"
    ? keyOf(offset)
    : `${keyOf(offset)}@${String(Math.trunc(timestampOf(offset) / windowMs) * windowMs)}`;
}

/** Counts 20 records and commits, counts 20 more, is ended at some point of that, starts again, counts 5 more, and is closed. */
export async function run(seed: number, scene: Scene, point: KillPoint | null): Promise<Outcome> {
  const cluster = new SimulatedCluster({ seed });
  return cluster.run(() => new Run(cluster, scene).happen(point));
}

class Run {
  readonly #cluster: SimulatedCluster;
  readonly #kind: Kind;
  readonly #killedWhile: Scene["killedWhile"];
  readonly #application: SimulatedApplication;
  readonly #voids: string[] = [];
  #sent = 0;

  constructor(cluster: SimulatedCluster, { kind, killedWhile, cacheBytesMax }: Scene) {
    this.#cluster = cluster;
    this.#kind = kind;
    this.#killedWhile = killedWhile;
    this.#application = mortal(cluster, counting(kind), cacheBytesMax, (text) => void this.#voids.push(text));
  }

  async happen(point: KillPoint | null): Promise<Outcome> {
    const cluster = this.#cluster;
    const application = this.#application;
    await cluster.broker.start();
    await cluster.user.createTopics(["in", "out"], 1);
    await application.start();
    await this.#send(counts.first);
    await cluster.when(() => application.commits === 1 && application.recordsUncommitted === 0);
    await cluster.sleep(500);
    const before = { changelog: await this.#end(changelogTopic), committed: await this.#committed() };
    const { events, writes } = await this.#secondPart(point);
    const processedMost = this.#sent;
    const killed = await this.#look();
    const committed = await this.#committed();
    const phase = phaseOf(before, killed, committed);
    if (point !== null) await application.start();
    await this.#send(counts.last);
    while ((await cluster.user.lag("kills", ["in"])) > 0) await cluster.sleep(100);
    await application.close();
    const closed = await this.#look();
    return {
      phase,
      killed,
      closed,
      counts: await this.#counts(committed, processedMost),
      recordsRepeatable: application.recordsRepeatable,
      events,
      writes,
      voids: this.#voids,
    };
  }

  /** Until the application is ended; without a point until it is done with what was sent. */
  async #secondPart(point: KillPoint | null): Promise<Counted> {
    const application = this.#application;
    if (this.#killedWhile === "restoring") {
      await application.close();
      application.stores.clear();
    }
    await this.#send(counts.second);
    // Of a start that is ended nothing comes.
    if (this.#killedWhile === "restoring") void application.start();
    return lives(this.#cluster, application, point, () => application.commits >= 2 && application.recordsUncommitted === 0);
  }

  async #send(count: number): Promise<void> {
    await using producer = this.#cluster.user.producer({ lingerMs: 0 });
    const topic = await producer.topic("in");
    for (const end = this.#sent + count; this.#sent < end; this.#sent += 1)
      topic.append(0, timestampOf(this.#sent), keyOf(this.#sent), string, "", string, []);
    await producer.flush();
  }

  /** The disk and the changelog, while nobody writes to either. */
  async #look(): Promise<Life> {
    const records = await this.#cluster.user.read(changelogTopic, bytes, bytes);
    const changelogEnd = await this.#end(changelogTopic);
    const { stores } = this.#application;
    const engine = stores.open(stores.directories()[0]!);
    const space = engine.space("counts", 0);
    const { offset: checkpoint, streamTimeMs } = space.checkpoint() ?? { offset: 0, streamTimeMs: Number.NaN };
    const logged = this.#logged(records.filter(({ offset }) => offset < checkpoint));
    return { stored: { content: this.#storedContent(engine), streamTimeMs }, checkpoint, logged, changelogEnd };
  }

  #storedContent(engine: Engine): Content["content"] {
    const content: Record<string, string> = {};
    const scan: EngineScan = engine.space("counts", 0).scan(null, null, false);
    const prefix = this.#kind === "window" ? 8 : 0;
    while (scan.next()) content[scan.key.copy().toString("hex", prefix)] = scan.value.copy().toString("hex", 8);
    return content;
  }

  /** What a store holds after these records: all of them, but for windows in segments that have expired by then. */
  #logged(records: readonly { readonly key: Buffer | null; readonly value: Buffer | null }[]): Content {
    const startOf = (key: Buffer): number => (this.#kind === "window" ? Number(key.readBigInt64BE(key.length - 12)) : Number.NaN);
    const streamTimeMs = records.length === 0 ? Number.NaN : Math.max(...records.map(({ key }) => startOf(key!)));
    const firstSegment = Math.trunc((streamTimeMs - retentionMs) / segmentMs);
    const content: Record<string, string> = {};
    for (const { key, value } of records) {
      if (this.#kind === "window" && Math.trunc(startOf(key!) / segmentMs) < firstSegment) continue;
      content[key!.toString("hex")] = value!.toString("hex");
    }
    return { content, streamTimeMs };
  }

  async #counts(committed: number, end: number): Promise<Outcome["counts"]> {
    const last = new Map<string, number>();
    if (this.#kind === "key-value")
      for (const { key, value } of await this.#cluster.user.read("out", string, int64)) last.set(key!, value!);
    else
      for (const { key, value } of await this.#cluster.user.read("out", windowed(string, windowMs), int64))
        last.set(`${key!.key}@${String(key!.start)}`, value!);
    const offsets = Array.from({ length: this.#sent }, (_, offset) => offset);
    return [...new Set(offsets.map((offset) => nameOf(this.#kind, offset)))].map((name) => {
      const its = offsets.filter((offset) => nameOf(this.#kind, offset) === name);
      const repeatable = its.filter((offset) => offset >= committed && offset < end).length;
      return { name, truth: its.length, repeatable, count: last.get(name) ?? 0 };
    });
  }

  async #end(topic: string): Promise<number> {
    const [listed] = await this.#cluster.user.client.admin.listOffsets([{ topic, partition: 0 }], "latest");
    return listed?.offset ?? 0;
  }

  async #committed(): Promise<number> {
    return (await this.#end("in")) - (await this.#cluster.user.lag("kills", ["in"]));
  }
}

function phaseOf(before: { changelog: number; committed: number }, life: Life, committed: number): Phase {
  if (committed > before.committed) return "after the offset commit";
  if (life.changelogEnd === before.changelog) return "before the changelog flush";
  return life.checkpoint < life.changelogEnd ? "before the engine drain" : "before the offset commit";
}
