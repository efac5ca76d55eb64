import { StreamsError, thrownText } from "@millrace/core";
import type { SlowRecord } from "./slow-record.ts";

/** A setting that cannot be: its value is none that it may have, or no setting has its name. */
export class InvalidConfigError extends StreamsError {
  readonly code = "STREAMS_INVALID_CONFIG";
  readonly retriable = false;
  /** Path of the setting, such as `producer.lingerMs`. */
  readonly key: string;
  /** Possible values of the setting, in words; null if there is no such setting. */
  readonly allowed: string | null;

  private constructor(key: string, allowed: string | null, text: string) {
    super(text);
    this.key = key;
    this.allowed = allowed;
  }

  /**
   * Error for a value that the setting may not have.
   *
   * @param secret if true, the message does not show the value
   */
  static value(key: string, value: unknown, allowed: string, secret = false): InvalidConfigError {
    return new InvalidConfigError(key, allowed, `Setting "${key}" is ${secret ? "***" : shown(value)}; it must be ${allowed}.`);
  }

  /**
   * Error for a name that no setting has.
   *
   * @param hint a sentence with the name that is meant, or with the names that exist
   */
  static unknown(key: string, hint: string): InvalidConfigError {
    return new InvalidConfigError(key, null, `There is no setting "${key}". ${hint}`);
  }

  /** For a setting that Kafka has. @param why the reason, and what to do instead */
  static refused(key: string, why: string): InvalidConfigError {
    return new InvalidConfigError(key, null, `Setting "${key}" is not taken here: ${why}.`);
  }
}

/** A topic that the topology reads does not exist. Java: MissingSourceTopicException. */
export class MissingSourceTopicError extends StreamsError {
  readonly code = "STREAMS_MISSING_SOURCE_TOPIC";
  readonly retriable = false;

  constructor(topics: readonly string[]) {
    super(
      `Source topic ${topics.map((topic) => `"${topic}"`).join(", ")} does not exist. Create it before the application starts.`,
    );
  }
}

/** An internal topic exists with another number of partitions than the topology needs. */
export class InternalTopicMismatchError extends StreamsError {
  readonly code = "STREAMS_INTERNAL_TOPIC_MISMATCH";
  readonly retriable = false;

  constructor(topic: string, found: number, needed: number) {
    super(
      `Internal topic "${topic}" has ${String(found)} partitions, but the topology needs ${String(needed)}. ` +
        `Delete the application's internal topics and local state, or give the application another id.`,
    );
  }
}

/** A partition has no committed offset, and the policy says not to choose one. */
export class NoCommittedOffsetError extends StreamsError {
  readonly code = "STREAMS_NO_COMMITTED_OFFSET";
  readonly retriable = false;

  constructor(topic: string, partition: number) {
    super(
      `Partition ${String(partition)} of topic "${topic}" has no valid committed offset and its reset policy is "none". ` +
        `Set "autoOffsetReset" to "earliest" or "latest", or commit an offset for the group.`,
    );
  }
}

/** The group's tasks are dealt out by somebody else than an instance of the application. */
export class ForeignAssignmentError extends StreamsError {
  readonly code = "STREAMS_FOREIGN_ASSIGNMENT";
  readonly retriable = false;

  constructor(groupId: string) {
    super(
      `Group "${groupId}" has members that are no instances of this application, such as consumers with "group.protocol=consumer", and ` +
        `its partitions were assigned by the broker. Stop them, or give the application another id.`,
    );
  }
}

/** Another program has the application id, and its group. */
export class OtherProgramError extends StreamsError {
  readonly code = "STREAMS_OTHER_PROGRAM";
  readonly retriable = false;

  constructor(groupId: string, sources: string) {
    super(
      `Another program runs under application id "${groupId}": it reads ${sources}, and has no source topic in common with ` +
        `this one. Give this program an id of its own; if it is a new version of that one, stop all instances of the old one first.`,
    );
  }
}

/** A call that the state does not allow, such as a second \`start()\`. */
export class InvalidStateError extends StreamsError {
  readonly code = "STREAMS_INVALID_STATE";
  readonly retriable = false;

  constructor(call: string, state: string, allowed: string) {
    super(`${call} was called in state "${state}"; it is possible in ${allowed}. Make a new KafkaStreams object to start again.`);
  }
}

/** The stream thread ended; \`cause\` says why. */
export class StreamThreadError extends StreamsError {
  readonly code = "STREAMS_THREAD_FAILED";
  readonly retriable = false;

  constructor(cause: unknown) {
    super(`The stream thread stopped: ${thrownText(cause)}`, { cause });
  }
}

/** The broker did not answer a last commit or farewell in time. */
export class CloseTimeoutError extends StreamsError {
  readonly code = "STREAMS_CLOSE_TIMEOUT";
  readonly retriable = false;

