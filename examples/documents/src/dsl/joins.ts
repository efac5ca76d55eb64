import { string, topic } from "millrace";
import { record, show } from "../show.ts";

const clicks = topic("clicks", { key: string, value: string });
const homes = topic("homes", { key: string, value: string });
const out = topic("out", { key: string, value: string });

const input = [
  record(clicks, "ann", "/home", 0),
  record(homes, "ann", "Oslo", 3),
  record(clicks, "ann", "/shoes", 5),
  record(homes, "ann", "Rome", 7),
  record(clicks, "ann", "/hats", 9),
];

export const join = (): string =>
  show({
    program: (builder) => {
      // #region join
      builder
        .stream(clicks)
        .join(builder.table(homes), (page, city) => `${page} from ${city}`)
        .to("out", { value: string });
      // #endregion
    },
    input,
    output: [out],
  });

export const leftJoin = (): string =>
  show({
    program: (builder) => {
      // #region leftJoin
      builder
        .stream(clicks)
        .leftJoin(builder.table(homes), (page, city) => `${page} from ${city ?? "somewhere"}`)
        .to("out", { value: string });
      // #endregion
    },
    input,
    output: [out],
  });
