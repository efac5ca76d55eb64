import { type ClientContext, newBackoff } from "../context.ts";
import { reason } from "../errors.ts";
import type { Lifetime } from "../lifetime.ts";
import type { Metadata } from "./metadata.ts";

/** Asks for the metadata of topics that turned out to be stale, one request at a time, with growing pauses while there are such. */
export class TopicRefresher {
  readonly #context: ClientContext;
  readonly #metadata: Metadata;
  readonly #lifetime: Lifetime;
  readonly #onRefreshed: (topics: readonly string[]) => void;
  readonly #stale = new Set<string>();
  #running = false;

  /** @param onRefreshed called after each answer, with the topics that it was asked for */
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
        this.#context.settings.log("debug", "metadata could not be refreshed", { reason: reason(error) });
        for (const topic of topics) this.#stale.add(topic);
      }
      // Also after success: who asks again at once would most likely hear the same.
      await this.#lifetime.sleep(backoff.nextMs()).catch(() => {});
    }
    this.#running = false;
  }
}
