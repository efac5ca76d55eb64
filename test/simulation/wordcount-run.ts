import {
  SimulatedCluster,
  type SimulatedApplication,
  type SimulatedStreamsConfig,
  type StateWatchFigures,
  type UserRecord,
} from "@millrace/testkit/cluster";
import { int64, string } from "millrace";
import { wordCount } from "../../examples/wordcount/src/topology.ts";
import { replay } from "./seeds.ts";

/** Kinds of faults of an instance; the seed draws one for each instance that has a fault. */
const instanceFaults = ["crash", "kill", "cutOff", "pause"] as const;
type InstanceFault = (typeof instanceFaults)[number];

/** Moments of a run that a test demands to be reached under some seed. */
export const moments = [
  "paused for less than a session",
  "paused for longer than a session",
  "woke with records uncommitted, after another had its tasks",
  "woke with a clock set back over its session",
  "clock set back",
  "clock set ahead",
] as const;
export type Moment = (typeof moments)[number];

/** Every line has a number, which is no word, and so many words. */
export const wordsPerLine = 5;
export const lineCount = 300;
const vocabulary = ["salt", "whale", "sea", "ship", "storm", "mast", "oar", "rope", "sail", "tide", "deck", "hull"];
const [input, output] = ["lines", "word-counts"];
const [repartitionTopic, changelogTopic] = ["wordcount-counts-repartition", "wordcount-counts-changelog"];
const instanceNames = ["application", "other"];
/** Length of a session: the shortest that a broker allows by default. */
const sessionTimeoutMs = 6_000;
/** Most by which a clock is wrong at the start, or is set ahead or back at a time. All together stay below the hour that a broker accepts. */
const clockErrorMsMax = 600_000;
const recordCount = lineCount * (1 + wordsPerLine);

export interface Faults {
  /** The broker goes down and comes back. */
  readonly broker: boolean;
  /** So does an instance of the application, or each at its own moment; or it is cut off from the broker, or stands still. */
  readonly application: boolean;
  /** Hosts disagree about the time, their clocks drift, and those of instances are set ahead and back. */
  readonly clocks: boolean;
}

/** What a run came to, after everything was processed and closed. */
export interface Outcome {
  readonly traceHash: string;
  /** What is left of timers, listeners and connections; see `SimulatedCluster.remainder`. */
  readonly remainder: readonly string[];
  /** Lines as they were sent, and as they lie in the topic. */
  readonly sent: readonly string[];
  readonly lines: readonly UserRecord<string, string>[];
  /** Words as they lie in the repartition topic: those of a line that was processed twice are there twice. */
  readonly words: readonly string[];
  /** The last count of each word in the output, and in the changelog. */
  readonly counts: ReadonlyMap<string, number>;
  readonly stored: ReadonlyMap<string, number>;
  readonly applications: readonly Pick<SimulatedApplication, "state" | "recordsProcessed" | "recordsRepeatable" | "commits">[];
  /** Lines acknowledged when the broker went down; null if it did not. */
  readonly linesAtBrokerFault: number | null;
  /** Records processed and not committed when an instance went down, summed; null if none did. */
  readonly uncommittedAtApplicationFault: number | null;
  readonly moments: ReadonlySet<Moment>;
  /** What was compared while the run went on. */
  readonly watched: StateWatchFigures;
}

/**
 * Sends lines to a word count while, at moments that the seed draws, broker and instances of the application go down and come
 * back.
 *
 * What broker-lite promises decides the broker's fault. With `log.flush.interval.messages` = 1 what it acknowledged survives a
 * loss of power; with its defaults it survives the end of the process. Even seeds take the first, odd ones the second. The
 * application has no files yet and promises the same under either: its fault is drawn.
 */
export async function runWordCount(seed: number, instances: 1 | 2, faults: Faults): Promise<Outcome> {
  const power = seed % 2 === 0;
  const config = power ? { logFlushIntervalMessages: 1 } : {};
  const cluster = new SimulatedCluster({ seed, broker: { config }, replay: replay(seed, "test/simulation") });
  const outcome = await cluster.run(() => new WordCountRun(cluster, power, instances, faults).happen(faults));
  const remainder = await cluster.remainder();
  return { ...outcome, remainder, traceHash: cluster.traceHash };
}

class WordCountRun {
  readonly #cluster: SimulatedCluster;
  readonly #power: boolean;
  readonly #applications: readonly SimulatedApplication[];
  readonly #sent: string[];
  #linesAcknowledged = 0;
  #linesAtBrokerFault: number | null = null;
  #uncommittedAtApplicationFault: number | null = null;
  readonly #clocksJump: boolean;
  readonly #moments = new Set<Moment>();

