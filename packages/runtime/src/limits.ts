/** Limits of a stream thread that are no settings. Each is named with its unit and bound. */
export const limits = {
  /** How long a thread processes before sockets and timers get a turn. */
  sliceMsMax: 5,
  /** Records between two looks at the clock within a slice, and of a task before the next one has its turn; fewer after slow ones. */
  recordsPerClockLook: 16,
  /** Entries of a cache between two looks at the clock while it is flushed. */
  entriesPerClockLook: 512,
  /** How many looks at the clock find all fast before there is twice as much until the next one. */
  fastLooksMin: 32,
  /** What takes so long between two looks is slow. */
  slowMsMin: 20,
  /** What takes a session's length divided by this is long: for `carefulMs` the clock is looked at after each record. */
  longPerSession: 64,
  carefulMs: 600_000,
  /** A record that takes a session's length divided by this is told of, though only so often. */
  toldPerSession: 3,
  slowToldEveryMs: 60_000,
  /** How long the answer to a heartbeat is waited for after something long. */
  beatMsMax: 1_000,
  /** How often one record may outlast the session before that is an error. */
  slowAttemptsMax: 3,
  /** How long the loop waits for records before it looks at its timers again. `poll.ms`. */
  pollMs: 100,
  /** Records buffered per partition above which its fetching pauses; it goes on at half of them. `buffered.records.per.partition`. */
  bufferedRecordsMax: 5_000,
  /** How often a missing topic is looked for before it is an error. */
  topicAttemptsMax: 5,
  /** How often a topic is looked for that was just created, until every broker knows it. */
  createdTopicAttemptsMax: 20,
  /** After so long it is told that brokers are waited for. */
  lookUpToldAfterMs: 2_500,
  /** How long brokers are waited for at least, however short the task timeout is. */
  lookUpMsMin: 1_000,
  /** Between two look-ups, each of which the client has given up after its own attempts. */
  lookUpPauseMs: 100,
  /** How long `close` waits for the last commit and the farewell, if nothing else is said. */
  closeTimeoutMs: 30_000,
} as const;
