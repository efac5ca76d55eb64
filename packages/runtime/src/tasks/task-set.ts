import {
  json,
  RecordCache,
  string,
  Task,
  TaskStores,
  type CommittableOffset,
  type ProcessedCount,
  type SerdeBindings,
  type SettledLookUp,
  type TaskPlan,
} from "@millrace/core";
import type { Fetcher, OffsetToCommit, Producer } from "@millrace/client";
import { yieldTo } from "@millrace/platform";
import { CommitOffsets } from "../commit/commit-offsets.ts";
import { taskHandlers } from "../handlers.ts";
import { limits } from "../limits.ts";
import type { StateManager } from "../state/state-manager.ts";
import { ProducerOutput, topicsWritten, writesAnyTopic } from "../output.ts";
import { patiently } from "../patiently.ts";
import { StartingOffsets } from "./starting-offsets.ts";
import { type CommittedLookup, type RestoredTask, StateUpdater } from "../state/state-updater.ts";
import type { SlowRecords } from "../thread/slow-records.ts";
import type { StreamThreadParts } from "../thread/stream-thread-parts.ts";
import { Feeder } from "./feeder.ts";
import { LiveTask } from "./live-task.ts";
import { bindTask } from "./task-serdes.ts";
import { TaskRegistry } from "./task-registry.ts";

/**
 * The tasks of a stream thread, from their assignment to their end.
 *
 * ```
 * add ─▶ bindTask ─▶ StateUpdater: restoring ─ open ─▶ Feeder: fetched records ─▶ Task ─ flush ─▶ CommitOffsets
 *                  TaskRegistry: which there are, and their states                      end, drop
 * ```
 */
export class TaskSet {
  readonly registry: TaskRegistry;
  readonly feeder: Feeder;
  readonly offsets: CommitOffsets;
  readonly #parts: StreamThreadParts;
  readonly #fetcher: Fetcher;
  #output: ProducerOutput;
  readonly #cache: RecordCache;
  readonly #manager: StateManager;
  readonly #updater: StateUpdater;
  readonly #wake: () => void;
  #failure: { readonly error: unknown } | null = null;

  /** @param wake called when there may be work again */
  constructor(parts: StreamThreadParts, producer: Producer, fetcher: Fetcher, manager: StateManager, wake: () => void) {
    this.#parts = parts;
    this.#manager = manager;
    this.#fetcher = fetcher;
    this.#output = new ProducerOutput(producer);
    this.#cache = new RecordCache(parts.config.cacheBytesMax);
    this.#wake = wake;
    const starting = new StartingOffsets(parts);
    this.registry = new TaskRegistry(parts.resolved.tasks);
    this.feeder = new Feeder(parts, fetcher, starting, wake);
    this.offsets = new CommitOffsets(parts);
    this.#updater = new StateUpdater(parts, starting, manager, wake);
  }

  /** Ids of all tasks, also of those that do not run yet. */
  owned(): string[] {
    return this.registry.owned();
  }

  /** An offset that a commit may repeat without an effect; none where nothing was committed yet, null without tasks. */
  repeatableCommit(): OffsetToCommit[] | null {
    return this.registry.count === 0 ? null : this.offsets.repeatable();
  }

  get recordsRestored(): number {
    return this.#updater.recordsRestored;
  }

  get recordsToRestore(): number {
    return this.#updater.recordsToRestore;
  }

