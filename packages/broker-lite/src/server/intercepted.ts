import type { Timers } from "@millrace/platform";
import type { Answer } from "../handlers/handler.ts";
import { pause } from "./intercept.ts";
import type { Intercepts, ReceivedRequest, Verdict } from "./intercept.ts";

/** The connection of a request, as far as intercepts go. */
export interface InterceptedConnection {
  /** Cuts the connection. */
  close(): void;
}

/** Ways to answer a request. */
export interface Ways {
  readonly serve: () => Answer<object>;
  readonly refuse: (errorCode: number) => object;
}

/** Puts a node's intercepts before its handlers. Requests of a connection stay in their order, however long one is held. */
export class Intercepted {
  readonly #intercepts: Intercepts;
  readonly #timers: Timers;
  /** Requests of a connection that are held back, if there are any. */
  readonly #held = new WeakMap<InterceptedConnection, Promise<void>>();

  constructor(intercepts: Intercepts, timers: Timers) {
    this.#intercepts = intercepts;
    this.#timers = timers;
  }

  /** True while a request of the connection is held back, so that those behind it must wait. */
  holds(connection: InterceptedConnection): boolean {
    return this.#held.has(connection);
  }

  /** Answers a request as its intercepts want it. */
  answer(request: ReceivedRequest, connection: InterceptedConnection, ways: Ways): Answer<object> {
    const held = this.#held.get(connection);
    const decided = held === undefined ? this.#intercepts.decide(request) : held.then(() => this.#intercepts.decide(request));
    if (!(decided instanceof Promise) && !isDelay(decided)) return this.#follow(decided, connection, ways);
    let release = (): void => {};
    const hold = new Promise<void>((resolve) => (release = resolve));
    this.#held.set(connection, hold);
    const served = this.#late(decided, connection, ways);
    const done = (): void => {
      if (this.#held.get(connection) === hold) this.#held.delete(connection);
      release();
    };
    return served.then(
      ({ answer }) => {
        done();
        return answer;
      },
      (error: unknown) => {
        done();
        throw error;
      },
    );
  }

  /** Follows a verdict that takes time. The answer is wrapped, so that what follows does not wait for it as well. */
  async #late(
    decided: Verdict | Promise<Verdict>,
    connection: InterceptedConnection,
    ways: Ways,
  ): Promise<{ answer: Answer<object> }> {
    const verdict = await decided;
    if (!isDelay(verdict)) return { answer: this.#follow(verdict, connection, ways) };
    await pause(this.#timers, verdict.delayMs);
    return { answer: ways.serve() };
  }

  #follow(verdict: Exclude<Verdict, { delayMs: number }>, connection: InterceptedConnection, ways: Ways): Answer<object> {
    switch (verdict) {
      case "pass":
        return ways.serve();
      case "close":
        connection.close();
        return never();
      case "hang":
        return never();
      case "drop response":
        return closeAfter(ways.serve(), connection);
    }
    if ("errorCode" in verdict) return ways.refuse(verdict.errorCode);
    return verdict.answer(ways.serve) as object | Promise<object>;
  }
}

function isDelay(verdict: Verdict): verdict is { readonly delayMs: number } {
  return typeof verdict === "object" && "delayMs" in verdict;
}

function never(): Promise<null> {
  return new Promise(() => {});
}

async function closeAfter(answer: Answer<object>, connection: InterceptedConnection): Promise<null> {
  await answer;
  connection.close();
  return never();
}
