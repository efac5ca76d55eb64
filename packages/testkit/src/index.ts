/// <reference types="node" preserve="true" />
export { TopologyTestDriver, type DriverOptions } from "./driver/topology-test-driver.ts";
export type { ProducedRecord } from "./driver/captured-output.ts";
export { DriverClosedError, InvalidAdvanceError, NoRecordError, UnknownTopicError } from "./driver/errors.ts";
export type { InputTopicOptions, PipeOptions, TestInputTopic } from "./driver/test-input-topic.ts";
export type { OutputTopicOptions, TestOutputTopic, TestRecord } from "./driver/test-output-topic.ts";
export type { KeyValueEntry, TestKeyValueStore, TestWindowStore, WindowEntry } from "./driver/test-stores.ts";
