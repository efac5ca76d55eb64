import { InvalidArgumentError } from "../errors.ts";
import type { RecordContext } from "../record/record-context.ts";
import { shown } from "../shown.ts";
import { Callback } from "./callback.ts";
import { FixedKeyError, ForwardInInitError, ForwardOutsideCallError, MalformedRecordError, UnknownChildError } from "./errors.ts";
import type { Cancellable, OperatorBuild, PunctuationClock } from "./operator-spec.ts";
import type { StreamOperator } from "./operator.ts";
import {
  FixedKeyRecord,
  type ForwardedRecord,
  type RecordMetadata,
  type ScheduleOptions,
  type StoreDefinition,
} from "./processor.ts";
import { processorStore } from "./processor-stores.ts";

const clocks: readonly PunctuationClock[] = ["streamTime", "wallClock"];

/** Call of a processor that is under way. */
export type ProcessorCall = "none" | "init" | "process" | "punctuate" | "close";

/** Reads a text such as `"10s"`. */
export type ReadDuration = (duration: number | string, what: string) => number;

/** The context of one processor in one task: what it may call, and when. */
export class NodeContext {
  readonly applicationId: string;
  readonly taskId: string;
  /** Check of what the processor's functions return. */
  readonly callback: Callback;
  call: ProcessorCall = "none";
  readonly #build: OperatorBuild;
  readonly #context: RecordContext;
  readonly #child: StreamOperator;
  readonly #durationMs: ReadDuration;
  readonly #keepsKeys: boolean;
  readonly #stores = new Map<string, unknown>();

  /** @param keepsKeys true: only records that came from the node, or copies of them, are passed on */
  constructor(build: OperatorBuild, operator: string, durationMs: ReadDuration, keepsKeys: boolean) {
    this.applicationId = build.task.applicationId;
    this.taskId = build.task.taskId;
    this.callback = new Callback(build.nodeName, operator, "processor");
    this.#build = build;
    this.#context = build.task.context;
    this.#child = build.child;
    this.#durationMs = durationMs;
    this.#keepsKeys = keepsKeys;
  }

  /** Runs a function of the processor; it may forward only while it does. */
  run(call: ProcessorCall, processor: () => unknown): void {
    this.call = call;
    try {
      this.callback.nothing(processor());
    } finally {
      this.call = "none";
    }
  }

  get recordMetadata(): RecordMetadata | null {
    if (this.call === "init") return null;
    const { topic, partition, offset } = this.#context;
    return { topic, partition, offset };
  }

  currentStreamTimeMs(): number {
    return this.#build.task.streamTimeMs();
  }

  currentSystemTimeMs(): number {
    return this.#build.task.nowMs();
  }

  store(store: string | StoreDefinition): unknown {
    const name = typeof store === "string" ? store : store.spec.name;
    let known = this.#stores.get(name);
    if (known === undefined) {
      const { nodeName } = this.#build;
      known = processorStore(this.#build.store(name), `Node "${nodeName}"`, this.#context);
      this.#stores.set(name, known);
    }
    return known;
  }

  schedule(
    every: number | string,
    clock: PunctuationClock,
    callback: (timeMs: number) => void,
    options: ScheduleOptions = {},
  ): Cancellable {
    const everyMs = this.#durationMs(every, "interval of schedule()");
    const { startMs = null } = options;
    if (!(everyMs >= 1)) throw new InvalidArgumentError(`schedule() needs an interval from 1 ms, but got ${shown(every)}.`);
    if (!clocks.includes(clock))
      throw new InvalidArgumentError(`schedule() needs ${clocks.map(shown).join(" or ")} as its clock, but got ${shown(clock)}.`);
    if (typeof callback !== "function")
      throw new InvalidArgumentError(`schedule() needs a function as its callback, but got ${shown(callback)}.`);
    if (startMs !== null && !(Number.isSafeInteger(startMs) && startMs >= 0))
      throw new InvalidArgumentError(`schedule() needs whole milliseconds from 0 as its startMs, but got ${shown(startMs)}.`);
    const run = (timeMs: number): void => this.run("punctuate", () => callback(timeMs));
    return this.#build.schedule(everyMs, clock, run, startMs);
  }

  commit(): void {
    this.#build.task.requestCommit();
  }

  forward(record: ForwardedRecord<unknown, unknown>, child?: string): void {
    const { call, callback } = this;
    if (call === "init") throw new ForwardInInitError(this.#build.nodeName);
    if (call === "none") throw new ForwardOutsideCallError(this.#build.nodeName);
    if (this.#keepsKeys && !(record instanceof FixedKeyRecord)) throw new FixedKeyError(this.#build.nodeName, record);
    const to = child === undefined ? this.#child : this.#named(child);
    const context = this.#context;
    const recordTimestampMs = context.timestampMs;
    const recordHeaders = context.headers;
    const { timestampMs = recordTimestampMs, headers = recordHeaders } = callback.pair(record);
    if (!(Number.isSafeInteger(timestampMs) && timestampMs >= 0))
      throw new MalformedRecordError(this.#build.nodeName, timestampMs);
    const key = callback.keyOf(record);
    const value = callback.valueOf(record);
    context.timestampMs = timestampMs;
    context.headers = headers;
    try {
      to.process(key, value, context);
    } finally {
      context.timestampMs = recordTimestampMs;
      context.headers = recordHeaders;
    }
  }

  #named(child: string): StreamOperator {
    const named = this.#build.namedChildren.get(child);
    if (named === undefined) throw new UnknownChildError(this.#build.nodeName, child, [...this.#build.namedChildren.keys()]);
    return named;
  }
}
