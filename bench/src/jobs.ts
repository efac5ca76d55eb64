import { json, StreamsBuilder, string, int64, TimeWindows, type TimestampExtractor, type Topology } from "millrace";

/** The jobs that are raced, the same programs as in `StreamsBench.java`, over topics of four partitions. */
export type JobName = "passthrough" | "wordcount" | "card-auth" | "stream-table-join";

export interface Job {
  readonly name: JobName;
  /** Which generator's topic is read, and the two sizes of it, in records. */
  readonly kind: "kv" | "lines" | "auth";
  readonly sizes: readonly [small: number, large: number];
  /**
   * What decides how many results there are. `input`: the records alone. `commits`: the cache holds every key, so each commit, every
   * 30 s of wall time and at the end, gives each key once. `evictions`: the order in which partitions interleave decides what is
   * evicted when; no two runs share it, Java's among them.
   */
  readonly resultsFollow: "input" | "commits" | "evictions";
  /** Records to process in all sub-topologies. */
  expected(records: number): number;
  /** `first` is called when the first record is taken up. */
  topology(records: number, out: string, first: () => void): Topology;
}

export const partitions = 4;
export const tableRows = 100_000;

interface Auth {
  readonly card: string;
}

export const jobs: readonly Job[] = [
  {
    name: "passthrough",
    kind: "kv",
    resultsFollow: "input",
    sizes: [1_000_000, 4_000_000],
    expected: (records) => records,
    topology(records, out, first) {
      const builder = new StreamsBuilder();
      let began = false;
      builder
        .stream(`kv-${String(partitions)}-${String(records)}`, { key: string, value: string })
        .filter((value) => {
          if (!began) {
            began = true;
            first();
          }
          return !value.startsWith("0");
        })
        .mapValues((value) => value.toUpperCase())
        .to(out, { key: string, value: string });
      return builder.build();
    },
  },
  {
    name: "wordcount",
    kind: "lines",
    resultsFollow: "commits",
    sizes: [200_000, 800_000],
    expected: (records) => 11 * records,
    topology(records, out, first) {
      const builder = new StreamsBuilder();
      let began = false;
      builder
        .stream(`lines-${String(partitions)}-${String(records)}`, { key: string, value: string })
        .flatMapValues((line) => {
          if (!began) {
            began = true;
            first();
          }
          return line.split(" ");
        })
        .groupBy((word) => word, { key: string, value: string })
        .count({ as: "counts" })
        .toStream()
        .to(out, { key: string, value: int64 });
      return builder.build();
    },
  },
  {
    name: "card-auth",
    kind: "auth",
    resultsFollow: "evictions",
    sizes: [1_000_000, 4_000_000],
    expected: (records) => records,
    topology(records, out, first) {
      const builder = new StreamsBuilder();
      let began = false;
      builder
        .stream(`auth-${String(partitions)}-${String(records)}`, {
          key: string,
          value: json<Auth>(),
          timestampExtractor: (record) => {
            if (!began) {
              began = true;
              first();
            }
            return record.timestampMs;
          },
        })
        .groupByKey()
        .windowedBy(TimeWindows.of({ size: "60s", grace: "10s" }))
        .count({ as: "counts" })
        .toStream()
        .selectKey((_count, window) => `${window.key}@${String(window.start)}`)
        .to(out, { key: string, value: int64 });
      return builder.build();
    },
  },
  {
    name: "stream-table-join",
    kind: "kv",
    resultsFollow: "input",
    sizes: [1_000_000, 4_000_000],
    expected: (records) => records + tableRows,
    topology(records, out, first) {
      const builder = new StreamsBuilder();
      let began = false;
      const timestampExtractor: TimestampExtractor = (record) => {
        if (!began) {
          began = true;
          first();
        }
        return record.timestampMs;
      };
      const table = builder.table(`table-${String(partitions)}-${String(tableRows)}`, {
        key: string,
        value: string,
        as: "table",
        timestampExtractor,
      });
      builder
        .stream(`kv-${String(partitions)}-${String(records)}`, { key: string, value: string })
        .join(table, (value, row) => row + value.slice(0, 20))
        .to(out, { key: string, value: string });
      return builder.build();
    },
  },
];
