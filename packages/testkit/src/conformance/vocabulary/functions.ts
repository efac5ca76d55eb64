import {
  failOnInvalidTimestamp,
  logAndSkipOnInvalidTimestamp,
  usePartitionTimeOnInvalidTimestamp,
  type StreamPartitioner,
  type TimestampExtractor,
  type TopicNameExtractor,
} from "@millrace/core";
import { BoomError, LackError } from "./errors.ts";
import { nameAndArgument, num, text } from "./text.ts";

/** Pieces for flatMap and flatMapValues. `nullList` answers null, which no iterable is: what then happens is the scenario's point. */
export function flat(spec: string): (value: unknown) => unknown[] {
  const [name, argument] = nameAndArgument(spec);
  switch (name) {
    case "splitWords":
      return (value) =>
        value === null
          ? []
          : text(value)
              .split(" ")
              .filter((word) => word !== "");
    case "dup":
      return (value) => Array.from({ length: Number(argument) }, () => value);
    case "none":
      return () => [];
    case "nullList":
      return () => null as never;
    default:
      throw new LackError(`flat function ${name}`);
  }
}

/** A joiner gets the two values, then the key. */
export function joiner(spec: string): (left: unknown, right: unknown, key: unknown) => unknown {
  const [name, argument] = nameAndArgument(spec);
  switch (name) {
    case "concat":
      return (left, right) => text(left) + argument + text(right);
    case "keyConcat":
      return (left, right, key) => `${text(key)}:${text(left)}${argument}${text(right)}`;
    case "sum":
      return (left, right) => num(left) + num(right);
    case "left":
      return (left) => left;
    case "right":
      return (_left, right) => right;
    case "toNull":
      return () => null;
    case "failIf":
      return (left, right) => {
        if (text(left) === argument || text(right) === argument) throw new BoomError(argument);
        return `${text(left)}+${text(right)}`;
      };
    default:
      throw new LackError(`joiner ${name}`);
  }
}

export function timestampExtractor(spec: string): TimestampExtractor {
  const [name, argument] = nameAndArgument(spec);
  switch (name) {
    case "failOnInvalid":
      return failOnInvalidTimestamp;
    case "logAndSkip":
      return logAndSkipOnInvalidTimestamp;
    case "usePartitionTime":
      return usePartitionTimeOnInvalidTimestamp;
    case "recordTime":
      return (record) => record.timestampMs;
    case "partitionTime":
      return (_record, partitionTimeMs) => partitionTimeMs;
    case "valueAsTime":
      return (record) => num(record.value);
    case "plus":
      return (record) => record.timestampMs + Number(argument);
    case "const":
      return () => Number(argument);
    case "negativeIf":
      return (record) => (text(record.value) === argument ? -1 : record.timestampMs);
    case "failIf":
      return (record) => {
        if (text(record.value) === argument) throw new BoomError(argument);
        return record.timestampMs;
      };
    default:
      throw new LackError(`timestamp extractor ${name}`);
  }
}

export function partitioner(spec: string): StreamPartitioner {
  const [name, argument] = nameAndArgument(spec);
  switch (name) {
    case "default":
      return () => null;
    case "fixed":
      return () => [Number(argument)];
    case "drop":
      return () => [];
    case "dropIf":
      return (value) => (text(value) === argument ? [] : null);
    case "all":
      return (_value, _key, partitions) => Array.from({ length: partitions }, (_, partition) => partition);
    default:
      throw new LackError(`partitioner ${name}`);
  }
}

/** Its printed form, which `describe()` shows, is its own text. */
export function topicExtractor(spec: string): TopicNameExtractor {
  const extract = extraction(spec);
  return Object.assign(extract, { toString: () => spec });
}

function extraction(spec: string): TopicNameExtractor {
  const [name, argument] = nameAndArgument(spec);
  switch (name) {
    case "const":
      return () => argument;
    case "key":
      return (_value, key) => argument + text(key);
    case "firstChar":
      return (value) => argument + (value === null ? "null" : text(value).slice(0, 1));
    case "sourceTopic":
      return (_value, _key, record) => argument + text(record.topic);
    case "header":
      return (_value, _key, record) =>
        record.headers.findLast((header) => header.key === argument)?.value?.toString("utf8") ?? "no-header";
    case "null":
      return () => null as never;
    default:
      throw new LackError(`topic extractor ${name}`);
  }
}
