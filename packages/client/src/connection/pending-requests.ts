import type { Timer } from "@millrace/platform";
import type { AnyApi } from "@millrace/protocol";

/** Request that was written and is not answered yet. */
export interface PendingRequest {
  readonly correlationId: number;
  readonly api: AnyApi;
  readonly version: number;
  readonly timer: Timer;
  readonly resolve: (response: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Queue of the unanswered requests. A broker answers in the order in which they were written. */
export class PendingRequests {
  #requests: (PendingRequest | undefined)[] = [];
  #head = 0;

  get count(): number {
    return this.#requests.length - this.#head;
  }

  add(request: PendingRequest): void {
    this.#requests.push(request);
  }

  takeFirst(): PendingRequest | undefined {
    const request = this.#requests[this.#head];
    if (request === undefined) return undefined;
    this.#requests[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#requests.length) {
      this.#requests.length = 0;
      this.#head = 0;
    }
    return request;
  }

  /** Removes and returns all requests, in order. */
  takeAll(): PendingRequest[] {
    const rest = this.#requests.slice(this.#head) as PendingRequest[];
    this.#requests = [];
    this.#head = 0;
    return rest;
  }
}
