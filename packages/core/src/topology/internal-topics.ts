import { kindOf, type StoreSpec } from "../store/kinds.ts";

/** Settings of a topic, in Kafka's names. */
export type TopicConfig = Readonly<Record<string, string>>;

/** Settings of the internal topics that a plan makes. */
export interface InternalTopicSettings {
  /** The application's `topic.` settings: they win over those of the library, and lose against those of an operator. */
  readonly topicConfig?: TopicConfig;
  /**
   * Additional retention of a window store's changelog beyond the store's own, in milliseconds.
   * `windowstore.changelog.additional.retention.ms`. Default 1 day.
   */
  readonly changelogAdditionalRetentionMs?: number;
}

const changelogAdditionalRetentionMsDefault = 86_400_000;

/**
 * Configuration of a repartition topic: its records are deleted once they are processed and committed, never by time. Java:
 * RepartitionTopicConfig.
 */
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
 * Configuration of a store's changelog: compacted, and for windows also deleted long after the store has dropped them. Their
 * retention gives way only to one that the operator was given. Java: WindowedChangelogTopicConfig and its siblings.
 */
export function changelogTopicConfig(store: StoreSpec, settings: InternalTopicSettings): TopicConfig {
  const additionalMs = settings.changelogAdditionalRetentionMs ?? changelogAdditionalRetentionMsDefault;
  const { defaults, required } = kindOf(store).changelogConfig(store, additionalMs);
  return Object.freeze({
    ...defaults,
    "message.timestamp.type": "CreateTime",
    ...settings.topicConfig,
    ...required,
    ...store.changelogConfig,
  });
}
