import type { Client } from "@millrace/client";
import type { DroppedRecord, Engine, Plan, ResolvedPlan } from "@millrace/core";
import type { Platform } from "@millrace/platform";
import type { ResolvedConfig } from "../config.ts";
import type { RestoreEvent } from "../state/replay.ts";

/** Parts of a stream thread. It owns none of them but the group membership. */
export interface StreamThreadParts {
  readonly plan: Plan;
  readonly config: ResolvedConfig;
  readonly platform: Platform;
  readonly client: Client;
  readonly engine: Engine;
  readonly resolved: ResolvedPlan;
  readonly events: StreamThreadEvents;
}

/** The thread is about to give up tasks or take up new ones; has them all running; is on the way there; has failed, before its farewell. */
export interface StreamThreadEvents {
  onRebalancing(): void;
  onRunning(): void;
  onRestore(event: RestoreEvent): void;
  onDropped(drop: DroppedRecord): void;
  onFailed(error: unknown): void;
}
