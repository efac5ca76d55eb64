import { type ClientContext, newBackoff } from "../context.ts";
import { reason } from "../errors.ts";
import type { Lifetime } from "../lifetime.ts";
import type { Metadata } from "./metadata.ts";

/** Refreshes the metadata of stale topics, one request at a time, with growing pauses while there are any. */
export class TopicRefresher {
  readonly #context: ClientContext;
  readonly #metadata: Metadata;
  readonly #lifetime: Lifetime;
  readonly #onRefreshed: (topics: readonly string[]) => void;
  readonly #stale = new Set<string>();
  #running = false;

  /** @param onRefreshed called after each answer, with the topics of the request */
  constructor(context: ClientContext, metadata: Metadata, lifetime: Lifetime, onRefreshed: (topics: readonly string[]) => void) {
    this.#context = context;
    this.#metadata = metadata;
    this.#lifetime = lifetime;
    this.#onRefreshed = onRefreshed;
  }

  refresh(topic: string): void {
    this.#stale.add(topic);
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    const backoff = newBackoff(this.#context);
    while (this.#stale.size > 0 && !this.#lifetime.closed) {
      const topics = [...this.#stale];
      this.#stale.clear();
      try {
        await this.#metadata.refresh(topics);
        if (!this.#lifetime.closed) this.#onRefreshed(topics);
      } catch (error) {
        this.#context.settings.log("debug", "could not refresh metadata", { reason: reason(error) });
        for (const topic of topics) this.#stale.add(topic);
      }
      // Pause after success too: the answer to a request right behind it would most likely be the same.
      await this.#lifetime.sleep(backoff.nextMs()).catch(() => {});
    }
    this.#running = false;
  }
}