  /** Records that reached each node since the start, in the order of the topology. */
  processed(): readonly ProcessedCount[] {
    return this.registry.processed(this.#parts.plan.topology.nodes);
  }

  /** Records behind the end of the log as last fetched; null until every input was fetched once. */
  recordsLag(): number | null {
    const { running, restoringCount } = this.registry;
    return running.length === 0 || restoringCount > 0 ? null : this.feeder.recordsLag();
  }

  /** Looks up the topics that tasks write to, for `add`. @param isOver see `patiently` */
  prepareOutput(isOver: () => boolean): Promise<void> {
    return patiently(this.#parts, "looking up topics to write to", () => this.#prepareOutput(), isOver);
  }

  /** Names of the topics that were written to, also of those that records named. */
  topicsUsed(): Iterable<string> {
    return this.#output.used();
  }

  /**
   * Makes the tasks that are new in an assignment. They run as soon as their serdes are bound and their stores are restored, which
   * `open` sees to.
   */
  add(assigned: readonly string[], committed: CommittedLookup): void {
    const bound: LiveTask[] = [];
    for (const plan of this.registry.newIn(assigned)) {
      const live = new LiveTask(plan);
      const bindings = bindTask(this.#parts, live, { ...this.#common(plan), specs: plan.subtopology.stores });
      this.registry.add(live);
      if (bindings instanceof Promise) this.#addLater(live, bindings, committed);
      else {
        this.#make(live, bindings);
        bound.push(live);
      }
    }
    if (bound.length > 0) this.#updater.open(bound, committed);
  }

  /**
   * Continues to prepare new tasks, until `endMs`. Returns true if there was work.
   *
   * @throws the error of a task whose serdes could not be bound, or whose stores could not be restored
   */
  open(endMs: number): boolean {
    if (this.#failure !== null) throw this.#failure.error;
    const opened = this.#updater.step(endMs);
    if (opened !== null && opened.length > 0) {
      for (const task of opened) this.#start(task);
      this.registry.run(opened.map(({ live }) => live));
    }
    return opened !== null;
  }

  get isRestoring(): boolean {
    return this.#updater.isRestoring;
  }

  /** Resolves when `open` has something to do. Only while restoring. */
  whenRestorable(): Promise<void> {
    return this.#updater.whenData();
  }

  /**
   * Flushes the caches of all tasks, downstream tasks' after those that feed them, and returns the offsets to commit. Now and then
   * sockets and timers get a turn; nothing may be processed meanwhile.
   *
   * @param beat tells the group that this instance lives, after a part that took long
   */
  async flush(slow: SlowRecords, beat: () => Promise<void>): Promise<CommittableOffset[]> {
    const { clock, timers } = this.#parts.platform;
    let beganMs = clock.nowMs();
    let endMs = beganMs + limits.sliceMsMax;
    for (const task of this.registry.running) {
      for (const _ of task.flushInParts(() => slow.entries.steps)) {
        const nowMs = clock.nowMs();
        const isLong = slow.flushed(nowMs - beganMs, nowMs);
        beganMs = nowMs;
        if (nowMs < endMs) continue;
        await (isLong ? beat() : yieldTo(timers));
        beganMs = clock.nowMs();
        endMs = beganMs + limits.sliceMsMax;
      }
    }
    return this.registry.running.flatMap((task) => task.committable());
  }

  /** Tasks that are made from now on write through another producer. */
  useProducer(producer: Producer): void {
    this.#output = new ProducerOutput(producer);
  }

  /** Closes tasks: what they have to commit should be committed. */
  end(ids: readonly string[]): void {
    for (const id of ids) this.#end(this.registry.get(id));
  }

  /** Closes all tasks without a commit. */
  drop(): void {
    this.end(this.owned());
  }

  async close(): Promise<void> {
    this.drop();
    await this.#updater.close();
  }

  async #prepareOutput(): Promise<void> {
    const { plan, client } = this.#parts;
    await this.#output.prepare(topicsWritten(plan));
    if (!writesAnyTopic(plan)) return;
    const known = await client.admin.listTopics();
    await this.#output.prepare(known.filter(({ internal }) => !internal).map(({ name }) => name));
  }

  #start({ live, starting, replays }: RestoredTask): void {
    this.#manager.start(live.task, replays);
    const committed = starting.filter(({ isCommitted }) => isCommitted);
    this.offsets.open(
      live.task,
      live.plan,
      committed.map(({ topic, partition, offset, metadata }) => ({ topic, partition, offset, metadata })),
    );
    this.feeder.open(live, starting);
    live.task.init();
  }

  /** Makes a task when its serdes are bound. Other tasks run meanwhile. */
  #addLater(live: LiveTask, binding: Promise<SerdeBindings | null>, committed: CommittedLookup): void {
    binding
      .then((bindings) => {
        if (bindings === null || live.state === "closed") return;
        this.#make(live, bindings);
        this.#updater.open([live], committed);
      })
      .catch((error: unknown) => {
        if (live.state !== "closed") this.#failure ??= { error };
      })
      .finally(this.#wake);
  }

  /** Options that binding, stores and task of a plan have in common. */
  #common({ partition, subtopology }: TaskPlan) {
    const { config, plan: whole } = this.#parts;
    return {
      applicationId: config.applicationId,
      partition,
      nodes: subtopology.nodes,
      defaults: { key: config.defaultKeySerde ?? string, value: config.defaultValueSerde ?? json() },
      repartitionTopics: whole.topology.repartitionTopics.map(({ name }) => name),
      output: this.#output,
    };
  }

  #make(live: LiveTask, bindings: SerdeBindings): void {
    const { config, engine } = this.#parts;
    const { plan } = live;
    const common = { ...this.#common(plan), bindings };
    const stores = new TaskStores({
      ...common,
      taskId: plan.id,
      specs: plan.subtopology.stores,
      engine,
      cache: this.#cache,
      writeBudget: this.#manager.budget,
    });
    const task = new Task({
      ...common,
      id: plan.id,
      sourceTopics: plan.sourceTopics,
      stores,
      timestampExtractor: config.defaultTimestampExtractor,
      nowMs: () => this.#parts.platform.clock.nowMs(),
      handlers: taskHandlers(config),
      checkCrcs: config.consumer.checkCrcs,
      processingErrorsScope: config.processingErrorsScope,
      onDropped: (drop) => this.#parts.events.onDropped(drop),
      maxTaskIdleMs: config.maxTaskIdleMs,
      lookUpTimeoutMs: config.taskTimeoutMs,
      onLookUp: (lookUp) => this.#lookedUp(lookUp),
      lag: (topic, partition) => this.#fetcher.lag(topic, partition),
    });
    live.made(stores, task);
  }

  /** A record may be ready that waited for its serde. */
  #lookedUp({ record, waiting, failure }: SettledLookUp): void {
    const { topic, partition, offset } = record;
    if (failure !== null)
      this.#parts.config.log(
        "warn",
        `waiting for serde "${waiting.serde}", whose look-up for offset ${String(offset)} of "${String(topic)}"-${String(partition)} failed`,
        { cause: failure },
      );
    this.#wake();
  }

  #end(live: LiveTask): void {
    this.registry.remove(live);
    if (!live.isMade) return;
    this.#updater.remove(live);
    this.feeder.close(live);
    this.offsets.close(live.plan);
    this.#manager.end(live.task);
    try {
      live.task.close();
    } catch (error) {
      // The task is gone in any case, with whatever its processors did not finish.
      this.#parts.config.log("error", `task ${live.plan.id} closed, but a processor of it failed in close()`, { cause: error });
    }
    live.stores.close();
  }
}
