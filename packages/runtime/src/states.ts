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

const nextStates = {
  created: ["rebalancing", "pendingShutdown"],
  rebalancing: ["running", "pendingShutdown", "pendingError"],
  running: ["rebalancing", "pendingShutdown", "pendingError"],
  pendingShutdown: ["notRunning", "pendingError"],
  notRunning: [],
  pendingError: ["error"],
  error: [],
} as const satisfies Record<StreamsState, readonly StreamsState[]>;

/** Called after a change; it must not throw. */
export type StateListener = (newState: StreamsState, oldState: StreamsState) => void;

/** The current state and who wants to know of changes. Moving to where the table does not lead changes nothing. */
export class StateMachine {
  #state: StreamsState = "created";
  readonly #listeners = new Set<StateListener>();

  get state(): StreamsState {
    return this.#state;
  }

  /** Changes the state if the move is allowed. Returns true if it was. */
  moveTo(next: StreamsState): boolean {
    const from = this.#state;
    if (!(nextStates[from] as readonly StreamsState[]).includes(next)) return false;
    this.#state = next;
    for (const listener of this.#listeners) listener(next, from);
    return true;
  }

  /** Returns the function that ends the listening. */
  listen(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
