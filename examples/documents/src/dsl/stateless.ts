import { int32, json, string, topic } from "millrace";
import { record, show } from "../show.ts";

const numbers = topic("numbers", { key: string, value: int32 });
const lines = topic("lines", { key: string, value: string });
const out = topic("out", { key: string, value: int32 });
const texts = topic("texts", { key: string, value: string });

export const filter = (): string =>
  show({
    program: (builder) => {
      // #region filter
      builder
        .stream(numbers)
        .filter((value) => value > 0)
        .to("out");
      // #endregion
    },
    input: [record(numbers, "a", 1, 0), record(numbers, "b", -2, 5), record(numbers, "a", 3, 9)],
    output: [out],
  });

export const filterNot = (): string =>
  show({
    program: (builder) => {
      // #region filterNot
      builder
        .stream(numbers)
        .filterNot((value) => value > 0)
        .to("out");
      // #endregion
    },
    input: [record(numbers, "a", 1, 0), record(numbers, "b", -2, 5), record(numbers, "a", 3, 9)],
    output: [out],
  });

export const mapValues = (): string =>
  show({
    program: (builder) => {
      // #region mapValues
      builder
        .stream(lines)
        .mapValues((line, key, { offset }) => `${key}, line ${String(offset)}: ${line}`)
        .to("texts", { value: string });
      // #endregion
    },
    input: [record(lines, "a", "one", 0), record(lines, "b", "two", 5)],
    output: [texts],
  });

export const map = (): string =>
  show({
    program: (builder) => {
      // #region map
      builder
        .stream(lines)
        .map((line, key) => ({ key: line, value: key.length }))
        .to("out", { key: string, value: int32 });
      // #endregion
    },
    input: [record(lines, "ann", "x", 0), record(lines, "bo", "y", 5)],
    output: [out],
  });

export const flatMap = (): string =>
  show({
    program: (builder) => {
      // #region flatMap
      builder
        .stream(lines)
        .flatMap((line) => line.split(" ").map((word) => ({ key: word, value: word.length })))
        .to("out", { key: string, value: int32 });
      // #endregion
    },
    input: [record(lines, "a", "to be or", 0), record(lines, "b", "not", 5)],
    output: [out],
  });

export const flatMapValues = (): string =>
  show({
    program: (builder) => {
      // #region flatMapValues
      builder
        .stream(lines)
        .flatMapValues((line) => line.split(" "))
        .to("texts", { value: string });
      // #endregion
    },
    input: [record(lines, "a", "to be or", 0), record(lines, "b", "not", 5)],
    output: [texts],
  });

export const selectKey = (): string =>
  show({
    program: (builder) => {
      // #region selectKey
      builder
        .stream(lines)
        .selectKey((line) => line.slice(0, 1))
        .to("texts", { key: string });
      // #endregion
    },
    input: [record(lines, "a", "one", 0), record(lines, "b", "two", 5)],
    output: [texts],
  });

export const peek = (): string => {
  const seen: string[] = [];
  const table = show({
    program: (builder) => {
      // #region peek
      builder
        .stream(lines)
        .peek((line) => seen.push(line))
        .to("texts");
      // #endregion
    },
    input: [record(lines, "a", "one", 0), record(lines, "b", "two", 5)],
    output: [texts],
  });
  return `${table}\n\nseen: ${seen.join(", ")}`;
};

export const foreach = (): string => {
  const seen: string[] = [];
  const table = show({
    program: (builder) => {
      // #region foreach
      builder.stream(lines).foreach((line) => {
        seen.push(line);
      });
      // #endregion
    },
    input: [record(lines, "a", "one", 0), record(lines, "b", "two", 5)],
    output: [],
  });
  return `${table}\n\nseen: ${seen.join(", ")}`;
};

const web = topic("web", { key: string, value: string });
const app = topic("app", { key: string, value: string });

export const merge = (): string =>
  show({
    program: (builder) => {
      // #region merge
      builder.stream(web).merge(builder.stream(app)).to("texts", { key: string, value: string });
      // #endregion
    },
    input: [record(web, "ann", "/home", 0), record(app, "ben", "start", 3), record(web, "ann", "/shoes", 5)],
    output: [texts],
  });

export const repartition = (): string =>
  show({
    program: (builder) => {
      // #region repartition
      builder
        .stream(lines)
        .selectKey((line) => line.slice(0, 1))
        .repartition({ name: "by-letter", key: string, value: string, partitions: 12 })
        .to("texts");
      // #endregion
    },
    input: [record(lines, "a", "one", 0), record(lines, "b", "two", 5)],
    output: [topic("test-by-letter-repartition", { key: string, value: string }), texts],
  });

const events = topic("events", { key: string, value: json<{ kind: string }>() });

export const to = (): string =>
  show({
    program: (builder) => {
      // #region to
      builder.stream(events).to((event) => `events-${event.kind}`);
      // #endregion
    },
    input: [record(events, "a", { kind: "click" }, 0), record(events, "b", { kind: "order" }, 5)],
    output: [topic("events-click", { key: string }), topic("events-order", { key: string })],
  });
