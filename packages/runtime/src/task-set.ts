import type { FetchedPartition, Fetcher, OffsetToCommit, Producer, RecordsToDelete, TopicPartition } from "@millrace/client";
import {
  DropTally,
  json,
  RecordCache,
  string,
  Task,
  TaskStores,
  type CommittableOffset,
  type DropCount,
  type ProcessedCount,
  type SettledLookUp,
  type TaskPlan,
} from "@millrace/core";
import { yieldTo } from "@millrace/platform";
import { taskHandlers } from "./handlers.ts";
import { readFailure } from "./deletion-watch.ts";
import { limits } from "./limits.ts";
import type { LocalState } from "./local-state.ts";
import type { SlowRecords } from "./thread/slow-records.ts";
import { ProducerOutput, topicsWritten, writesAnyTopic } from "./output.ts";
import { patiently } from "./patiently.ts";
import { StartingOffsets } from "./starting-offsets.ts";
import type { StreamThreadParts } from "./thread/stream-thread-parts.ts";
import { type CommittedLookup, type LiveTask, type OpenedTask, TaskOpener } from "./task-opener.ts";

/** An input partition of a task. */
interface Input {
  readonly live: LiveTask;
  readonly topic: string;
  readonly partition: number;
  paused: boolean;
}

/** The tasks of a stream thread: makes them, feeds them, gathers their offsets to commit. */
export class TaskSet {
  /** Running tasks in the order of their ids; the loop iterates over them. */
  running: readonly Task[] = [];
  readonly #parts: StreamThreadParts;
  readonly #fetcher: Fetcher;
  #output: ProducerOutput;
  readonly #cache: RecordCache;
  readonly #local: LocalState;
  readonly #starting: StartingOffsets;
  readonly #opener: TaskOpener;
  readonly #wake: () => void;
  readonly #live = new Map<string, LiveTask>();
  readonly #inputs = new Map<string, (Input | undefined)[]>();
  /** Committed offsets of repartition topics since the last purge. */
  readonly #purgeable = new Map<string, RecordsToDelete>();
  /** Offset to commit for each input partition of a running task: everything before it is processed and acknowledged. */
  readonly #committable = new Map<string, OffsetToCommit>();
  /** Drops of closed tasks. */
  readonly #droppedBefore = new DropTally();
  /** Records that reached the nodes of tasks that are gone, by node. */
  readonly #processedBefore = new Map<string, number>();

  /** @param wake called when there may be work again */
  constructor(parts: StreamThreadParts, producer: Producer, fetcher: Fetcher, local: LocalState, wake: () => void) {
    this.#parts = parts;
    this.#local = local;
    this.#fetcher = fetcher;
    this.#output = new ProducerOutput(producer);
    this.#cache = new RecordCache(parts.config.cacheBytesMax);
    this.#starting = new StartingOffsets(parts);
    this.#wake = wake;
    this.#opener = new TaskOpener(parts, this.#starting, local, wake);
  }

  get count(): number {
    return this.#live.size;
  }

