import { nodePlatform } from "@millrace/platform/node";
import { Simulation } from "@millrace/platform/sim";
import { describe, expect, test } from "vitest";
import recorded from "../testing/produced/answers.json" with { type: "json" };
import { askAll } from "../testing/produced/ask.ts";
import type { ProducedAnswer } from "../testing/produced/ask.ts";
import { producedCases } from "../testing/produced/table.ts";
import { startBroker } from "../testing/sim-broker.ts";

/** Answers of Apache Kafka 4.4.0 to each case, as `testing/produced/record.ts` recorded them. */
const answers = recorded as unknown as Readonly<Record<string, ProducedAnswer>>;

interface Difference {
  readonly why: string;
  readonly names: readonly string[];
  /** Expected answer instead: Apache's answer to another case, or a part of the answer. */
  readonly asIf?: string;
  readonly but?: Partial<ProducedAnswer>;
}

const differences: readonly Difference[] = [
  {
    why: "Apache looks at offsets of compressed records only, and keeps others under offsets that are not theirs",
    names: ["offsets that are all 0", "offsets that fall", "offsets with a gap", "offsets from 1 on", "negative offsets"],
    asIf: "three good records",
  },
  {
    why: "Apache does not look at the lengths of compressed records, and keeps what no consumer can read",
    names: [
      "a record's length too small by one, gzip",
      "a record's length too large by one, gzip",
      "the last record's length too large by one, gzip",
      "the last record's length too small by one, gzip",
      "a record's length of 0, gzip",
    ],
    asIf: "two good records, gzip",
  },
  {
    why: "Apache keeps the header's time, and reads the records by their own",
    names: ["the producer says that it is the broker's time, from 2001"],
    asIf: "the producer says that it is the broker's time",
  },
  {
    why: "Apache keeps the header's time, and reads the records by their own",
    names: ["the producer says that it is the broker's time, from 2001, gzip"],
    asIf: "the producer says that it is the broker's time, gzip",
  },
  { why: "a sum overflows in Apache", names: ["a length of 2147483647"], asIf: "a length of 13" },
  {
    why: "Apache has another exception for the first varint of a plain record than for all others",
    names: ["a record's length in 6 bytes", "noise instead of records"],
    asIf: "an offset in 6 bytes",
  },
  {
    why: "no bytes at all are no zstd here, and none of the other codecs",
    names: ["zstd: nothing"],
    asIf: "gzip: nothing",
  },
  {
    why: "times beyond 2^53 are looked up to the nearest double",
    names: ["a timestamp of nanoseconds where the topic takes it", "a timestamp of nanoseconds where the topic takes it, gzip"],
    but: { largest: "0 1700000000000000000" },
  },
];

function expected(name: string): ProducedAnswer | undefined {
  const difference = differences.find(({ names }) => names.includes(name));
  return { ...answers[difference?.asIf ?? name], ...difference?.but } as ProducedAnswer;
}

test("what a producer sends is answered and kept as by Apache Kafka, but where it is said why not", async () => {
  const simulation = new Simulation(1);
  await startBroker(simulation);
  const said = await simulation.settle(
    askAll(producedCases, simulation.platform("client"), { host: "broker", port: 9092 }, "produced"),
  );
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries(producedCases.map(({ name }) => [name, expected(name)])));
});

test("each difference from Apache Kafka is one", () => {
  const names = differences.flatMap((difference) => difference.names);
  expect(names.filter((name) => answers[name] === undefined)).toEqual([]);
  for (const name of names) expect(expected(name), name).not.toEqual(answers[name]);
});

const address = process.env["MILLRACE_KAFKA"] ?? "";
const title = address === "" ? "Apache Kafka (skipped: MILLRACE_KAFKA is not set)" : `the Kafka at ${address}`;
describe.skipIf(address === "")(title, () => {
  test("says and keeps what was recorded", { timeout: 120_000 }, async () => {
    const platform = nodePlatform();
    const [host = "", port = ""] = address.split(":");
    const prefix = `produced-${platform.random.uint32().toString(36)}`;
    const said = await askAll(producedCases, platform, { host, port: Number(port) }, prefix);
    expect(Object.fromEntries(said)).toEqual(answers);
  });
});
