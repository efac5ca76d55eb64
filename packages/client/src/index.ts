/// <reference types="node" preserve="true" />
export { Client } from "./client.ts";
export { checkSecurity, type ClientConfig, type SslOptions } from "./config.ts";
export type { OauthBearerToken, SaslOptions, SaslPasswordOptions, SaslTokenOptions } from "./sasl/sasl-options.ts";
export { type Log, type LogLevel, silent } from "@millrace/platform";
export {
  AuthenticationError,
  BrokerError,
  BrokerUnreachableError,
  ClientError,
  ClosedError,
  ConnectionLostError,
  FetchError,
  GroupError,
  type GroupErrorCode,
  InvalidConfigError,
  isRetriable,
  ListenerMismatchError,
  MalformedResponseError,
  NotKafkaError,
  ProduceError,
  type ProduceFailure,
  RecordTooLargeError,
  RequestTimeoutError,
  SecureConnectionError,
  UnknownPartitionError,
  UnknownTopicError,
  UnsupportedVersionError,
} from "./errors.ts";
export type { Broker } from "./cluster/cluster.ts";
export type { Metadata, TopicOptions } from "./cluster/metadata.ts";
export type { PartitionMetadata, TopicMetadata } from "./cluster/topic-metadata.ts";
export type { Producer } from "./producer/producer.ts";
export type { ProducerTopic } from "./producer/producer-topic.ts";
export type { ProducerOptions } from "./producer/producer-options.ts";
export type { Fetcher } from "./fetcher/fetcher.ts";
export type { Fetched, FetchedPartition, FetcherOptions, FetchFailed } from "./fetcher/fetched.ts";
export type { GroupMember } from "./group/group-member.ts";
export type { GroupState } from "./group/group-state.ts";
export type {
  CommittedOffset,
  GroupMemberOptions,
  GroupProtocol,
  JoinedMember,
  MembershipOperation,
  OffsetToCommit,
  TopicPartition,
} from "./group/group-options.ts";
export type { Admin } from "./admin/admin.ts";
export type {
  ConfigEntry,
  CreatedTopic,
  CreateTopicsOptions,
  DeletedRecords,
  DescribedPartition,
  DescribedTopic,
  ListedOffset,
  OffsetAt,
  RecordsToDelete,
  TopicToCreate,
} from "./admin/admin-types.ts";
