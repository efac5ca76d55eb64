import { int64, keyValueStore, string, topic, type ProcessorKeyValueStore, type ProcessorSupplier } from "millrace";
import { record, show } from "../show.ts";

const clicks = topic("clicks", { key: string, value: string });
const out = topic("out", { key: string, value: string });

export const process = (): string =>
  show({
    program: (builder) => {
      // #region process
      const seen = keyValueStore("seen", { key: string, value: int64 });
      const dedupe: ProcessorSupplier<string, string, string, string> = {
        stores: [seen],
        create() {
          let store: ProcessorKeyValueStore<string, number>;
          return {
            init(context) {
              store = context.store(seen);
              context.schedule("10s", "streamTime", (at) => {
                for (const entries = store.all(); entries.next();) if (entries.value <= at - 10_000) store.delete(entries.key);
              });
            },
            process(record, context) {
              if (store.get(record.value) === null) context.forward(record);
              store.put(record.value, record.timestampMs);
            },
          };
        },
      };
      builder.stream(clicks).process(dedupe).to("out", { key: string, value: string });
      // #endregion
    },
    input: [
      record(clicks, "ann", "/shoes", 0),
      record(clicks, "bob", "/shoes", 4_000),
      record(clicks, "bob", "/hats", 20_000),
      record(clicks, "ann", "/shoes", 21_000),
    ],
    output: [out],
  });

export const processValues = (): string =>
  show({
    program: (builder) => {
      // #region processValues
      const last = keyValueStore("last", { key: string, value: string });
      builder
        .addStateStore(last)
        .stream(clicks)
        .processValues<string>(
          {
            create: () => ({
              process(record, context) {
                const store = context.store(last);
                context.forward(record.withValue(`${store.get(record.key) ?? "start"} > ${record.value}`));
                store.put(record.key, record.value);
              },
            }),
          },
          { stores: ["last"] },
        )
        .to("out", { value: string });
      // #endregion
    },
    input: [record(clicks, "ann", "/shoes", 0), record(clicks, "bob", "/hats", 3), record(clicks, "ann", "/socks", 5)],
    output: [out],
  });
