import { strict as assert } from "node:assert";

/** Limits of a stream thread that are no settings. Each is named with its unit and bound. */
export const limits = {
  /** Longest stretch of processing before sockets and timers get a turn. */
  sliceMsMax: 5,
  /** Records between two looks at the clock within a slice, and of a task before the next one has its turn; fewer after slow ones. */
  recordsPerClockLook: 16,
  /** Entries of a cache between two looks at the clock while it is flushed. */
  entriesPerClockLook: 512,
  /** Number of looks at the clock that must find all fast before twice as much is done until the next one. */
  fastLooksMin: 32,
  /** Slow: so much time between two looks. */
  slowMsMin: 20,
  /** Long: a session's length divided by this. For `carefulMs` after it the clock is looked at after each record. */
  longPerSession: 64,
  carefulMs: 600_000,
  /** A record that takes a session's length divided by this gets a line in the log, one in `slowToldEveryMs`. */
  toldPerSession: 3,
  slowToldEveryMs: 60_000,
  /** Longest wait for the answer to a heartbeat after something long. */
  beatMsMax: 1_000,
  /** Number of times at which one record that outlasts the session is an error. */
  slowAttemptsMax: 3,
  /** Longest wait of the loop for records before it looks at its timers again. `poll.ms`. */
  pollMs: 100,
  /** Number of look-ups of a missing topic before it is an error. */
  topicAttemptsMax: 5,
  /** Number of look-ups of a topic that was just created, until every broker knows it. */
  createdTopicAttemptsMax: 20,
  /** Wait for brokers after which the log says so. */
  lookUpToldAfterMs: 2_500,
  /** Shortest wait for brokers, however short the task timeout is. */
  lookUpMsMin: 1_000,
  /** Between two look-ups, each of which the client has given up after its own attempts. */
  lookUpPauseMs: 100,
  /** Between two attempts to bind the serdes of a task. */
  bindPauseMs: 500,
  /** Between two looks whether topics that are written or read still exist; a write that fails asks at once. */
  topicLookIntervalMs: 5_000,
  /** Longest wait of `close` for the last commit and the farewell, if nothing else is said. */
  closeTimeoutMs: 30_000,
} as const;

const { slowMsMin, sliceMsMax, beatMsMax, lookUpMsMin, lookUpPauseMs, lookUpToldAfterMs, longPerSession, toldPerSession } =
  limits;
assert(sliceMsMax < slowMsMin, "a slice of fast records is not slow");
assert(toldPerSession < longPerSession, "a record that is told of is a long one");
assert(lookUpPauseMs < lookUpMsMin, "the shortest wait for brokers has time for another look-up");
assert(lookUpMsMin <= lookUpToldAfterMs, "a wait that ends at once needs no line of the log");
assert(beatMsMax < limits.closeTimeoutMs, "a heartbeat ends before a close gives up");