  constructor(cluster: SimulatedCluster, power: boolean, instances: number, { clocks }: Faults) {
    this.#cluster = cluster;
    this.#clocksJump = clocks;
    this.#power = power;
    this.#sent = drawLines(cluster);
    const config: SimulatedStreamsConfig = {
      applicationId: "wordcount",
      commitIntervalMs: cluster.draw(20, 300),
      cacheBytesMax: cluster.draw(0, 1) === 0 ? 0 : 1024 * 1024,
      lingerMs: cluster.draw(0, 100),
      sessionTimeoutMs,
      heartbeatIntervalMs: 1_000,
      // Never: the repartition topic is part of what is checked.
      repartitionPurgeIntervalMs: 2 ** 31 - 1,
    };
    this.#applications = instanceNames
      .slice(0, instances)
      .map((host) => cluster.application(host, wordCount(input, output), config));
  }

  async happen(faults: Faults): Promise<Omit<Outcome, "traceHash" | "remainder">> {
    const { broker, user } = this.#cluster;
    // The slower disk and network, the more is on its way when the broker goes down: records to the disk, answers to their senders.
    broker.host.diskLatencyMs = { min: 0.05, max: this.#cluster.draw(1, 100) };
    broker.host.latencyMs = { min: 0.1, max: this.#cluster.draw(1, 50) };
    if (this.#clocksJump) this.#skewClocks();
    await broker.start();
    await user.createTopics([input, output], 2);
    await Promise.all(this.#applications.map((application) => application.start()));
    const watch = this.#cluster.watch({
      topology: wordCount(input, output),
      applicationId: "wordcount",
      counts: { counts: (value) => Number(value.readBigInt64BE()) },
    });
    await watch.begin();
    await Promise.all([
      this.#send(),
      faults.broker ? this.#breakBroker() : undefined,
      ...(faults.application ? this.#victims().map((application) => this.#breakApplication(application)) : []),
      ...(faults.clocks ? this.#applications.map((application) => this.#setClock(application)) : []),
    ]);
    while ((await user.lag("wordcount", [input, repartitionTopic])) > 0) await this.#cluster.sleep(100);
    for (const application of this.#applications) await application.close();
    const watched = await watch.end();
    const lines = await user.read(input, string, string);
    const words = await user.read(repartitionTopic, string, string);
    const counts = lastCounts(await user.read(output, string, int64));
    const stored = lastCounts(await user.read(changelogTopic, string, int64));
    await user.client.close();
    await broker.close();
    return {
      sent: this.#sent,
      lines,
      words: words.map(({ value }) => value ?? ""),
      counts,
      stored,
      applications: this.#applications,
      linesAtBrokerFault: this.#linesAtBrokerFault,
      uncommittedAtApplicationFault: this.#uncommittedAtApplicationFault,
      moments: this.#moments,
      watched,
    };
  }

  /** Some lines at a time, idempotently, until all are acknowledged. */
  async #send(): Promise<void> {
    const producer = this.#cluster.user.producer({ lingerMs: 5 });
    producer.onAcknowledged = (_topic, _partition, _baseOffset, count) => {
      this.#linesAcknowledged += count;
    };
    const topic = await producer.topic(input);
    for (let at = 0; at < this.#sent.length;) {
      const end = Math.min(this.#sent.length, at + this.#cluster.draw(1, 10));
      for (; at < end; at += 1) topic.append(-1, Number.NaN, null, string, this.#sent[at] ?? null, string, []);
      await this.#cluster.sleep(this.#cluster.draw(0, 80));
    }
    await producer.flush();
    await producer.close();
  }

  async #breakBroker(): Promise<void> {
    const { broker } = this.#cluster;
    const linesBefore = this.#cluster.draw(lineCount * 0.1, lineCount * 0.7);
    await this.#cluster.when(() => this.#linesAcknowledged >= linesBefore);
    await this.#cluster.sleep(this.#cluster.draw(0, 20));
    this.#linesAtBrokerFault = this.#linesAcknowledged;
    if (this.#power) broker.crash();
    else broker.kill();
    await this.#cluster.sleep(this.#cluster.draw(10, 5_000));
    await broker.start();
  }

  /** One, or all. */
  #victims(): readonly SimulatedApplication[] {
    const at = this.#cluster.draw(0, this.#applications.length);
    return at === this.#applications.length ? this.#applications : this.#applications.slice(at, at + 1);
  }

  async #breakApplication(application: SimulatedApplication): Promise<void> {
    const recordsBefore = this.#cluster.draw(recordCount * 0.1, recordCount * 0.7);
    const processed = (): number => this.#applications.reduce((sum, { recordsProcessed }) => sum + recordsProcessed, 0);
    await this.#cluster.when(() => processed() >= recordsBefore);
    await this.#cluster.sleep(this.#cluster.draw(0, 20));
    const fault = instanceFaults[this.#cluster.draw(0, instanceFaults.length - 1)]!;
    await this.#faultOf[fault](application);
  }

  readonly #faultOf: Readonly<Record<InstanceFault, (application: SimulatedApplication) => Promise<void>>> = {
    crash: (application) => this.#end(application, () => application.crash()),
    kill: (application) => this.#end(application, () => application.kill()),
    cutOff: (application) => this.#cutOff(application),
    pause: (application) => this.#pause(application),
  };

  async #end(application: SimulatedApplication, end: () => void): Promise<void> {
    this.#uncommittedAtApplicationFault = (this.#uncommittedAtApplicationFault ?? 0) + application.recordsUncommitted;
    end();
    await this.#cluster.sleep(this.#cluster.draw(10, 10_000));
    await application.start();
  }

  /** Stops for less than a session or for more; in the second case perhaps until another instance has counted on. */
  async #pause(application: SimulatedApplication): Promise<void> {
    const others = this.#applications.filter((other) => other !== application);
    const counted = (): number => others.reduce((sum, { commits }) => sum + commits, 0);
    const uncommitted = application.recordsUncommitted;
    const pauseMs = this.#cluster.draw(10, 3 * sessionTimeoutMs);
    application.pause();
    await this.#cluster.sleep(pauseMs / 2);
    const countedHalfway = counted();
    const setBackMs = this.#clocksJump && this.#cluster.draw(0, 1) === 0 ? this.#cluster.draw(1_000, clockErrorMsMax) : 0;
    if (setBackMs > 0) application.jumpClock(-setBackMs);
    await this.#cluster.sleep(pauseMs / 2);
    const isLong = pauseMs > sessionTimeoutMs;
    this.#moments.add(isLong ? "paused for longer than a session" : "paused for less than a session");
    if (isLong && setBackMs > pauseMs) this.#moments.add("woke with a clock set back over its session");
    if (isLong && uncommitted > 0 && counted() > countedHalfway)
      this.#moments.add("woke with records uncommitted, after another had its tasks");
    application.resume();
  }

  /** Lets each host show a time of its own, faster or slower than the others. */
  #skewClocks(): void {
    const { broker } = this.#cluster;
    for (const { clock } of [broker.host, ...this.#applications.map(({ host }) => host)]) {
      clock.jump(this.#cluster.draw(-clockErrorMsMax, clockErrorMsMax));
      clock.driftPpm = this.#cluster.draw(-1_000, 1_000);
    }
  }

  /** Sets a clock at a moment of the run, ahead or back. */
  async #setClock(application: SimulatedApplication): Promise<void> {
    await this.#cluster.sleep(this.#cluster.draw(0, 5_000));
    const deltaMs = this.#cluster.draw(-clockErrorMsMax, clockErrorMsMax);
    application.jumpClock(deltaMs);
    this.#moments.add(deltaMs < 0 ? "clock set back" : "clock set ahead");
  }

  /**
   * For less than a session or for more: then the group goes on without the instance, if there is another. Perhaps the coordinator moves
   * meanwhile, and the first that the instance hears comes from one that loads the group.
   */
  async #cutOff({ host }: SimulatedApplication): Promise<void> {
    const { simulation, broker } = this.#cluster;
    simulation.partition(host.name, "broker");
    await this.#cluster.sleep(this.#cluster.draw(10, 15_000));
    if (this.#cluster.draw(0, 1) === 0) broker.loadGroups(this.#cluster.draw(100, 3_000));
    simulation.heal(host.name, "broker");
  }
}

function drawLines(cluster: SimulatedCluster): string[] {
  const word = (): string => vocabulary[cluster.draw(0, vocabulary.length - 1)] ?? "";
  return Array.from({ length: lineCount }, (_, i) => `${String(i)}: ${Array.from({ length: wordsPerLine }, word).join(" ")}`);
}

function lastCounts(records: readonly UserRecord<string, number>[]): Map<string, number> {
  return new Map(records.map(({ key, value }) => [key ?? "", value ?? 0]));
}
