import type { Timer, Timers } from "@millrace/platform";
import type { AnyApi } from "@millrace/protocol";

import { RequestTimeoutError } from "../errors.ts";

/** Request before it is written. */
export interface Request {
  readonly api: AnyApi;
  readonly version: number;
  readonly body: unknown;
  readonly timeoutMs: number;
  readonly resolve: (response: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Requests that may not be written yet, in order, since the broker throttles or the session is being renewed. */
export class HeldRequests {
  readonly #address: string;
  readonly #timers: Timers;
  readonly #held = new Map<Request, Timer>();

  constructor(address: string, timers: Timers) {
    this.#address = address;
    this.#timers = timers;
  }

  get count(): number {
    return this.#held.size;
  }

  /** Holds a request. One that waits too long fails alone: it was never sent, so no answer can come. */
  add(request: Request): void {
    const timer = this.#timers.after(request.timeoutMs, () => {
      this.#held.delete(request);
      request.reject(new RequestTimeoutError(request.api.name, this.#address, request.timeoutMs, true));
    });
    this.#held.set(request, timer);
  }

  /** Removes and returns all requests, in order. */
  takeAll(): Request[] {
    const all = [...this.#held.keys()];
    for (const timer of this.#held.values()) timer.cancel();
    this.#held.clear();
    return all;
  }
}
