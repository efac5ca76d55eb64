import { ClosedError, type Client, type CommittedOffset, type Fetcher, type TopicPartition } from "@millrace/client";
import { type Engine, plan, type Subtopology, type TaskStore, type Topology } from "@millrace/core";
import { sleep, type Timers } from "@millrace/platform";
import { InvariantViolatedError } from "./errors.ts";
import { FollowedChangelog, type FollowedStore, openFollowed } from "./followed-changelog.ts";
import type { SimulatedApplication } from "./simulated-application.ts";

/** Options of `SimulatedCluster.watch`. */
export interface StateWatchOptions {
  /** Topology of the application. */
  readonly topology: Topology;
  /** Id of the application, which names its group and its changelogs. */
  readonly applicationId: string;
  /** By store: reads a count from a value of the changelog. A count that becomes less is a violation. Default: none. */
  readonly counts?: Readonly<Record<string, (value: Buffer) => number>>;
}

/** Numbers of what a watch compared. */
export interface StateWatchFigures {
  /** Answers with committed offsets that were compared with the one before. */
  readonly offsets: number;
  /** Writes to disks after which a store was compared with its changelog. */
  readonly stores: number;
  /** Counts in changelogs that were compared with the one before of their key. */
  readonly counts: number;
}

/** Longest virtual time between two looks at the committed offsets. A commit is followed by a look at once. */
const lookMs = 250;

/**
 * Follows the state of an application while a run goes on, from a host of its own:
 *
 * - committed offsets never go back;
 * - after each write to a disk that moves a checkpoint, the store there holds what its changelog says before the checkpoint;
 * - a count in a changelog never becomes less.
 *
 * The first violation ends the run, with the virtual time, the instance and the values.
 */
export class StateWatch {
  readonly #options: StateWatchOptions;
  readonly #client: Client;
  readonly #timers: Timers;
  readonly #elapsedMs: () => number;
  readonly #applications: readonly SimulatedApplication[];
  readonly #stores = new Map<string, Subtopology>();
  readonly #changelogs = new Map<string, FollowedChangelog>();
  readonly #open = new Map<string, { readonly engine: Engine; readonly store: TaskStore }>();
  readonly #committed = new Map<string, number>();
  readonly #lastCounts = new Map<string, number>();
  readonly #loops: Promise<void>[] = [];
  readonly #fetcher: Fetcher;
  #commits = 0;
  #wake: () => void = () => undefined;
  #ended = false;
  #violation: Error | null = null;
  #offsetsCompared = 0;
  #countsCompared = 0;

  constructor(
    options: StateWatchOptions,
    client: Client,
    timers: Timers,
    elapsedMs: () => number,
    applications: readonly SimulatedApplication[],
  ) {
    this.#options = options;
    this.#client = client;
    this.#timers = timers;
    this.#elapsedMs = elapsedMs;
    this.#applications = applications;
    this.#fetcher = client.fetcher();
  }

  /** Begins to follow the changelogs and offsets, which must exist: after an instance has started. */
  async begin(): Promise<void> {
    const { topology, applicationId } = this.#options;
    const planned = plan(topology, applicationId);
    for (const subtopology of planned.subtopologies)
      for (const spec of subtopology.stores)
        if (spec.logging && spec.sourceTopicAsChangelog === null) this.#stores.set(spec.name, subtopology);
    const described = await this.#client.admin.describeTopics([...planned.changelogTopics.keys(), ...planned.sourceTopics]);
    const inputs: TopicPartition[] = [];
    for (const { name, partitions } of described)
      for (const { partition } of partitions)
        if (planned.changelogTopics.has(name)) this.#fetcher.assign(name, partition, 0);
        else inputs.push({ topic: name, partition });
    this.#loops.push(this.#followChangelogs(), this.#followOffsets(inputs));
  }

