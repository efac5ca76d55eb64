import type { CommittedOffset, Fetcher, Producer, RecordsToDelete, TopicPartition } from "@millrace/client";
import {
  continueOnError,
  failOnError,
  json,
  RecordCache,
  string,
  Task,
  type CommittableOffset,
  type TaskPlan,
} from "@millrace/core";
import { limits } from "./limits.ts";
import type { LocalState } from "./local-state.ts";
import { ProducerOutput, topicsWritten } from "./output.ts";
import { RestoreCount } from "./restore-count.ts";
import { restore, type Restoration } from "./restorer.ts";
import type { StartingOffset, StartingOffsets } from "./starting-offsets.ts";
import type { StreamThreadParts } from "./stream-thread.ts";

/** A task with what the thread keeps beside it. */
interface LiveTask {
  readonly plan: TaskPlan;
  readonly task: Task;
}

/** An input partition of a task. */
interface Input {
  readonly live: LiveTask;
  readonly topic: string;
  readonly partition: number;
  paused: boolean;
}

/** The tasks of a stream thread: makes them, feeds them, gathers what they have to commit. */
export class TaskSet {
  /** The tasks at work, in the order of their ids: what the loop iterates over. */
  running: readonly Task[] = [];
  readonly restoring: RestoreCount = new RestoreCount();
  readonly #parts: StreamThreadParts;
  readonly #fetcher: Fetcher;
  readonly #output: ProducerOutput;
  readonly #cache: RecordCache;
  readonly #local: LocalState;
  readonly #live = new Map<string, LiveTask>();
  readonly #inputs = new Map<string, (Input | undefined)[]>();
  /** What was committed of repartition topics since they were last purged. */
  readonly #purgeable = new Map<string, RecordsToDelete>();
  /** What was dropped by tasks that are gone. */
  #droppedBefore = 0;

  constructor(parts: StreamThreadParts, producer: Producer, fetcher: Fetcher, local: LocalState) {
    this.#parts = parts;
    this.#local = local;
    this.#fetcher = fetcher;
    this.#output = new ProducerOutput(producer);
    this.#cache = new RecordCache(parts.config.cacheBytesMax);
  }

  get count(): number {
    return this.#live.size;
  }

  /** The input partitions of all tasks. */
  partitions(): TopicPartition[] {
    return this.#allInputs().map(({ topic, partition }) => ({ topic, partition }));
  }

