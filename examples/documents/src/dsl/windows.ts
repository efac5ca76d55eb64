import { int32, int64, json, string, TimeWindows, topic } from "millrace";
import { record, show, windowedString } from "../show.ts";

const clicks = topic("clicks", { key: string, value: string });
const orders = topic("orders", { key: string, value: int32 });
const minute = 60_000;
const counts = topic("counts", { key: windowedString(minute), value: int64 });

export const tumbling = (): string =>
  show({
    program: (builder) => {
      // #region tumbling
      builder
        .stream(clicks)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: "1m", grace: "30s" }))
        .count({ as: "clicks-per-minute" })
        .toStream()
        .to("counts");
      // #endregion
    },
    input: [
      record(clicks, "ann", "/home", 10_000),
      record(clicks, "ann", "/shoes", 59_999),
      record(clicks, "ann", "/hats", 60_000),
      record(clicks, "ann", "/late", 59_000),
      record(clicks, "ben", "/home", 90_000),
      record(clicks, "ann", "/too-late", 59_500),
    ],
    output: [counts],
  });

export const hopping = (): string =>
  show({
    program: (builder) => {
      // #region hopping
      builder
        .stream(clicks)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: "1m", advance: "20s", grace: 0 }))
        .count({ as: "clicks-per-minute" })
        .toStream()
        .to("counts");
      // #endregion
    },
    input: [record(clicks, "ann", "/home", 45_000), record(clicks, "ann", "/shoes", 65_000)],
    output: [counts],
  });

export const windowedReduce = (): string =>
  show({
    program: (builder) => {
      // #region windowedReduce
      builder
        .stream(orders)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: "1m", grace: 0 }))
        .reduce((largest, amount) => Math.max(largest, amount ?? 0), { as: "largest-order" })
        .toStream()
        .to("largest");
      // #endregion
    },
    input: [record(orders, "ann", 10, 0), record(orders, "ann", 25, 5_000), record(orders, "ann", 7, 61_000)],
    output: [topic("largest", { key: windowedString(minute), value: int32 })],
  });

export const windowedAggregate = (): string =>
  show({
    program: (builder) => {
      // #region windowedAggregate
      builder
        .stream(clicks)
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: "1m", grace: 0 }))
        .aggregate(
          (): string[] => [],
          (pages, page) => [...pages, page ?? "nothing"],
          { as: "pages-per-minute", value: json<string[]>() },
        )
        .toStream()
        .to("pages");
      // #endregion
    },
    input: [record(clicks, "ann", "/home", 0), record(clicks, "ann", "/shoes", 5_000), record(clicks, "ann", "/hats", 61_000)],
    output: [topic("pages", { key: windowedString(minute), value: json<string[]>() })],
  });
