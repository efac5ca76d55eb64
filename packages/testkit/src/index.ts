/// <reference types="node" preserve="true" />
export type { DriverOptions, InputTopicOptions, OutputTopicOptions, PipeOptions } from "./driver/options.ts";
export { TopologyTestDriver } from "./driver/topology-test-driver.ts";
export type { ProducedRecord } from "./driver/captured-output.ts";
export { DriverClosedError, InvalidAdvanceError, NoRecordError, UnknownTopicError, WaitingRecordError } from "./driver/errors.ts";
export type { TestInputTopic } from "./driver/test-input-topic.ts";
export type { TestOutputTopic, TestRecord } from "./driver/test-output-topic.ts";
export type { KeyValueEntry, TestKeyValueStore, TestWindowStore, WindowEntry } from "./driver/test-stores.ts";
