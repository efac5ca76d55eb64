import { type CommittedOffset, FetchError, type TopicPartition } from "@millrace/client";
import { ChangelogReader } from "./changelog-reader.ts";
import { readFailure } from "../deletion-watch.ts";
import type { StateManager } from "./state-manager.ts";
import { patiently } from "../patiently.ts";
import { openReplays, reopenReplay, type Replay, type Restoration, type RestoreEvent } from "./replay.ts";
import type { StartingOffset, StartingOffsets } from "../tasks/starting-offsets.ts";
import type { LiveTask } from "../tasks/live-task.ts";
import type { StreamThreadParts } from "../thread/stream-thread-parts.ts";

/** Asks for the group's offsets. */
export type CommittedLookup = (partitions: readonly TopicPartition[]) => Promise<readonly CommittedOffset[]>;

/** Task that does not run yet. */
interface Opening {
  readonly live: LiveTask;
  readonly starting: readonly StartingOffset[];
  readonly replays: readonly Replay[];
}

/** A task that has everything it needs. */
export type RestoredTask = Opening;

/**
 * Gets new tasks ready while others run: asks where they begin, and restores their stores.
 *
 * @see org.apache.kafka.streams.processor.internals.DefaultStateUpdater, which has a thread for that
 */
export class StateUpdater {
  readonly #parts: StreamThreadParts;
  readonly #starting: StartingOffsets;
  readonly #manager: StateManager;
  readonly #wake: () => void;
  readonly #restore: ChangelogReader;
  readonly #openings = new Map<LiveTask, Opening>();
  /**
   * Tasks are opened one after the other: if a task is closed meanwhile, the emptying of its stores must end before the task is
   * opened again.
   */
  #turn: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | null = null;

  constructor(parts: StreamThreadParts, starting: StartingOffsets, manager: StateManager, wake: () => void) {
    this.#parts = parts;
    this.#manager = manager;
    this.#starting = starting;
    this.#wake = wake;
    const listener = (event: RestoreEvent): void => parts.events.onRestore(event);
    this.#restore = new ChangelogReader(parts, listener, (replay) => this.#reopen(replay));
  }

  /** True while `step` waits for data of changelogs. */
  get isRestoring(): boolean {
    return this.#restore.isActive;
  }

  /** Count since the start. */
  get recordsRestored(): number {
    return this.#restore.recordsRestored;
  }

  get recordsToRestore(): number {
    return this.#restore.recordsToRestore;
  }

  /** Begins with tasks that were just made. `step` throws the errors. */
  open(tasks: readonly LiveTask[], committed: CommittedLookup): void {
    this.#enqueue(tasks, () => this.#open(tasks, committed));
  }

  /** Gives up a task. */
  remove(live: LiveTask): void {
    for (const replay of this.#openings.get(live)?.replays ?? []) this.#restore.remove(replay);
    this.#openings.delete(live);
  }

  /** Restores until `endMs`. Returns the tasks that are complete, and null when there was nothing to do. */
  step(endMs: number): readonly RestoredTask[] | null {
    if (this.#failure !== null) throw this.#failure.error;
    if (this.#openings.size === 0) return null;
    const worked = this.#restored(endMs);
    const opened = [...this.#openings.values()].filter(({ replays }) => replays.every(({ isComplete }) => isComplete));
    for (const { live } of opened) this.#openings.delete(live);
    return worked || opened.length > 0 ? opened : null;
  }

  #restored(endMs: number): boolean {
    try {
      return this.#restore.step(endMs);
    } catch (error) {
      throw error instanceof FetchError ? readFailure(error, this.#parts.plan) : error;
    }
  }

  /** Resolves when changelogs have something for `step`. */
  whenData(): Promise<void> {
    return this.#restore.whenData();
  }

  close(): Promise<void> {
    return this.#restore.close();
  }

  #reopen(replay: Replay): void {
    const opening = [...this.#openings.values()].find(({ replays }) => replays.includes(replay));
    if (opening === undefined) return;
    const { live } = opening;
    this.#enqueue([live], async () => {
      if (live.state === "closed") return;
      await reopenReplay(this.#parts.client, this.#manager, replay);
      this.#restore.restart(replay);
    });
  }

  #enqueue(tasks: readonly LiveTask[], work: () => Promise<void>): void {
    const areOver = (): boolean => tasks.every(({ state }) => state === "closed");
    this.#turn = this.#turn
      .then(() => patiently(this.#parts, "looking up where new tasks begin", work, areOver))
      .catch((error: unknown) => {
        if (!areOver()) this.#failure ??= { error };
      })
      .finally(this.#wake);
  }

  async #open(all: readonly LiveTask[], committed: CommittedLookup): Promise<void> {
    const tasks = all.filter(({ state }) => state !== "closed");
    const inputs = tasks.flatMap(({ plan }) => plan.sourceTopics.map((topic) => ({ topic, partition: plan.partition })));
    const offsets = await committed(inputs);
    const starting = await this.#starting.of(offsets);
    const asProcessed = this.#parts.config.restoreFromSource === "asProcessed";
    const restorations = tasks.map((live) => restorationsOf(live, offsets, asProcessed));
    const replays = await openReplays(this.#parts.client, this.#manager, restorations.flat());
    let at = 0;
    for (const [index, live] of tasks.entries()) {
      const own = replays.slice(at, (at += restorations[index]?.length ?? 0));
      if (live.state === "closed") continue;
      const { partition, sourceTopics } = live.plan;
      const its = starting.filter((offset) => offset.partition === partition && sourceTopics.includes(offset.topic));
      this.#openings.set(live, { live, starting: its, replays: own });
      for (const replay of own) this.#restore.add(replay);
    }
  }
}

/**
 * Restorations of a task from its changelogs, or from source topics that serve as changelogs. Records of such a source topic
 * behind the committed offset are read by the task itself, which also sends them on; without a committed offset these are all
 * records. A task whose partition the topic lacks has nothing to restore.
 */
function restorationsOf(
  { plan, stores, task }: LiveTask,
  committed: readonly CommittedOffset[],
  asProcessed: boolean,
): Restoration[] {
  const { partition } = plan;
  return stores.names.flatMap((name): Restoration[] => {
    const store = stores.get(name);
    const changelog = plan.subtopology.changelogTopics.find((topic) => topic.store === store.spec.name);
    if (changelog !== undefined) return [{ topic: changelog.name, partition, store }];
    const source = store.spec.sourceTopicAsChangelog;
    if (source === null || !plan.sourceTopics.includes(source)) return [];
    const offset = committed.find((each) => each.topic === source && each.partition === partition)?.offset ?? 0;
    const from = { topic: source, partition, store, endOffsetMax: offset };
    return [asProcessed ? { ...from, processed: task.processedRecords(source, partition) } : from];
  });
}
