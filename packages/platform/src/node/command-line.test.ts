import { expect, expectTypeOf, test } from "vitest";
import { readCommandLine } from "./command-line.ts";

const program = {
  command: "npm run sample --",
  text: "Shows what a command line can be.",
  options: {
    port: { value: "P", text: "listen there", number: { min: 0, max: 65_535 }, default: "9092" },
    rate: { value: "N", text: "so many a second", number: { min: 0.1, fraction: true } },
    engine: { value: "E", text: "what keeps the bytes", choices: ["memory", "disk"], default: "memory" },
    set: { value: "K=V", text: "a setting", many: true },
    data: { value: "DIR", text: "a directory" },
    verbose: { text: "tell more" },
  },
} as const;
const read = (...args: string[]) => readCommandLine(program, args);

test("values have the types that the table says, and its defaults", () => {
  const given = read("--port", "0", "--rate=0.5", "--engine", "disk", "--set", "a=1", "--set=b=2", "--verbose");
  if ("code" in given) throw new TypeError(given.text);
  expect(given.values).toEqual({ port: 0, rate: 0.5, engine: "disk", set: ["a=1", "b=2"], data: undefined, verbose: true });
  expectTypeOf(given.values).toEqualTypeOf<{
    readonly port: number;
    readonly rate: number | undefined;
    readonly engine: "memory" | "disk";
    readonly set: readonly string[];
    readonly data: string | undefined;
    readonly verbose: boolean;
  }>();
  expect(read()).toMatchObject({ values: { port: 9092, engine: "memory", set: [], verbose: false } });
});

test.each(["--help", "-h"])("%s lists every option, whatever else is said", (help) => {
  const answer = read("--wrong", "--port", "x", help);
  expect(answer).toMatchObject({ code: 0 });
  const { text } = answer as { text: string };
  expect(text).toMatch(/^usage: npm run sample -- \[OPTION…\]\n\nShows what a command line can be\.\n/);
  for (const [name, option] of Object.entries(program.options)) {
    expect(text).toContain(`--${name}`);
    expect(text).toContain(option.text);
  }
  expect(text).toContain("what keeps the bytes (memory, disk) [default memory]");
});

test.each([
  ["--potr 1", 'There is no option "--potr"; the nearest is "--port"'],
  ["--something-else", 'There is no option "--something-else"'],
  ["-x", 'There is no option "-x"'],
  ["--port", "--port needs a value: P"],
  ["--data --verbose", "--data needs a value: DIR"],
  ["--port 65536", '--port takes a whole number from 0 to 65535, and not "65536"'],
  ["--port 1.5", '--port takes a whole number from 0 to 65535, and not "1.5"'],
  ["--rate fast", '--rate takes a number of at least 0.1, and not "fast"'],
  ["--engine tape", '--engine takes memory, disk, and not "tape"'],
  ["--verbose=yes", "--verbose takes no value"],
  ["9092", '"9092" is no option of it'],
])("%s is answered with a sentence", (args, fact) => {
  expect(read(...args.split(" "))).toEqual({ code: 2, text: `${fact}. "npm run sample -- --help" lists what it takes.\n` });
});

test("operands are what comes without dashes, where the table has them", () => {
  expect(readCommandLine({ ...program, operands: "DIR…" }, ["a", "--verbose", "b", "--", "--c"])).toMatchObject({
    operands: ["a", "b", "--c"],
    values: { verbose: true },
  });
});