  /** Ids of all tasks, also of those that do not run yet. */
  owned(): string[] {
    return [...this.#live.keys()];
  }

  get restoringCount(): number {
    return this.#live.size - this.running.length;
  }

  get recordsRestored(): number {
    return this.#opener.recordsRestored;
  }

  get recordsToRestore(): number {
    return this.#opener.recordsToRestore;
  }

  /** Ids of the tasks that an assignment of these tasks takes away. */
  goneIn(assigned: readonly string[]): string[] {
    const ids = new Set(assigned);
    return this.owned().filter((id) => !ids.has(id));
  }

  /** True if an assignment of these tasks has one that is to be made. */
  hasNewIn(assigned: readonly string[]): boolean {
    return assigned.some((id) => !this.#live.has(id));
  }

  /** Closes tasks: what they have to commit should be committed. */
  end(ids: readonly string[]): void {
    for (const id of ids) this.#end(this.#live.get(id)!);
    this.#ready();
  }

  /** Looks up the topics that tasks write to, for `add`. @param isOver see `patiently` */
  prepareOutput(isOver: () => boolean): Promise<void> {
    return patiently(this.#parts, "looking up topics to write to", () => this.#prepareOutput(), isOver);
  }

  /** Names of the topics that were written to, also of those that records named. */
  topicsUsed(): Iterable<string> {
    return this.#output.used();
  }

  /** Makes the tasks that are new in an assignment. They run as soon as their stores are restored, which `open` sees to. */
  add(assigned: readonly string[], committed: CommittedLookup): void {
    const ids = new Set(assigned);
    const plans = this.#parts.resolved.tasks.filter(({ id }) => ids.has(id) && !this.#live.has(id));
    const added = plans.map((plan) => this.#make(plan));
    for (const live of added) this.#live.set(live.plan.id, live);
    this.#opener.open(added, committed);
  }

  /** Continues to prepare new tasks, until `endMs`. Returns true if there was work. */
  open(endMs: number): boolean {
    const opened = this.#opener.step(endMs);
    if (opened !== null && opened.length > 0) {
      for (const task of opened) this.#start(task);
      this.#ready();
    }
    return opened !== null;
  }

  get isRestoring(): boolean {
    return this.#opener.isRestoring;
  }

  /** Resolves when `open` has something to do. Only while restoring. */
  whenRestorable(): Promise<void> {
    return this.#opener.whenData();
  }

  /**
   * Hands fetched records to the tasks. Returns true if there were any. Only a lost position makes it wait; after the end of the task
   * that has no effect.
   */
  feed(): Promise<boolean> | boolean {
    let fed = false;
    for (let fetched = this.#fetcher.take(); fetched !== null; fetched = this.#fetcher.take()) {
      const input = this.#inputs.get(fetched.topic)?.[fetched.partition];
      if (input === undefined) continue;
      if (fetched.error !== null) {
        if (fetched.error.code !== "CLIENT_OFFSET_OUT_OF_RANGE") throw readFailure(fetched.error, this.#parts.plan);
        return this.#reset(input);
      }
      fed = true;
      this.#add(input, fetched);
    }
    return fed;
  }

  /** Time for which the loop may sleep: until the next schedule of a task is due, at least 1 ms and at most `pollMs`. */
  idleMs(nowMs: number): number {
    let idleMs: number = limits.pollMs;
    for (const task of this.running) idleMs = Math.min(idleMs, task.punctuationDueMs - nowMs);
    return Math.max(1, idleMs);
  }

  /** Runs the schedules of all tasks that are due. Returns true if one ran. */
  punctuate(nowMs: number): boolean {
    let punctuated = false;
    for (const task of this.running) if (task.punctuationDueMs <= nowMs) punctuated = task.punctuate(nowMs) || punctuated;
    return punctuated;
  }

  /** True if a processor has asked for a commit. */
  get commitRequested(): boolean {
    return this.running.some((task) => task.commitRequested);
  }

  /** Resumes fetching for inputs whose buffers have drained. */
  resume(): void {
    for (const inputs of this.#inputs.values()) {
      for (const input of inputs) {
        if (input === undefined || !input.paused) continue;
        if (input.live.task.bufferedRecords(input.topic, input.partition) > this.#parts.config.bufferedRecordsPerPartition / 2)
          continue;
        input.paused = false;
        this.#fetcher.resume(input.topic, input.partition);
      }
    }
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
    for (const task of this.running) {
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
    return this.running.flatMap((task) => task.committable());
  }

  /** Everything before these offsets is acknowledged; they are about to be committed. */
  committing(offsets: readonly CommittableOffset[]): void {
    for (const offset of offsets) this.#committable.set(key(offset), offset);
  }

  /** An offset that a commit may repeat without an effect; none where nothing was committed yet, null without tasks. */
  repeatableCommit(): OffsetToCommit[] | null {
    return this.#live.size === 0 ? null : [...this.#committable.values()].slice(0, 1);
  }

  committed(offsets: readonly CommittableOffset[]): void {
    for (const { task, plan } of this.#live.values()) {
      task.committed(offsets.filter(({ topic, partition }) => partition === plan.partition && plan.sourceTopics.includes(topic)));
    }
    for (const { topic, partition, offset } of offsets) {
      if (this.#parts.plan.repartitionTopics.has(topic))
        this.#purgeable.set(key({ topic, partition }), { topic, partition, beforeOffset: offset });
    }
  }

  /**
   * Repartition topics are the application's own: records that their reader has committed may be deleted. A failure only costs
   * space.
   */
  purgeRepartitionTopics(): void {
    if (this.#purgeable.size === 0) return;
    const records = [...this.#purgeable.values()];
    this.#purgeable.clear();
    this.#parts.client.admin.deleteRecords(records).catch((error: unknown) => {
      this.#parts.config.log("debug", "keeping processed repartition records, since deleting them failed", { cause: error });
    });
  }

  /** Records that reached each node since the start, in the order of the topology. */
  processed(): readonly ProcessedCount[] {
    const sums = new Map(this.#processedBefore);
    for (const { task } of this.#live.values()) addProcessed(sums, task.metrics.processedRecords());
    return this.#parts.plan.topology.nodes.flatMap(({ name }) => {
      const count = sums.get(name);
      return count === undefined ? [] : [{ nodeName: name, count }];
    });
  }

  /** Records that were dropped since the start, by node and reason. */
  drops(): readonly DropCount[] {
    const sum = new DropTally();
    const before = this.#droppedBefore.counts();
    const counts = [before, ...[...this.#live.values()].map(({ task }) => task.drops())].flat();
    for (const { nodeName, reason, count } of counts) sum.add(nodeName, reason, count);
    return sum.counts();
  }

  recordsBuffered(): number {
    return this.#allInputs().reduce((sum, { live, topic, partition }) => sum + live.task.bufferedRecords(topic, partition), 0);
  }

  /** Records behind the end of the log as last fetched; null until every input was fetched once. */
  recordsLag(): number | null {
    let sum = 0;
    for (const { live, topic, partition } of this.#allInputs()) {
      const lag = this.#fetcher.lag(topic, partition);
      if (lag === null) return null;
      sum += lag + live.task.bufferedRecords(topic, partition);
    }
    return this.running.length === 0 || this.restoringCount > 0 ? null : sum;
  }

  /** Tasks that are made from now on write through another producer. */
  useProducer(producer: Producer): void {
    this.#output = new ProducerOutput(producer);
  }

  /** Closes all tasks without a commit. */
  drop(): void {
    for (const live of this.#live.values()) this.#end(live);
    this.#ready();
  }

  async close(): Promise<void> {
    this.drop();
    await this.#opener.close();
  }

  async #prepareOutput(): Promise<void> {
    const { plan, client } = this.#parts;
    await this.#output.prepare(topicsWritten(plan));
    if (!writesAnyTopic(plan)) return;
    const known = await client.admin.listTopics();
    await this.#output.prepare(known.filter(({ internal }) => !internal).map(({ name }) => name));
  }

  #start({ live, starting, replays }: OpenedTask): void {
    this.#local.start(live.task, replays);
    for (const { topic, partition, offset, metadata, isCommitted } of starting) {
      if (isCommitted) this.#committable.set(key({ topic, partition }), { topic, partition, offset, metadata });
      live.task.start(topic, partition, offset, metadata);
      const inputs = this.#inputs.get(topic) ?? [];
      inputs[partition] = { live, topic, partition, paused: false };
      this.#inputs.set(topic, inputs);
      this.#fetcher.assign(topic, partition, offset);
    }
    live.task.init();
    live.state = "running";
  }

  #allInputs(): Input[] {
    return [...this.#inputs.values()].flatMap((inputs) => inputs.filter((input) => input !== undefined));
  }

  #add(input: Input, { buffer, recordCount, nextOffset }: FetchedPartition): void {
    const { live, topic, partition } = input;
    live.task.addBatches(topic, partition, buffer, recordCount, nextOffset);
    if (!input.paused && live.task.bufferedRecords(topic, partition) > this.#parts.config.bufferedRecordsPerPartition) {
      input.paused = true;
      this.#fetcher.pause(topic, partition);
    }
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

  async #reset(input: Input): Promise<boolean> {
    const { live, topic, partition } = input;
    this.#parts.config.log(
      "warn",
      `applying the reset policy to "${topic}"-${String(partition)}: its position is gone from the log`,
    );
    const isOver = (): boolean => live.state !== "running";
    const where = `looking up where to go on in "${topic}"-${String(partition)}`;
    const found = await patiently(this.#parts, where, () => this.#starting.reset([{ topic, partition }]), isOver);
    if (isOver()) return false;
    for (const { offset } of found) {
      live.task.start(topic, partition, offset, null);
      this.#fetcher.seek(topic, partition, offset);
    }
    return true;
  }

  #make(plan: TaskPlan): LiveTask {
    const { config, engine, plan: whole } = this.#parts;
    const common = {
      applicationId: config.applicationId,
      partition: plan.partition,
      nodes: plan.subtopology.nodes,
      defaults: { key: config.defaultKeySerde ?? string, value: config.defaultValueSerde ?? json() },
      output: this.#output,
    };
    const stores = new TaskStores({
      ...common,
      taskId: plan.id,
      specs: plan.subtopology.stores,
      engine,
      cache: this.#cache,
      writeBudget: this.#local.budget,
    });
    const task = new Task({
      ...common,
      id: plan.id,
      sourceTopics: plan.sourceTopics,
      stores,
      repartitionTopics: whole.topology.repartitionTopics.map(({ name }) => name),
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
    return { plan, stores, task, state: "restoring" };
  }

  #end(live: LiveTask): void {
    live.state = "closed";
    this.#opener.remove(live);
    for (const topic of live.plan.sourceTopics) {
      const inputs = this.#inputs.get(topic);
      if (inputs?.[live.plan.partition] === undefined) continue;
      inputs[live.plan.partition] = undefined;
      this.#fetcher.unassign(topic, live.plan.partition);
    }
    for (const topic of live.plan.sourceTopics) {
      const input = key({ topic, partition: live.plan.partition });
      this.#purgeable.delete(input);
      this.#committable.delete(input);
    }
    for (const { nodeName, reason, count } of live.task.drops()) this.#droppedBefore.add(nodeName, reason, count);
    addProcessed(this.#processedBefore, live.task.metrics.processedRecords());
    this.#local.end(live.task);
    try {
      live.task.close();
    } catch (error) {
      // The task is gone in any case, with whatever its processors did not finish.
      this.#parts.config.log("error", `task ${live.plan.id} closed, but a processor of it failed in close()`, { cause: error });
    }
    live.stores.close();
    this.#live.delete(live.plan.id);
  }

  #ready(): void {
    const { tasks } = this.#parts.resolved;
    this.running = tasks.flatMap(({ id }) => {
      const live = this.#live.get(id);
      return live?.state === "running" ? [live.task] : [];
    });
  }
}

function addProcessed(sums: Map<string, number>, counts: readonly ProcessedCount[]): void {
  for (const { nodeName, count } of counts) sums.set(nodeName, (sums.get(nodeName) ?? 0) + count);
}

function key({ topic, partition }: TopicPartition): string {
  return `${topic} ${String(partition)}`;
}