  /** Ends it, when everything that was written has been compared. Call it while the broker is up. */
  async end(): Promise<StateWatchFigures> {
    while ([...this.#changelogs.values()].some(({ pending }) => pending > 0)) await sleep(this.#timers, lookMs);
    this.#ended = true;
    this.#wake();
    await this.#fetcher.close();
    await this.#client.close();
    await Promise.all(this.#loops);
    const stores = [...this.#changelogs.values()].reduce((sum, { judged }) => sum + judged, 0);
    return { offsets: this.#offsetsCompared, stores, counts: this.#countsCompared };
  }

  /** For the cluster, after each event. @throws {InvariantViolatedError} */
  observe(): void {
    if (this.#violation !== null) throw this.#violation;
    if (this.#ended) return;
    let commits = 0;
    for (const application of this.#applications) {
      commits += application.commits;
      if (application.stores.hasMoved) this.#look(application);
    }
    if (commits === this.#commits) return;
    this.#commits = commits;
    this.#wake();
  }

  /** Compares the stores whose checkpoint has moved on an instance's disk. */
  #look({ host, stores }: SimulatedApplication): void {
    for (const { directory, store, partition } of stores.takeMoved()) {
      const subtopology = this.#stores.get(store);
      if (subtopology === undefined) continue;
      const followed = { applicationId: this.#options.applicationId, subtopology, store, partition };
      const opened = this.#opened(`${host.name} ${directory} ${store} ${String(partition)}`, followed, stores.view(directory));
      const checkpoint = opened.checkpoint();
      if (checkpoint === null) continue;
      const snapshot = { host: host.name, atMs: this.#elapsedMs(), checkpoint: checkpoint.offset, entries: opened.entries() };
      const flaw = this.#changelog(followed).judge(snapshot);
      if (flaw !== null) throw this.#storeViolation(followed, snapshot, flaw);
    }
  }

  #opened(name: string, followed: FollowedStore, engine: Engine): TaskStore {
    const known = this.#open.get(name);
    if (known?.engine === engine) return known.store;
    const store = openFollowed(followed, engine);
    this.#open.set(name, { engine, store });
    return store;
  }

  #changelog(followed: FollowedStore): FollowedChangelog {
    const { store, partition } = followed;
    const name = `${store} ${String(partition)}`;
    let changelog = this.#changelogs.get(name);
    if (changelog === undefined) {
      changelog = new FollowedChangelog(followed, (key, value, offset) => this.#count(followed, key, value, offset));
      this.#changelogs.set(name, changelog);
    }
    return changelog;
  }

  #count({ store, partition }: FollowedStore, key: Buffer, value: Buffer | null, offset: number): void {
    const read = this.#options.counts?.[store];
    if (read === undefined || value === null) return;
    const name = `${store} ${String(partition)} ${key.toString("hex")}`;
    const [before, count] = [this.#lastCounts.get(name) ?? 0, read(value)];
    this.#countsCompared += 1;
    this.#lastCounts.set(name, count);
    if (count < before)
      throw new InvariantViolatedError(
        this.#elapsedMs(),
        `the count of key "${key.toString()}" in the changelog of store "${store}", partition ${String(partition)}, goes back from ` +
          `${String(before)} to ${String(count)} at offset ${String(offset)}`,
      );
  }

  #storeViolation(
    { store, partition }: FollowedStore,
    { host, atMs, checkpoint }: { readonly host: string; readonly atMs: number; readonly checkpoint: number },
    flaw: string,
  ): Error {
    const where = `store "${store}", partition ${String(partition)}, on host "${host}"`;
    return new InvariantViolatedError(
      atMs,
      `${where} is not what its changelog says before offset ${String(checkpoint)}: ${flaw}`,
    );
  }

  /** Lets a loop run until the end. Whatever it throws ends the run. */
  async #guard(loop: () => Promise<void>): Promise<void> {
    try {
      await loop();
    } catch (error) {
      if (!(this.#ended && error instanceof ClosedError)) this.#violation ??= error as Error;
    }
  }

  #followChangelogs(): Promise<void> {
    return this.#guard(async () => {
      const names = new Map(
        [...this.#stores].map(([store, subtopology]) => [
          `${this.#options.applicationId}-${store}-changelog`,
          { store, subtopology },
        ]),
      );
      while (!this.#ended) {
        const fetched = this.#fetcher.take();
        if (fetched === null) {
          await this.#fetcher.whenData();
          continue;
        }
        if (fetched.error !== null) throw fetched.error;
        const followed = {
          applicationId: this.#options.applicationId,
          partition: fetched.partition,
          ...names.get(fetched.topic)!,
        };
        const wrong = this.#changelog(followed).add(Buffer.from(fetched.buffer), fetched.nextOffset);
        if (wrong !== null) throw this.#storeViolation(followed, wrong.snapshot, wrong.flaw);
      }
    });
  }

  #followOffsets(inputs: readonly TopicPartition[]): Promise<void> {
    return this.#guard(async () => {
      await using group = this.#client.group({
        groupId: this.#options.applicationId,
        protocols: () => [],
        assign: () => new Map(),
        onAssigned: () => undefined,
        onRebalance: () => Promise.resolve(),
        onLost: () => undefined,
      });
      while (!this.#ended) {
        for (const committed of await group.committed(inputs)) this.#compare(committed);
        await new Promise<void>((resolve) => {
          const timer = this.#timers.after(lookMs, resolve);
          this.#wake = () => {
            timer.cancel();
            resolve();
          };
        });
      }
    });
  }

  #compare({ topic, partition, offset }: CommittedOffset): void {
    const name = `${topic} ${String(partition)}`;
    const before = this.#committed.get(name) ?? -1;
    this.#offsetsCompared += 1;
    if ((offset ?? -1) < before)
      throw new InvariantViolatedError(
        this.#elapsedMs(),
        `the committed offset of topic "${topic}", partition ${String(partition)}, goes back from ${String(before)} to ${String(offset)}`,
      );
    this.#committed.set(name, offset ?? -1);
  }
}
