/**
 * Waits of a thread's loop, one at a time. The thread's failure ends each of them at once: what is waited for may take as long as the
 * producer's delivery timeout.
 */
export class LoopWaits {
  #failure: { readonly error: unknown } | null = null;
  #isStopped = false;
  #endByFailure: (error: unknown) => void = () => undefined;
  #endByStop: () => void = () => undefined;

  /** Ends the present wait and all later ones. Only the first error counts. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#endByFailure(this.#failure.error);
  }

  /** Ends the present wait and all later ones, if `stop` need not wait for them. */
  stop(): void {
    this.#isStopped = true;
    this.#endByStop();
  }

  /** Throws the failure, if there is one. */
  check(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Waits for work that goes on without anybody who waits. @throws the failure, if it comes first */
  unlessFailed<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#endByFailure = reject;
      work.then(resolve, reject);
      if (this.#failure !== null) reject(this.#failure.error);
    });
  }

  /** @returns whether the work was done before `stop`, which does not wait for it. @throws the failure, if it comes first */
  beforeStop(work: Promise<unknown>): Promise<boolean> {
    return this.unlessFailed(
      new Promise((resolve, reject) => {
        this.#endByStop = () => resolve(false);
        work.then(() => resolve(true), reject);
        if (this.#isStopped) resolve(false);
      }),
    );
  }
}
