import type { Timers } from "@millrace/platform";
import type { AnyApi } from "@millrace/protocol";

/** API whose requests are intercepted, such as `produce` of the protocol package. */
export interface InterceptedApi<Request, Response> {
  /** Number of the API in request headers. */
  readonly key: number;
  /** Kafka's name, such as `Produce`. */
  readonly name: string;
  /** Lowest version. */
  readonly minVersion: number;
  /** Highest version. */
  readonly maxVersion: number;
  /** First version with compact lengths and tagged fields. */
  readonly flexibleFrom: number;
  /** Codec that reads its requests. */
  readonly request: { read(from: never, version: number): Request };
  /** Codec that writes its responses. */
  readonly response: { write(to: never, message: Response, version: number): void };
}

/** A request that a node received, before anything is done about it. */
export interface ReceivedRequest<Request = unknown> {
  /** Id of the node. */
  readonly nodeId: number;
  /** Kafka's name of the API, such as `Produce`. */
  readonly api: string;
  /** Version of the API in which it was asked. */
  readonly version: number;
  /** Client id of the request's header. */
  readonly clientId: string | null;
  /** Fields of the request. */
  readonly body: Request;
  /** Number of the connection on this node, counted from 0. */
  readonly connection: number;
  /** Time of its arrival, in milliseconds since 1970. */
  readonly timeMs: number;
  /** Breaks the connection, now or later; a response that is due is lost. */
  close(): void;
}

/** Serves a request as if it had not been intercepted. Null: there is no response. */
export type ServeRequest<Response> = () => Response | null | Promise<Response | null>;

/**
 * Fate of a request.
 *
 * - `pass`: it is served.
 * - `close`: the connection breaks, and nothing was done.
 * - `drop response`: it is served, and the connection breaks instead of the answer.
 * - `hang`: nothing is done and no answer comes; later answers on the connection wait behind it.
 * - `delayMs`: it is served after that time; later requests on the connection wait behind it.
 * - `errorCode`: nothing is done; the answer gives this error for everything that was asked.
 * - `answer`: the function makes the answer, and may have the request served for it. Later requests on the connection do not
 *   wait behind it, but their answers do.
 */
export type Verdict<Response = unknown> =
  | "pass"
  | "close"
  | "drop response"
  | "hang"
  | { readonly delayMs: number }
  | { readonly errorCode: number }
  | { readonly answer: (serve: ServeRequest<Response>) => Response | Promise<Response> };

/** Decides the fate of requests: a fault, or a scripted answer, for tests and simulations. A promise holds the connection's requests. */
export type Intercept<Request = unknown, Response = unknown> = (
  request: ReceivedRequest<Request>,
) => Verdict<Response> | Promise<Verdict<Response>>;

interface Entry {
  /** Null: all APIs. */
  readonly api: InterceptedApi<unknown, unknown> | null;
  readonly intercept: Intercept<any, any>;
}

/** Intercepts of one node. The newest that does not let a request pass decides. */
export class Intercepts {
  readonly #entries: Entry[] = [];

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Adds an intercept for requests of one API. Returns how to remove it. */
  add<Request, Response>(api: InterceptedApi<Request, Response>, intercept: Intercept<Request, Response>): () => void {
    return this.#add({ api, intercept });
  }

  /** Adds an intercept for all requests. Returns how to remove it. */
  addForAll(intercept: Intercept): () => void {
    return this.#add({ api: null, intercept });
  }

  /** Returns the API of that key, if there is an intercept for it: nodes can answer even what they do not serve. */
  apiOf(key: number): AnyApi | undefined {
    return (this.#entries.find(({ api }) => api?.key === key)?.api as AnyApi | null | undefined) ?? undefined;
  }

  /** Asks the intercepts, the newest first, until one does not say `pass`. */
  decide(request: ReceivedRequest): Verdict | Promise<Verdict> {
    return this.#decideFrom(this.#entries.length - 1, request);
  }

  #decideFrom(last: number, request: ReceivedRequest): Verdict | Promise<Verdict> {
    for (let i = last; i >= 0; i -= 1) {
      const { api, intercept } = this.#entries[i]!;
      if (api !== null && api.name !== request.api) continue;
      const verdict = intercept(request);
      if (verdict instanceof Promise)
        return verdict.then((decided) =>
          decided === "pass" ? this.#decideFrom(Math.min(i, this.#entries.length) - 1, request) : decided,
        );
      if (verdict !== "pass") return verdict;
    }
    return "pass";
  }

  #add(entry: Entry): () => void {
    this.#entries.push(entry);
    return () => {
      const at = this.#entries.indexOf(entry);
      if (at >= 0) this.#entries.splice(at, 1);
    };
  }
}

/** Resolves after so long. */
export function pause(timers: Timers, delayMs: number): Promise<void> {
  return new Promise((resolve) => void timers.after(delayMs, resolve));
}
