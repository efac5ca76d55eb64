import type { Platform } from "@millrace/platform";

import { Backoff } from "./backoff.ts";
import { checkTls, type ClientConfig, type ClientSettings, clientSettings } from "./config.ts";
import { isRetriable, reason } from "./errors.ts";
import { Reachability } from "./connection/reachability.ts";
import { SilentEnds } from "./connection/silent-ends.ts";
import type { Lifetime } from "./lifetime.ts";
import type { SaslMechanism } from "./sasl/mechanism.ts";

/** Ports, settings and credentials that all parts of a client share. */
export interface ClientContext {
  readonly platform: Platform;
  readonly settings: ClientSettings;
  /** Called for each failure after which a call is tried again. */
  readonly onRetry?: (error: unknown) => void;
  /** Mechanism that authenticates connections; null: none. */
  readonly sasl: SaslMechanism | null;
  readonly silentEnds: SilentEnds;
  /** Says which brokers are away. */
  readonly reachability: Reachability;
}

/** Makes the context of a client. @throws {InvalidConfigError} */
export function clientContext(config: ClientConfig, platform: Platform): ClientContext {
  const settings = clientSettings(config);
  checkTls(settings.tls, platform.transport);
  return {
    platform,
    settings,
    sasl: settings.sasl?.(platform, settings.requestTimeoutMs) ?? null,
    silentEnds: new SilentEnds(platform.clock),
    reachability: new Reachability(platform.clock, settings.log),
  };
}

export function newBackoff({ platform, settings }: ClientContext): Backoff {
  return new Backoff(platform.random, settings.retryBackoffMs, settings.retryBackoffMaxMs);
}

/**
 * Repeats `attempt` while it fails with a retriable error, with pauses, for at most `apiTimeoutMs`. Then it throws the last
 * error. `recover`, such as a metadata refresh, runs before each repetition; its failure counts as a failure of the attempt.
 */
export async function withRetries<T>(
  context: ClientContext,
  lifetime: Lifetime,
  operation: string,
  attempt: () => Promise<T>,
  recover?: (error: unknown) => Promise<void>,
): Promise<T> {
  const { clock } = context.platform;
  const deadlineMs = clock.monotonicMs() + context.settings.apiTimeoutMs;
  const backoff = newBackoff(context);
  let failure: unknown = null;
  for (;;) {
    lifetime.check();
    try {
      if (failure !== null) await recover?.(failure);
      return await attempt();
    } catch (error) {
      const pauseMs = backoff.nextMs();
      if (!isRetriable(error) || clock.monotonicMs() + pauseMs >= deadlineMs) throw error;
      context.onRetry?.(error);
      context.settings.log("debug", "retrying a request", { operation, reason: reason(error), pauseMs });
      failure = error;
      await lifetime.sleep(pauseMs);
    }
  }
}