  constructor(timeoutMs: number, cause: unknown) {
    super(
      `The application could not be closed in good order within ${String(timeoutMs)} ms, so its connections were cut. ` +
        `What was processed since the last commit will be processed again at the next start. Check that the brokers can be reached.`,
      { cause },
    );
  }
}

/** A record's data named a topic to write to that did not exist when the application started. */
export class UnknownSinkTopicError extends StreamsError {
  readonly code = "STREAMS_UNKNOWN_SINK_TOPIC";
  readonly retriable = false;

  constructor(topic: string) {
    super(`Topic "${topic}", to which a record is to go, did not exist when the application started. Create it and start again.`);
  }
}

/** The part that a topic has for an application. */
export type TopicRole = "source" | "repartition" | "changelog";

/** A topic that the application cannot do without was deleted while it ran. Java: MissingSourceTopicException, for source topics. */
export class TopicDeletedError extends StreamsError {
  readonly code = "STREAMS_TOPIC_DELETED";
  readonly retriable = false;
  /** Name of the topic. */
  readonly topic: string;

  /** @param isBack true if it was created again meanwhile */
  constructor(topic: string, role: TopicRole, cause: unknown, isBack = false) {
    super(deleted[role](topic, isBack), cause === undefined ? undefined : { cause });
    this.topic = topic;
  }
}

const deleted: Readonly<Record<TopicRole, (topic: string, isBack: boolean) => string>> = {
  source: (topic, isBack) =>
    `Topic "${topic}", which the application reads, was deleted${again(isBack)} while it ran. ` +
    (isBack ? "Start the application again." : "Create it, and start the application again."),
  repartition: (topic, isBack) =>
    `Repartition topic "${topic}" was deleted${again(isBack)} while the application ran; what was not processed of it is gone. ` +
    (isBack ? "Start the application again." : "Start the application again, which creates it."),
  changelog: (topic, isBack) =>
    `Changelog topic "${topic}" was deleted${again(isBack)} while the application ran: the state that it kept is gone with it. ` +
    (isBack
      ? "Start the application again, which begins with empty state there."
      : "Start the application again, which creates it and begins with empty state there."),
};

function again(isBack: boolean): string {
  return isBack ? " and created again" : "";
}

/** Brokers did not answer for longer than an application puts up with. `cause`: the last failure. Java: TimeoutException, `task.timeout.ms`. */
export class TaskTimeoutError extends StreamsError {
  readonly code = "STREAMS_TASK_TIMEOUT";
  readonly retriable = true;

  constructor(what: string, timeoutMs: number, reasons: string, cause: unknown) {
    super(
      `The brokers gave no answer in time: ${what} was given up after ${String(timeoutMs)} ms ("taskTimeoutMs"): ${reasons.replace(/\.$/, "")}. ` +
        `Check that they run, that "brokers" names their host and listener port, and that "ssl" and "sasl" are what that listener wants.`,
      cause === undefined ? undefined : { cause },
    );
  }
}

/** The serdes of a task could not be bound to their topics in time. `cause` is the last failure, if there was one. */
export class SerdeBindTimeoutError extends StreamsError {
  readonly code = "STREAMS_SERDE_BIND_TIMEOUT";
  readonly retriable = true;

  constructor(taskId: string, timeoutMs: number, cause: unknown) {
    const last = cause instanceof Error ? ` The last failure: ${cause.message}` : "";
    super(
      `Binding the serdes of task ${taskId} was given up after ${String(timeoutMs)} ms ("taskTimeoutMs").${last} ` +
        `Check the service that the serdes ask.`,
      cause === undefined ? undefined : { cause },
    );
  }
}

/** One record takes longer than the group waits for this instance, again and again: it would be processed without end. */
export class SlowRecordError extends StreamsError {
  readonly code = "STREAMS_SLOW_RECORD";
  readonly retriable = false;
  /** Topic of the record. */
  readonly topic: string;
  /** Partition of the record. */
  readonly partition: number;
  /** Offset of the record. */
  readonly offset: number;
  /** Time that the record took, in milliseconds. */
  readonly tookMs: number;

  constructor(record: SlowRecord, times: number, sessionTimeoutMs: number, maxPollIntervalMs: number) {
    const { taskId, node, topic, partition, offset, tookMs } = record;
    super(
      `The record at offset ${String(offset)} of topic "${topic}", partition ${String(partition)}, took ${String(tookMs)} ms in task ${taskId} ` +
        `behind source "${node}", ${String(times)} times: longer than the session timeout (${String(sessionTimeoutMs)} ms), so the group gave ` +
        `the task away before it was done. Raise "sessionTimeoutMs" and, above ${String(maxPollIntervalMs)} ms, "maxPollIntervalMs", as far as ` +
        `the broker's group.max.session.timeout.ms allows, or let the function do less per record.`,
    );
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.tookMs = tookMs;
  }
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  return typeof value === "object" && value !== null ? "an object" : typeof value === "function" ? "a function" : String(value);
}
