import { int32, int64, string, topic } from "millrace";
import { record, show } from "../show.ts";

const prices = topic("prices", { key: string, value: int32 });
const out = topic("out", { key: string, value: int32 });
const labels = topic("labels", { key: string, value: string });
const homes = topic("homes", { key: string, value: string });
const counts = topic("counts", { key: string, value: int64 });

export const table = (): string =>
  show({
    program: (builder) => {
      // #region table
      builder.table(prices, { as: "prices" }).toStream().to("out");
      // #endregion
    },
    input: [
      record(prices, "hat", 20, 0),
      record(prices, "hat", 25, 5),
      record(prices, "hat", null, 9),
      record(prices, null, 1, 10),
    ],
    output: [out],
  });

export const toTable = (): string =>
  show({
    program: (builder) => {
      // #region toTable
      builder.stream(prices, { nulls: "keep" }).toTable({ as: "prices" }).toStream().to("out");
      // #endregion
    },
    input: [record(prices, "hat", 20, 0), record(prices, "hat", null, 9)],
    output: [out],
  });

export const tableFilter = (): string =>
  show({
    program: (builder) => {
      // #region tableFilter
      builder
        .table(prices)
        .filter((price) => price < 22)
        .toStream()
        .to("out");
      // #endregion
    },
    input: [
      record(prices, "hat", 20, 0),
      record(prices, "hat", 25, 5),
      record(prices, "sock", 30, 7),
      record(prices, "hat", 21, 9),
    ],
    output: [out],
  });

export const tableFilterNot = (): string =>
  show({
    program: (builder) => {
      // #region tableFilterNot
      builder
        .table(prices)
        .filterNot((price) => price < 22)
        .toStream()
        .to("out");
      // #endregion
    },
    input: [record(prices, "hat", 20, 0), record(prices, "hat", 25, 5)],
    output: [out],
  });

export const tableMapValues = (): string =>
  show({
    program: (builder) => {
      // #region tableMapValues
      builder
        .table(prices)
        .mapValues((price) => `${String(price)} euros`)
        .toStream()
        .to("labels", { value: string });
      // #endregion
    },
    input: [record(prices, "hat", 20, 0), record(prices, "hat", null, 5)],
    output: [labels],
  });

export const tableGroupByCount = (): string =>
  show({
    program: (builder) => {
      // #region tableGroupByCount
      builder
        .table(homes)
        .groupBy((city, person) => ({ key: city, value: person }), { key: string, value: string })
        .count({ as: "people-per-city" })
        .toStream()
        .to("counts");
      // #endregion
    },
    input: [
      record(homes, "ann", "Oslo", 0),
      record(homes, "ben", "Oslo", 3),
      record(homes, "ann", "Rome", 5),
      record(homes, "ben", null, 9),
    ],
    output: [counts],
  });

export const tableGroupByReduce = (): string =>
  show({
    program: (builder) => {
      // #region tableGroupByReduce
      builder
        .table(prices)
        .groupBy((price, product) => ({ key: product.slice(0, 1), value: price }), { key: string, value: int32 })
        .reduce(
          (sum, price) => sum + price,
          (sum, price) => sum - price,
          { as: "price-sums" },
        )
        .toStream()
        .to("out", { key: string });
      // #endregion
    },
    input: [record(prices, "hat", 20, 0), record(prices, "hood", 30, 3), record(prices, "hat", 25, 5)],
    output: [out],
  });

export const tableGroupByAggregate = (): string =>
  show({
    program: (builder) => {
      // #region tableGroupByAggregate
      builder
        .table(homes)
        .groupBy((city, person) => ({ key: city, value: person }), { key: string, value: string })
        .aggregate(
          () => "",
          (people, person) => [...people.split(" ").filter(Boolean), person].join(" "),
          (people, person) =>
            people
              .split(" ")
              .filter((other) => other !== person)
              .join(" "),
          { as: "people", value: string },
        )
        .toStream()
        .to("labels");
      // #endregion
    },
    input: [record(homes, "ann", "Oslo", 0), record(homes, "ben", "Oslo", 3), record(homes, "ann", "Rome", 5)],
    output: [labels],
  });