  /**
   * Closes the tasks whose partitions are gone, makes those that are new and restores their stores. Returns the new input
   * partitions; `start` sets them going. When `signal` is aborted the restoration ends unfinished.
   *
   * @param committed asks for the group's offsets
   */
  async assign(
    partitions: readonly TopicPartition[],
    signal: AbortSignal,
    committed: (partitions: readonly TopicPartition[]) => Promise<CommittedOffset[]>,
  ): Promise<TopicPartition[]> {
    const wanted = new Set(partitions.map(({ topic, partition }) => `${topic} ${String(partition)}`));
    const plans = this.#parts.resolved.tasks.filter((plan) =>
      plan.sourceTopics.every((topic) => wanted.has(`${topic} ${String(plan.partition)}`)),
    );
    const ids = new Set(plans.map((plan) => plan.id));
    for (const live of this.#live.values()) if (!ids.has(live.plan.id)) this.#end(live);
    const added = plans.filter((plan) => !this.#live.has(plan.id));
    if (added.length === 0) return [];
    const known = await this.#parts.client.admin.listTopics();
    await this.#output.prepare(
      topicsWritten(
        this.#parts.plan,
        known.map(({ name, internal }) => (internal ? "" : name)).filter((name) => name !== ""),
      ),
    );
    for (const plan of added) this.#live.set(plan.id, this.#make(plan));
    const changelogs = added.flatMap((plan) => this.#restorations(plan));
    const sources = added.flatMap((plan) => this.#restorationsFromSources(plan));
    const restorations = [...changelogs, ...(await upToCommitted(sources, committed))];
    await restore(this.#parts.client, this.#local, restorations, signal, (progress) => {
      if (this.restoring.note(progress) === 0) return;
      const { topic, partition, nextOffset, endOffset } = progress;
      this.#parts.config.log("debug", `restoring ${topic} ${String(partition)}: ${String(nextOffset)} of ${String(endOffset)}`, {
        ...progress,
      });
    });
    this.restoring.end();
    if (signal.aborted) return [];
    for (const plan of added) {
      const { task } = this.#live.get(plan.id)!;
      this.#local.start(task, [...this.#restorations(plan), ...this.#restorationsFromSources(plan)]);
    }
    return added.flatMap((plan) => plan.sourceTopics.map((topic) => ({ topic, partition: plan.partition })));
  }

  /** Begins to fetch the new tasks' inputs. */
  start(offsets: readonly StartingOffset[]): void {
    for (const { topic, partition, offset, metadata } of offsets) {
      const live = [...this.#live.values()].find(({ plan }) => plan.partition === partition && plan.sourceTopics.includes(topic));
      if (live === undefined) continue;
      live.task.start(topic, partition, offset, metadata);
      const inputs = this.#inputs.get(topic) ?? [];
      inputs[partition] = { live, topic, partition, paused: false };
      this.#inputs.set(topic, inputs);
      this.#fetcher.assign(topic, partition, offset);
    }
    this.#ready();
  }

  /** Hands what was fetched to the tasks. Returns whether there was anything; only a lost position makes it wait. */
  feed(starting: StartingOffsets): Promise<boolean> | boolean {
    let fed = false;
    for (let fetched = this.#fetcher.take(); fetched !== null; fetched = this.#fetcher.take()) {
      const input = this.#inputs.get(fetched.topic)?.[fetched.partition];
      if (input === undefined) continue;
      if (fetched.error !== null) {
        if (fetched.error.code !== "CLIENT_OFFSET_OUT_OF_RANGE") throw fetched.error;
        return this.#reset(input, starting);
      }
      fed = true;
      const ready = input.live.task.prepareRead(input.topic, input.partition, fetched.buffer);
      if (ready !== undefined) {
        const { buffer } = fetched;
        return ready.then(() => this.#add(input, buffer));
      }
      this.#add(input, fetched.buffer);
    }
    return fed;
  }

  /** Lets the fetching of inputs go on whose buffers have drained. */
  resume(): void {
    for (const inputs of this.#inputs.values()) {
      for (const input of inputs) {
        if (input === undefined || !input.paused) continue;
        if (input.live.task.bufferedRecords(input.topic, input.partition) > limits.bufferedRecordsMax / 2) continue;
        input.paused = false;
        this.#fetcher.resume(input.topic, input.partition);
      }
    }
  }

  /** Flushes the caches of all tasks, downstream tasks' after those that feed them, and returns the offsets to commit. */
  flush(): CommittableOffset[] {
    for (const { task } of this.#live.values()) task.flush();
    const offsets = this.running.flatMap((task) => task.committable());
    this.#local.committing(offsets);
    return offsets;
  }

  committed(offsets: readonly CommittableOffset[]): void {
    this.#local.committed(offsets);
    for (const { task, plan } of this.#live.values()) {
      task.committed(offsets.filter(({ topic, partition }) => partition === plan.partition && plan.sourceTopics.includes(topic)));
    }
    for (const { topic, partition, offset } of offsets) {
      if (this.#parts.plan.repartitionTopics.has(topic))
        this.#purgeable.set(`${topic} ${String(partition)}`, { topic, partition, beforeOffset: offset });
    }
  }

  /** Repartition topics are the application's own: what their reader has committed may go. A failure only costs space. */
  purgeRepartitionTopics(): void {
    if (this.#purgeable.size === 0) return;
    const records = [...this.#purgeable.values()];
    this.#purgeable.clear();
    this.#parts.client.admin.deleteRecords(records).catch((error: unknown) => {
      this.#parts.config.log("debug", "processed repartition records could not be deleted", { cause: error });
    });
  }

  recordsDropped(): number {
    return [...this.#live.values()].reduce((sum, { task }) => sum + task.droppedRecords, this.#droppedBefore);
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
    return this.running.length === 0 ? null : sum;
  }

  close(): void {
    for (const live of this.#live.values()) this.#end(live);
  }

  #allInputs(): Input[] {
    return [...this.#inputs.values()].flatMap((inputs) => inputs.filter((input) => input !== undefined));
  }

  #add(input: Input, buffer: Buffer): boolean {
    const { live, topic, partition } = input;
    live.task.addBatches(topic, partition, buffer);
    if (!input.paused && live.task.bufferedRecords(topic, partition) > limits.bufferedRecordsMax) {
      input.paused = true;
      this.#fetcher.pause(topic, partition);
    }
    return true;
  }

  async #reset(input: Input, starting: StartingOffsets): Promise<boolean> {
    const { live, topic, partition } = input;
    this.#parts.config.log(
      "warn",
      `the position in "${topic}"-${String(partition)} is gone from the log: reading goes on by the reset policy`,
    );
    for (const { offset } of await starting.reset([{ topic, partition }])) {
      live.task.start(topic, partition, offset, null);
      this.#fetcher.seek(topic, partition, offset);
    }
    return true;
  }

  #make(plan: TaskPlan): LiveTask {
    const { config, engine, plan: whole } = this.#parts;
    const task = new Task({
      id: plan.id,
      applicationId: config.applicationId,
      partition: plan.partition,
      nodes: plan.subtopology.nodes,
      sourceTopics: plan.sourceTopics,
      stores: plan.subtopology.stores,
      repartitionTopics: whole.topology.repartitionTopics.map(({ name }) => name),
      defaults: { key: config.defaultKeySerde ?? string, value: config.defaultValueSerde ?? json() },
      timestampExtractor: config.defaultTimestampExtractor,
      output: this.#output,
      engine,
      cache: this.#cache,
      writeBudget: this.#local.budget,
      handlers: {
        deserialization: config.deserializationErrors === "continue" ? continueOnError : failOnError,
        processing: config.processingErrors === "continue" ? continueOnError : failOnError,
        serialization: failOnError,
      },
      maxTaskIdleMs: config.maxTaskIdleMs,
      lag: (topic, partition) => this.#fetcher.lag(topic, partition),
    });
    return { plan, task };
  }

  #restorations(plan: TaskPlan): Restoration[] {
    const live = this.#live.get(plan.id);
    if (live === undefined) return [];
    return live.task.storeNames.flatMap((name) => {
      const store = live.task.store(name);
      const changelog = plan.subtopology.changelogTopics.find((topic) => topic.store === store.spec.name);
      return changelog === undefined ? [] : [{ topic: changelog.name, partition: plan.partition, store }];
    });
  }

  /** Of tables whose source topic serves as their changelog. A task whose partition the topic lacks has nothing to restore. */
  #restorationsFromSources(plan: TaskPlan): Restoration[] {
    const live = this.#live.get(plan.id);
    if (live === undefined) return [];
    return live.task.storeNames.flatMap((name) => {
      const store = live.task.store(name);
      const topic = "sourceTopicAsChangelog" in store.spec ? store.spec.sourceTopicAsChangelog : null;
      return topic === null || !plan.sourceTopics.includes(topic) ? [] : [{ topic, partition: plan.partition, store }];
    });
  }

  #end(live: LiveTask): void {
    for (const topic of live.plan.sourceTopics) {
      const inputs = this.#inputs.get(topic);
      if (inputs?.[live.plan.partition] === undefined) continue;
      inputs[live.plan.partition] = undefined;
      this.#fetcher.unassign(topic, live.plan.partition);
    }
    for (const topic of live.plan.sourceTopics) this.#purgeable.delete(`${topic} ${String(live.plan.partition)}`);
    this.#droppedBefore += live.task.droppedRecords;
    this.#local.end(live.task);
    for (const name of live.task.storeNames) live.task.store(name).discard();
    // What does not outlive the process is not continued either: it would only take up memory.
    if (!this.#parts.engine.persistent)
      this.#clear(live.task.storeNames.map((name) => ({ name, partition: live.plan.partition })));
    live.task.close();
    this.#live.delete(live.plan.id);
    this.#ready();
  }

  #clear(stores: readonly { readonly name: string; readonly partition: number }[]): void {
    const { engine } = this.#parts;
    const batch = engine.batch();
    for (const { name, partition } of stores) batch.deleteRange(engine.space(name, partition), null, null);
    engine.write(batch);
  }

  #ready(): void {
    this.running = [...this.#live.values()].map(({ task }) => task);
  }
}

/** What lies behind the committed offset is read by the task itself, which sends it on as well; without one that is everything. */
async function upToCommitted(
  restorations: readonly Restoration[],
  committed: (partitions: readonly TopicPartition[]) => Promise<CommittedOffset[]>,
): Promise<Restoration[]> {
  if (restorations.length === 0) return [];
  const offsets = await committed(restorations.map(({ topic, partition }) => ({ topic, partition })));
  const offsetOf = new Map(offsets.map(({ topic, partition, offset }) => [`${topic} ${String(partition)}`, offset]));
  return restorations.map((restoration) => {
    return { ...restoration, endOffsetMax: offsetOf.get(`${restoration.topic} ${String(restoration.partition)}`) ?? 0 };
  });
}
