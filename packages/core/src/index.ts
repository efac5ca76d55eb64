/// <reference types="node" preserve="true" />
export { InvalidArgumentError, StreamsError } from "./errors.ts";
export type { IsAny, Misuse, Promised, SyncSerde, SyncSerdeSentence } from "./misuse.ts";
export { noHeaders, RecordContext, type Header, type Headers } from "./record/record-context.ts";
export { dropReasons, type DropReason } from "./record/drop-reason.ts";
export { RawRecord } from "./record/raw-record.ts";
export { TaskMetrics, type DropCount, type ProcessedCount } from "./record/task-metrics.ts";
export { Windowed } from "./record/windowed.ts";
export { bigint64 } from "./serde/bigint64.ts";
export { boolean } from "./serde/boolean.ts";
export { bytes } from "./serde/bytes.ts";
export {
  AsyncSchemaError,
  DeserializationError,
  LookUpTimeoutError,
  MissingSerdeError,
  NotReadyError,
  ofKey,
  SerdeBindError,
  SerializationError,
  UnboundSerdeError,
} from "./serde/errors.ts";
export { checkOptions } from "./check-options.ts";
export { shown, thrownText } from "./shown.ts";
export { float32 } from "./serde/float32.ts";
export { float64 } from "./serde/float64.ts";
export { int16 } from "./serde/int16.ts";
export { int32 } from "./serde/int32.ts";
export { int64 } from "./serde/int64.ts";
export { readInt64, writeInt64 } from "@millrace/protocol";
export { json, type JsonOptions } from "./serde/json.ts";
export type { JsonHolds } from "./serde/json-holds.ts";
export { list } from "./serde/list.ts";
export { encode } from "./serde/encode.ts";
export { checkSerde } from "./serde/check-serde.ts";
export { isSerde } from "./serde/is-serde.ts";
export { defineSerde, type Serde, type SerdeParts, type SerdeRole } from "./serde/serde.ts";
export { SerdeBindings } from "./serde/serde-bindings.ts";
export { serde, type SimpleSerde } from "./serde/simple-serde.ts";
export { copyBytes, slice, Slice } from "./serde/slice.ts";
export type { SchemaIssue, SchemaResult, StandardSchema } from "./serde/standard-schema.ts";
export { string } from "./serde/string.ts";
export { uuid } from "./serde/uuid.ts";
export { voidSerde } from "./serde/void.ts";
export { isWindowedSerde, windowed, type WindowedSerde } from "./serde/windowed.ts";
export type {
  Aggregator,
  ForeachAction,
  Initializer,
  Joiner,
  KeyValue,
  KeyValueMapper,
  PairsMapper,
  Predicate,
  RecordView,
  Reducer,
  TablePredicate,
  TableValueMapper,
  ValueMapper,
  ValuesMapper,
} from "./operator/callbacks.ts";
export { Change, changeSerde, type ChangeSerde } from "./operator/change.ts";
export {
  AsyncCallbackError,
  FixedKeyError,
  ForwardInInitError,
  ForwardOutsideCallError,
  MalformedRecordError,
  NullKeyError,
  NullResultError,
  NullStoreKeyError,
  UndefinedValueError,
  UnknownChildError,
} from "./operator/errors.ts";
export { filter } from "./operator/filter.ts";
export { flatMap } from "./operator/flat-map.ts";
export { flatMapValues } from "./operator/flat-map-values.ts";
export { foreach } from "./operator/foreach.ts";
export { keyedOnly } from "./operator/keyed-only.ts";
export { map } from "./operator/map.ts";
export { mapValues } from "./operator/map-values.ts";
export { merge } from "./operator/merge.ts";
export type { Cancellable, OperatorBuild, OperatorSpec, PunctuationClock, TaskContext } from "./operator/operator-spec.ts";
export type { OperatorLifeCycle, StreamOperator, TableOperator } from "./operator/operator.ts";
export type { OperatorSettings } from "./operator/settings.ts";
export { peek } from "./operator/peek.ts";
export { processRecords, type ProcessOptions } from "./operator/process.ts";
export { processValues, type ProcessValuesOptions } from "./operator/process-values.ts";
export {
  ProcessorRecord,
  type FixedKeyProcessor,
  type FixedKeyProcessorContext,
  type FixedKeyProcessorSupplier,
  type FixedKeyRecord,
  type ForwardedRecord,
  type ProcessingContext,
  type Processor,
  type ProcessorContext,
  type ProcessorSupplier,
  type RecordMetadata,
  type ScheduleOptions,
  type StoreDefinition,
} from "./operator/processor.ts";
export type { IterationOptions, ProcessorKeyValueStore, ProcessorWindowStore } from "./operator/processor-stores.ts";
export type { ReadDuration } from "./operator/node-context.ts";
export { selectKey } from "./operator/select-key.ts";
export { streamAggregate, type StreamAggregateOptions } from "./operator/stream-aggregate.ts";
export { streamReduce, type StreamReduceOptions } from "./operator/stream-reduce.ts";
export { streamTableJoin, type StreamTableJoinOptions } from "./operator/stream-table-join.ts";
export { tableAggregate, tableReduce, type TableAggregateOptions, type TableReduceOptions } from "./operator/table-aggregate.ts";
export { filteredGetter, tableFilter, type TableFilterOptions } from "./operator/table-filter.ts";
export { storeGetter, type TableGetter, type TableGetterSpec } from "./operator/table-getter.ts";
export { tableGroupBy, type TableGroupByOptions } from "./operator/table-group-by.ts";
export { mappedGetter, tableMapValues, type TableMapValuesOptions } from "./operator/table-map-values.ts";
export { tableSource, type TableSourceOptions } from "./operator/table-source.ts";
export { tableToStream } from "./operator/table-to-stream.ts";
export type { TimeWindowsSpec } from "./operator/time-windows.ts";
export { windowedAggregate, type WindowedAggregateOptions } from "./operator/windowed-aggregate.ts";
export { windowedReduce, type WindowedReduceOptions } from "./operator/windowed-reduce.ts";
export { bindSerdes, type BindSerdesOptions } from "./task/bind-serdes.ts";
export type { DefaultSerdes } from "./task/node-serdes.ts";
export {
  EdgeKindError,
  HandlerError,
  InvalidTimestampError,
  NoSuchPartitionError,
  NoTopicError,
  ProcessingError,
  ProcessorLifeCycleError,
  SinkRecordError,
  SourceRecordError,
  TimestampExtractorError,
  UnknownPartitionError,
  UnknownStoreError,
  UnreadableBatchError,
  type FailedRecord,
} from "./task/errors.ts";
export { DropTally, type DroppedRecord } from "./task/drops.ts";
export {
  continueOnError,
  failing,
  failOnError,
  type ErrorHandler,
  type HandledRecord,
  type Handling,
  type ProcessingErrorsScope,
  type TaskHandlers,
} from "./task/handlers.ts";
export { decodeOffsetMetadata, encodeOffsetMetadata, type OffsetMetadata } from "./task/offset-metadata.ts";
export type { Output, TopicOutput } from "./output.ts";
export type { LagLookup } from "./task/partition-group.ts";
export { PendingLookUp, type SettledLookUp } from "./task/pending-look-up.ts";
export type { ProcessedRecords } from "./task/processed-records.ts";
export { Task, type CommittableOffset, type TaskOptions } from "./task/task.ts";
export { TaskStores, type TaskStoresOptions } from "./task/task-stores.ts";
export {
  failOnInvalidTimestamp,
  logAndSkipOnInvalidTimestamp,
  usePartitionTimeOnInvalidTimestamp,
  wallclockTimestamp,
} from "./task/timestamp-extractors.ts";
export { checkTopology } from "./topology/check-topology.ts";
export { createTopology } from "./topology/create-topology.ts";
export { describe } from "./topology/describe.ts";
export {
  describePlan,
  type InternalTopicDescription,
  type PlanDescription,
  type SubtopologyDescription,
} from "./topology/describe-plan.ts";
export {
  explain,
  type CommonNodeExplanation,
  type NodeExplanation,
  type ProcessorExplanation,
  type SinkExplanation,
  type SourceExplanation,
  type StoreExplanation,
  type SubtopologyExplanation,
  type TopologyExplanation,
} from "./topology/explain.ts";
export { NotCopartitionedError, TopologyError, UnknownPartitionsError } from "./topology/errors.ts";
export type { InternalTopicSettings, TopicConfig } from "./topology/internal-topics.ts";
export {
  changelogTopicName,
  internalTopicName,
  physicalTopics,
  plan,
  type ChangelogTopicPlan,
  type Plan,
  type RepartitionTopicPlan,
  type Subtopology,
} from "./topology/plan.ts";
export { resolvePartitions, type ResolvedPlan, type TaskPlan } from "./topology/resolve-partitions.ts";
export type {
  AutoOffsetReset,
  CommonNode,
  ConsumedRecord,
  NodeOrigin,
  ProcessorNode,
  RepartitionTopic,
  SinkNode,
  SourceNode,
  StreamPartitioner,
  TimestampExtractor,
  TopicNameExtractor,
  Topology,
  TopologyNode,
} from "./topology/topology.ts";
export { unreachable } from "./topology/unreachable.ts";
export type { Checkpoint, Engine, EngineBatch, EngineScan, EngineSpace } from "./store/engine/engine.ts";
export { MemoryStoreFullError, UnsupportedStoreError, WrongStoreKindError } from "./store/errors.ts";
export { keyValueStoreOf } from "./store/kinds/key-value.ts";
export { kindOf, type StoreSpec } from "./store/kinds.ts";
export { MemoryEngine } from "./store/engine/memory-engine.ts";
export { OperationList, type OperationTarget } from "./store/engine/operation-list.ts";
export { RecordCache } from "./store/core/record-cache.ts";
export type { ChangelogRecords, StoreBuild, StoreEntry, TaskStore } from "./store/store-build.ts";
export type { ChangelogConfig, StoreKind } from "./store/store-kind.ts";
export { storedCheckpoint } from "./store/core/stored-checkpoint.ts";
export { StoreTail } from "./store/core/store-tail.ts";
export { WriteBudget } from "./store/core/write-budget.ts";
export type { KeyValueStore, KeyValueStoreSpec } from "./store/kinds/key-value.ts";
export type { WindowStore, WindowStoreSpec } from "./store/kinds/window.ts";
export type {
  CommonStoreSpec,
  ForwardListener,
  Store,
  StoredTable,
  StoreIterator,
  WindowForwardListener,
  WindowStoreIterator,
} from "./store/store.ts";
export { windowStoreOf } from "./store/kinds/window.ts";
