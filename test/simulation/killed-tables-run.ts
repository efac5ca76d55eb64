import type { EngineScan } from "@millrace/core";
import { SimulatedCluster, type SimulatedApplication } from "@millrace/testkit/cluster";
import { string, StreamsBuilder, type Topology } from "millrace";
import { lives, type Counted, type KillPoint, mortal } from "./kill-points.ts";

export interface Scene {
  /** While it reads and commits, or while it restores the table on a disk that has nothing. */
  readonly killedWhile: "processing" | "restoring";
  /** As in `killed-stores-run.ts`. */
  readonly cacheBytesMax: 0 | 100 | 1_000_000;
}

/** How far the application had come when it was ended. */
export type Phase =
  | "with a disk behind the first commit"
  | "before the offset commit"
  | "before the engine drain"
  | "after the engine drain";

type Table = Readonly<Record<string, string>>;

export interface Life {
  /** What the disk held, and the checkpoint with it; 0 without one. */
  readonly stored: Table;
  readonly checkpoint: number;
  /** What the source topic says, up to the checkpoint. */
  readonly read: Table;
  readonly committed: number;
}

export interface Outcome {
  readonly phase: Phase;
  /** When the application was killed, and after it was closed in the end. */
  readonly killed: Life;
  readonly closed: Life;
  readonly sourceEnd: number;
  /** By record of the source topic: how often it was sent on, and whether it may have been read again. */
  readonly sentOn: readonly { readonly offset: number; readonly count: number; readonly isRepeatable: boolean }[];
  readonly recordsRepeatable: number;
  /** What the source topic, and the topic to which the table is sent on, say in the end. */
  readonly truth: Table;
  readonly result: Table;
  readonly counted: Counted;
  /** Messages that the table could not go on from what it had. */
  readonly voids: readonly string[];
}

const keys = ["a", "b", "c"] as const;
const counts = { first: 20, second: 20, last: 5 } as const;

/** Its source topic is its changelog. */
function table(): Topology {
  const builder = new StreamsBuilder();
  builder.table("in", { key: string, value: string, as: "table" }).toStream().to("out", { key: string, value: string });
  return builder.build({ optimization: ["reuse.ktable.source.topics"] });
}

const keyOf = (offset: number): string => keys[(offset * 7 + (offset >> 2)) % keys.length]!;
/** Some records delete their key, none of the last ones. */
const valueOf = (offset: number): string | null =>
  offset % 5 === 2 && offset < counts.first + counts.second ? null : `value ${String(offset)}`;
/** It tells in the output which record was sent on. */
const timestampOf = (offset: number): number => 600_000 + offset;

/** Reads 20 records into a table and commits, has 20 more before it, is ended at some point, starts again, gets 5 more, and is closed. */
export async function run(seed: number, scene: Scene, point: KillPoint | null): Promise<Outcome> {
  const cluster = new SimulatedCluster({ seed });
  return cluster.run(() => new Run(cluster, scene).happen(point));
}

class Run {
  readonly #cluster: SimulatedCluster;
  readonly #scene: Scene;
  readonly #application: SimulatedApplication;
  readonly #voids: string[] = [];
  #sent = 0;

  constructor(cluster: SimulatedCluster, scene: Scene) {
    this.#cluster = cluster;
    this.#scene = scene;
    this.#application = mortal(cluster, table(), scene.cacheBytesMax, (text) => void this.#voids.push(text));
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
    const counted = await this.#secondPart(point);
    const processedMost = this.#sent;
    const killed = await this.#look();
    if (point !== null) await application.start();
    await this.#send(counts.last);
    while ((await cluster.user.lag("kills", ["in"])) > 0) await cluster.sleep(100);
    await application.close();
    return {
      phase: phaseOf(killed),
      killed,
      closed: await this.#look(),
      sourceEnd: this.#sent,
      sentOn: await this.#sentOn(killed.committed, processedMost),
      recordsRepeatable: application.recordsRepeatable,
      truth: this.#tableUpTo(this.#sent),
      result: await this.#result(),
      counted,
      voids: this.#voids,
    };
  }

  /** Until the application is ended; without a point until it is done with what was sent. */
  async #secondPart(point: KillPoint | null): Promise<Counted> {
    const application = this.#application;
    const isDone = (): boolean => application.commits >= 2 && application.recordsUncommitted === 0;
    if (this.#scene.killedWhile === "processing") {
      await this.#send(counts.second);
      return lives(this.#cluster, application, point, isDone);
    }
    await application.close();
    application.stores.clear();
    await this.#send(counts.second);
    // Of a start that is ended nothing comes.
    void application.start();
    return lives(this.#cluster, application, point, isDone);
  }

  async #send(count: number): Promise<void> {
    await using producer = this.#cluster.user.producer({ lingerMs: 0 });
    const topic = await producer.topic("in");
    for (const end = this.#sent + count; this.#sent < end; this.#sent += 1)
      topic.append(0, timestampOf(this.#sent), keyOf(this.#sent), string, valueOf(this.#sent), string, []);
    await producer.flush();
  }

  /** The disk and the group's offset, while nobody changes either. */
  async #look(): Promise<Life> {
    const { stores } = this.#application;
    const committed = this.#sent - (await this.#cluster.user.lag("kills", ["in"]));
    const directory = stores.directories()[0];
    if (directory === undefined) return { stored: {}, checkpoint: 0, read: {}, committed };
    const space = stores.open(directory).space("table", 0);
    const checkpoint = space.checkpoint()?.offset ?? 0;
    const stored: Record<string, string> = {};
    const scan: EngineScan = space.scan(null, null, false);
    while (scan.next()) stored[scan.key.copy().toString()] = scan.value.copy().toString("utf8", 8);
    return { stored, checkpoint, read: this.#tableUpTo(checkpoint), committed };
  }

  #tableUpTo(end: number): Table {
    return tableOf(Array.from({ length: end }, (_, offset) => ({ key: keyOf(offset), value: valueOf(offset) })));
  }

  async #sentOn(committed: number, end: number): Promise<Outcome["sentOn"]> {
    const times = (await this.#cluster.user.read("out", string, string)).map(({ timestampMs }) => timestampMs);
    return Array.from({ length: this.#sent }, (_, offset) => ({
      offset,
      count: times.filter((timeMs) => timeMs === timestampOf(offset)).length,
      isRepeatable: offset >= committed && offset < end,
    }));
  }

  async #result(): Promise<Table> {
    const records = await this.#cluster.user.read("out", string, string);
    return tableOf(records.map(({ key, value }) => ({ key: key!, value })));
  }
}

function tableOf(records: readonly { readonly key: string; readonly value: string | null }[]): Table {
  const rows = new Map<string, string>();
  for (const { key, value } of records)
    if (value === null) rows.delete(key);
    else rows.set(key, value);
  return Object.fromEntries(rows);
}

function phaseOf({ checkpoint, committed }: Life): Phase {
  if (checkpoint < counts.first) return "with a disk behind the first commit";
  if (committed === counts.first) return "before the offset commit";
  return checkpoint < committed ? "before the engine drain" : "after the engine drain";
}
