import { TopologyTestDriver, type DriverOptions } from "@millrace/testkit";
import { StreamsBuilder, Windowed, windowed, string, type BuildOptions, type Serde, type Topic } from "millrace";

/** A record for a topic of the program. */
export interface Input {
  readonly topic: string;
  /** What stands in the table. */
  readonly text: string;
  readonly pipe: (driver: TopologyTestDriver) => void;
}

export interface Shown {
  readonly program: (builder: StreamsBuilder) => void;
  readonly input: readonly Input[];
  /** Topics whose records are shown, each with its serdes. */
  readonly output: readonly Topic<any, any>[];
  readonly driver?: DriverOptions;
  readonly build?: BuildOptions;
}

/** A record with a timestamp in milliseconds. */
export function record<K, V>(topic: Topic<K, V>, key: K | null, value: V | null, timestamp: number): Input {
  return {
    topic: topic.name,
    text: line(key, value, timestamp),
    pipe: (driver) => driver.inputTopic(topic).pipe(key, value, { timestamp }),
  };
}

/** The serde of windowed keys whose key within is a string. */
export function windowedString(sizeMs: number): Serde<Windowed<string>> {
  return windowed(string, sizeMs);
}

/** Runs the program in the test driver: a line for each record that goes in, and beside it, line by line, what comes out at once. */
export function show({ program, input, output, driver: options, build }: Shown): string {
  const builder = new StreamsBuilder();
  program(builder);
  using driver = new TopologyTestDriver(builder.build(build), options);
  const many = new Set(input.map(({ topic }) => topic)).size > 1;
  const topics = output.map((topic) => ({ name: topic.name, records: driver.outputTopic(topic) }));
  const rows: string[][] = [[many ? "in" : (input[0]?.topic ?? ""), output.map(({ name }) => name).join(", ")]];
  for (const { topic, text, pipe } of input) {
    pipe(driver);
    const produced = topics.flatMap(({ name, records }) =>
      records
        .readAll()
        .map(({ key, value, timestamp }) => `${output.length > 1 ? `${name}  ` : ""}${line(key, value, timestamp)}`),
    );
    const lines = produced.length === 0 ? ["–"] : produced;
    for (const [index, shown] of lines.entries()) rows.push([index === 0 ? `${many ? `${topic}  ` : ""}${text}` : "", shown]);
  }
  const width = Math.max(...rows.map(([left = ""]) => left.length));
  return rows
    .map(([left = "", right = ""], index) =>
      `${left.padEnd(width)}   ${index === 0 ? " " : left === "" ? " " : "→"} ${right}`.trimEnd(),
    )
    .join("\n");
}

function line(key: unknown, value: unknown, timestamp: number): string {
  return `${text(key)} = ${text(value)} at ${String(timestamp)}`;
}

function text(value: unknown): string {
  if (value instanceof Windowed) return `${text(value.key)} in [${String(value.start)}, ${String(value.end)})`;
  return typeof value === "string" ? value : JSON.stringify(value);
}
