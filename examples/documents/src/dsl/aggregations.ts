import { int32, int64, json, string, topic } from "millrace";
import { record, show } from "../show.ts";

const clicks = topic("clicks", { key: string, value: string });
const counts = topic("counts", { key: string, value: int64 });
const orders = topic("orders", { key: string, value: int32 });
const sums = topic("sums", { key: string, value: int32 });

export const groupByKey = (): string =>
  show({
    program: (builder) => {
      // #region groupByKey
      builder.stream(clicks).groupByKey().count({ as: "clicks-per-user" }).toStream().to("counts", { key: string, value: int64 });
      // #endregion
    },
    input: [
      record(clicks, "ann", "/home", 0),
      record(clicks, "ben", "/home", 5),
      record(clicks, "ann", "/shoes", 9),
      record(clicks, "ann", null, 10),
      record(clicks, null, "/home", 11),
    ],
    output: [counts],
  });

export const groupBy = (): string =>
  show({
    program: (builder) => {
      // #region groupBy
      builder
        .stream(clicks)
        .groupBy((page) => page, { key: string, value: string })
        .count({ as: "clicks-per-page" })
        .toStream()
        .to("counts", { key: string, value: int64 });
      // #endregion
    },
    input: [record(clicks, "ann", "/home", 0), record(clicks, "ben", "/home", 5), record(clicks, "ann", "/shoes", 9)],
    output: [topic("test-clicks-per-page-repartition", { key: string, value: string }), counts],
  });

export const reduce = (): string =>
  show({
    program: (builder) => {
      // #region reduce
      builder
        .stream(orders)
        .groupByKey()
        .reduce((sum, amount) => sum + amount, { as: "revenue" })
        .toStream()
        .to("sums");
      // #endregion
    },
    input: [record(orders, "ann", 10, 0), record(orders, "ben", 7, 5), record(orders, "ann", 5, 9), record(orders, "ann", 1, 3)],
    output: [sums],
  });

const profiles = topic("profiles", { key: string, value: json<{ orders: number; largest: number }>() });

export const aggregate = (): string =>
  show({
    program: (builder) => {
      // #region aggregate
      builder
        .stream(orders)
        .groupByKey()
        .aggregate(
          () => ({ orders: 0, largest: 0 }),
          (profile, amount) => ({ orders: profile.orders + 1, largest: Math.max(profile.largest, amount) }),
          { as: "order-profiles" },
        )
        .toStream()
        .to("profiles");
      // #endregion
    },
    input: [record(orders, "ann", 10, 0), record(orders, "ann", 25, 5), record(orders, "ben", 7, 9)],
    output: [profiles],
  });

/** The same three clicks once with the cache up to a commit, once without. */
export const uncached = (): string =>
  show({
    program: (builder) => {
      // #region uncached
      builder
        .stream(clicks)
        .groupByKey()
        .count({ as: "clicks-per-user", caching: false })
        .toStream()
        .to("counts", { key: string, value: int64 });
      // #endregion
    },
    input: [record(clicks, "ann", "/home", 0), record(clicks, "ann", "/shoes", 5)],
    output: [counts],
  });
