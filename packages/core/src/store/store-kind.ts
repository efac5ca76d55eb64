import type { ValueFormat } from "./format/value-format.ts";
import type { KeySchema } from "./schema/key-schema.ts";
import type { CommonStoreSpec } from "./store.ts";
import type { OpenStore, StoreBuild } from "./store-build.ts";

/** Kind of store: everything that code outside `core/store` has to know of it. */
export interface StoreKind<S extends CommonStoreSpec = CommonStoreSpec> {
  /** Interface that operators see; kinds with the same interface share it. */
  readonly facade: string;
  /** Form of the values in the engine. */
  readonly format: ValueFormat;
  /** Layout of the keys. */
  schema(spec: S): KeySchema;
  /** Opens a task's partition of the store. @throws {MissingSerdeError} if neither the spec nor the defaults have a serde */
  open(spec: S, build: StoreBuild): OpenStore;
  /** Configuration of the changelog topic. `additionalRetentionMs`: what the topic keeps longer than the store. */
  changelogConfig(spec: S, additionalRetentionMs: number): ChangelogConfig;
  /** End of the window with this start in milliseconds since the epoch; NaN in a store without windows. */
  windowEndMs(spec: S, windowStartMs: number): number;
}

/** Settings that a kind of store demands of its changelog topic, in Kafka's names. */
export interface ChangelogConfig {
  /** Gives way to the application's settings for topics. */
  readonly defaults: Readonly<Record<string, string>>;
  /** Wins over the application's settings, and gives way only to those of an operator. */
  readonly required: Readonly<Record<string, string>>;
}
