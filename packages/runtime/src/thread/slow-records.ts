import { physicalTopics, type Plan, type Task } from "@millrace/core";
import type { ResolvedConfig } from "../config.ts";
import { SlowRecordError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Session } from "../membership/membership.ts";
import { Pace } from "./pace.ts";
import type { SlowRecord } from "../slow-record.ts";

/** Parts of a thread that the watch needs. */
export interface SlowRecordsParts {
  readonly plan: Plan;
  readonly config: Pick<ResolvedConfig, "log" | "maxPollIntervalMs">;
  readonly session: () => Session;
}

/**
 * Measures how long a thread's user functions delay everything else: heartbeats, output, commits. After a slow call it lets the
 * thread look at the clock after each record, so that any number of slow ones gets through.
 *
 * A record that alone outlasts the session loses the membership, and is processed again. The second time a session is asked for
 * that is long enough; if that does not help, the third time is an error.
 */
export class SlowRecords {
  /** Records of one task between two looks at the clock. */
  readonly records: Pace = new Pace(limits.recordsPerClockLook);
  /** Entries of a cache while it is flushed: on their way downstream they meet user functions, too. */
  readonly entries: Pace = new Pace(limits.entriesPerClockLook);
  readonly #parts: SlowRecordsParts;
  /** Number of times that a record took half a session or more since the last commit, by its place. */
  readonly #times = new Map<string, number>();
  #toldMs = Number.NEGATIVE_INFINITY;
  #untoldCount = 0;

  constructor(parts: SlowRecordsParts) {
    this.#parts = parts;
  }

  /**
   * Takes note of how long a task took for so many records, and adapts `records`.
   *
   * @returns whether it was so long that the coordinator should hear of the member before there is more
   * @throws {SlowRecordError} `STREAMS_SLOW_RECORD`
   */
  processed(task: Task, count: number, tookMs: number, nowMs: number): boolean {
    if (tookMs < limits.slowMsMin) {
      this.records.fast(nowMs);
      return false;
    }
    const { sessionTimeoutMs } = this.#parts.session();
    const isLong = tookMs >= sessionTimeoutMs / limits.longPerSession;
    this.records.slow(nowMs, isLong);
    if (!isLong) return false;
    const { topic, partition, offset } = task.context;
    const record = { taskId: task.id, node: this.#nodeOf(topic), topic: topic ?? "", partition, offset, tookMs };
    if (tookMs >= sessionTimeoutMs / limits.toldPerSession) this.#tell(record, count, nowMs, sessionTimeoutMs);
    // With several records the slow one is not known; the next time they come one by one.
    if (count === 1 && tookMs >= sessionTimeoutMs / 2) this.#nearlyOutlasted(record, sessionTimeoutMs);
    return true;
  }

  /** Takes note of how long a part of a flush took, and adapts `entries`. @returns as `processed` */
  flushed(tookMs: number, nowMs: number): boolean {
    if (tookMs < limits.slowMsMin) {
      this.entries.fast(nowMs);
      return false;
    }
    const isLong = tookMs >= this.#parts.session().sessionTimeoutMs / limits.longPerSession;
    this.entries.slow(nowMs, isLong);
    return isLong;
  }

  /** Takes note of a commit: records before it do not come again. */
  committed(): void {
    this.#times.clear();
  }

  #nearlyOutlasted(record: SlowRecord, sessionTimeoutMs: number): void {
    const { topic, partition, offset, tookMs } = record;
    const place = `${topic} ${String(partition)} ${String(offset)}`;
    const times = (this.#times.get(place) ?? 0) + 1;
    this.#times.set(place, times);
    const { maxPollIntervalMs, log } = this.#parts.config;
    if (times >= limits.slowAttemptsMax && tookMs >= Math.min(sessionTimeoutMs, maxPollIntervalMs))
      throw new SlowRecordError(record, times, sessionTimeoutMs, maxPollIntervalMs);
    const raisedToMs = Math.min(2 * tookMs, maxPollIntervalMs);
    // The first time the whole process may have paused.
    if (times === 1 || raisedToMs <= sessionTimeoutMs) return;
    this.#parts.session().raiseSessionTimeout(raisedToMs);
    log(
      "warn",
      `raising the session timeout from ${String(sessionTimeoutMs)} to ${String(raisedToMs)} ms, the time after which this instance is ` +
        `missed if it dies: a record took ${String(tookMs)} ms once more; set "sessionTimeoutMs", or do less per record`,
      { ...record, times, sessionTimeoutMs, raisedToMs },
    );
  }

  /** One line a minute, and one for each record that outlasts the session. */
  #tell(record: SlowRecord, count: number, nowMs: number, sessionTimeoutMs: number): void {
    const { tookMs, topic, partition, offset } = record;
    if (tookMs < sessionTimeoutMs && nowMs - this.#toldMs < limits.slowToldEveryMs) {
      this.#untoldCount += 1;
      return;
    }
    const what = count === 1 ? "record at offset" : `one of ${String(count)} records up to offset`;
    this.#parts.config.log(
      "warn",
      `${what} ${String(offset)} of topic "${topic}", partition ${String(partition)}, took ${String(tookMs)} ms, during which this instance ` +
        `did nothing else; after ${String(sessionTimeoutMs)} ms ("sessionTimeoutMs") others get its tasks`,
      { ...record, records: count, sessionTimeoutMs, slowRecordsNotTold: this.#untoldCount },
    );
    this.#toldMs = nowMs;
    this.#untoldCount = 0;
  }

  #nodeOf(topic: string | null): string {
    const { topology, applicationId } = this.#parts.plan;
    const physical = physicalTopics(topology, applicationId);
    const source = topology.nodes.find((node) => node.kind === "source" && node.topics.some((name) => physical(name) === topic));
    return source?.name ?? "";
  }
}
