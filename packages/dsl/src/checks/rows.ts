import type { BuildOptions } from "../build-options.ts";
import type {
  ConsumedOptions,
  GroupedOptions,
  JoinedOptions,
  NamedOptions,
  ProcessorOptions,
  ProducedOptions,
  RepartitionedOptions,
  StateStoreOptions,
  StoreOptions,
  StreamOptions,
  TableOptions,
  TableSourceOptions,
  WindowStoreOptions,
} from "../options.ts";
import {
  callback,
  duration,
  flag,
  logging,
  name,
  oneOf,
  optimization,
  partitionCount,
  reset,
  serde,
  stateStores,
  writingSerde,
  type Kind,
} from "./kinds.ts";

/** Kinds of all options of a type: an option without one does not compile. */
type KindsOf<O> = { readonly [Option in keyof O]-?: Kind };

export const namedOptions: KindsOf<NamedOptions> = { name };

const storeOptions: KindsOf<StoreOptions<unknown, unknown>> = {
  as: name,
  key: serde,
  value: serde,
  logging,
  caching: flag,
  retention: duration,
  engine: oneOf("memory", "rocksdb"),
};

const consumedOptions: KindsOf<ConsumedOptions<unknown, unknown>> = {
  name,
  key: serde,
  value: serde,
  timestampExtractor: callback,
  reset,
};

export const streamOptions: KindsOf<StreamOptions<unknown, unknown>> = { ...consumedOptions, nulls: oneOf("drop", "keep") };

export const producedOptions: KindsOf<ProducedOptions<unknown, unknown>> = {
  name,
  key: writingSerde,
  value: writingSerde,
  partitioner: callback,
};

export const groupedOptions: KindsOf<GroupedOptions<unknown, unknown>> = { name, key: serde, value: serde };

export const repartitionedOptions: KindsOf<RepartitionedOptions<unknown, unknown>> = {
  name,
  key: serde,
  value: serde,
  partitions: partitionCount,
  partitioner: callback,
};

export const joinedOptions: KindsOf<JoinedOptions<unknown, unknown>> = { name, key: serde, value: serde };

export const tableOptions: KindsOf<TableOptions<unknown, unknown>> = { ...namedOptions, ...storeOptions };

export const tableSourceOptions: KindsOf<TableSourceOptions<unknown, unknown>> = { ...storeOptions, ...consumedOptions };

export const processorOptions: KindsOf<ProcessorOptions> = { name, stores: stateStores };

export const keyValueStoreOptions: KindsOf<StateStoreOptions<unknown, unknown>> = {
  key: serde,
  value: serde,
  timestamped: flag,
  caching: flag,
  logging,
  engine: oneOf("memory", "rocksdb"),
};

export const windowStoreOptions: KindsOf<WindowStoreOptions<unknown, unknown>> = {
  ...keyValueStoreOptions,
  size: duration,
  retention: duration,
  retainDuplicates: flag,
};

export const buildOptions: KindsOf<BuildOptions> = {
  explicitNames: flag,
  engine: oneOf("memory", "rocksdb"),
  optimization,
};
