import type { ChangeListener, Moves } from "./state-machine.ts";

/**
 * The life of a KafkaStreams object, in Kafka's words (`KafkaStreams.State`).
 *
 * ```
 * created ─▶ rebalancing ◀─▶ running
 * created, rebalancing, running ─▶ pendingShutdown ─▶ notRunning
 * rebalancing, running, pendingShutdown ─▶ pendingError ─▶ error
 * ```
 */
export type StreamsState = "created" | "rebalancing" | "running" | "pendingShutdown" | "notRunning" | "pendingError" | "error";

/** Table of the states of a KafkaStreams object. */
export const streamsMoves: Moves<StreamsState> = {
  created: ["rebalancing", "pendingShutdown"],
  rebalancing: ["running", "pendingShutdown", "pendingError"],
  running: ["rebalancing", "pendingShutdown", "pendingError"],
  pendingShutdown: ["notRunning", "pendingError"],
  notRunning: [],
  pendingError: ["error"],
  error: [],
};

/** Called after a change; it must not throw. */
export type StateListener = ChangeListener<StreamsState>;
