import type { StoreSpec } from "../store/store.ts";

/** Settings of a topic, in Kafka's names. */
export type TopicConfig = Readonly<Record<string, string>>;

/** Settings of the internal topics that a plan makes. */
export interface InternalTopicSettings {
  /** The application's `topic.` settings: they win over those of the library, and lose against those of an operator. */
  readonly topicConfig?: TopicConfig;
  /** What a window store's changelog keeps longer than the store. `windowstore.changelog.additional.retention.ms`. Default 1 day. */
  readonly changelogAdditionalRetentionMs?: number;
}

const changelogAdditionalRetentionMsDefault = 86_400_000;

/** Of a repartition topic: its records are deleted when they are processed and committed, never by time. Java: RepartitionTopicConfig. */
export function repartitionTopicConfig(settings: InternalTopicSettings): TopicConfig {
  return Object.freeze({
    "cleanup.policy": "delete",
    "message.timestamp.type": "CreateTime",
    "retention.ms": "-1",
    "segment.bytes": "52428800",
    ...settings.topicConfig,
  });
}

/**
 * Of a store's changelog: compacted, and for windows also deleted when the store has dropped them long since. Their
 * retention gives way only to one that the operator was given. Java: WindowedChangelogTopicConfig and its siblings.
 */
export function changelogTopicConfig(store: StoreSpec, settings: InternalTopicSettings): TopicConfig {
  const windowed = store.kind === "window" || store.kind === "timestampedWindow";
  const additionalMs = settings.changelogAdditionalRetentionMs ?? changelogAdditionalRetentionMsDefault;
  return Object.freeze({
    "cleanup.policy": windowed ? "compact,delete" : "compact",
    "message.timestamp.type": "CreateTime",
    ...settings.topicConfig,
    ...(windowed ? { "retention.ms": String(store.retentionMs + additionalMs) } : {}),
    ...store.changelogConfig,
  });
}
