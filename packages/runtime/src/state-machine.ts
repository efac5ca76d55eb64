import { strict as assert } from "node:assert";

/** States that may follow each state. */
export type Moves<S extends string> = { readonly [State in S]: readonly S[] };

/** Listener of a state machine, called after a change. It must not throw. */
export type ChangeListener<S> = (newState: S, oldState: S) => void;

/**
 * State that moves along a table. All machines of this package follow one policy: a move that the table does not have is a
 * mistake in this package, and an assertion fails. A wish that comes from outside at any time, such as to close, is a `request`.
 */
export class StateMachine<S extends string> {
  readonly #moves: Moves<S>;
  readonly #listeners = new Set<ChangeListener<S>>();
  #state: S;

  constructor(first: S, moves: Moves<S>) {
    this.#state = first;
    this.#moves = moves;
  }

  get state(): S {
    return this.#state;
  }

  /** Tells if the table leads from the present state to another one. */
  canMoveTo(next: S): boolean {
    return this.#moves[this.#state].includes(next);
  }

  moveTo(next: S): void {
    assert(this.canMoveTo(next), `the table of states leads from "${this.#state}" to "${next}"`);
    const from = this.#state;
    this.#state = next;
    for (const listener of this.#listeners) listener(next, from);
  }

  /** Moves if the table leads there, and changes nothing otherwise. Returns true if it moved. */
  request(next: S): boolean {
    const possible = this.canMoveTo(next);
    if (possible) this.moveTo(next);
    return possible;
  }

  /** Returns the function that ends the listening. */
  listen(listener: ChangeListener<S>): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
