import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** What ships: no tests, no test servers. */
const sources = globSync("packages/*/src/**/*.ts").filter(
  (file) => !/\.(test|bench|test-d)\.ts$|\/testing\/|-fixture\.ts$/.test(file),
);
const texts = new Map(sources.map((file) => [file, readFileSync(file, "utf8")]));
const docs = readFileSync("docs/errors.md", "utf8");

const code = "(?:STREAMS|CLIENT|PROTOCOL|BROKER|PLATFORM|SIMULATION|TESTKIT|CONFORMANCE)_[A-Z][A-Z_]*";

/** Codes of errors where errors are made: as string literals, and at the beginning of what a command prints. */
const used = new Set(
  [...texts.values()].flatMap((text) =>
    [...text.matchAll(new RegExp(`["\`](${code})(?:"|: )`, "g"))].map((match) => match[1] ?? ""),
  ),
);

/** Rows of the tables: code and classes. */
const rows = [...docs.matchAll(new RegExp(`^\\| \`(${code})\` \\| (.+?) \\| (.+) \\| (.+) \\|$`, "gm"))].map(
  ([, name = "", classes = "", meaning = "", remedy = ""]) => ({
    name,
    classes: [...classes.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ""),
    meaning,
    remedy,
  }),
);

interface ErrorClass {
  readonly file: string;
  readonly name: string;
  readonly base: string;
  readonly isAbstract: boolean;
  readonly body: string;
}

const classes: ErrorClass[] = [...texts].flatMap(([file, text]) =>
  [...text.matchAll(/^export (abstract )?class (\w+) extends (\w*Error) \{\n([\s\S]*?)^\}/gm)].map(
    ([, abstract, name = "", base = "", body = ""]) => ({
      file,
      name,
      base,
      isAbstract: abstract !== undefined,
      body,
    }),
  ),
);

/** The one code of a class; null: it varies with the error. */
function codeOf({ base, body }: ErrorClass): string | null {
  const pattern = base === "ClientError" ? `super\\(\\s*"(${code})"` : `readonly code(?:: string)? = "(${code})";`;
  return new RegExp(pattern).exec(body)?.[1] ?? null;
}

/** Their codes are the operating system's, Kafka's, or given by whoever makes one. */
const codesVary = ["ClientError", "ProduceError", "FetchError", "GroupError", "SimulationNetworkError", "SimulationFileError"];

test("there are errors to look at", () => {
  expect(used.size).toBeGreaterThan(70);
  expect(classes.length).toBeGreaterThan(70);
  expect(classes.length).toBe(
    [...texts.values()].flatMap((text) => [...text.matchAll(/class \w+\s+extends\s+\w*Error\b/g)]).length,
  );
});

test("docs/errors.md has one row for each code of the sources, and no other", () => {
  expect(rows.map(({ name }) => name).toSorted()).toEqual([...used].toSorted());
});

test("no text speaks of a code that there is not", () => {
  const spoken = [...texts, ["docs/errors.md", docs] as const].flatMap(([file, text]) =>
    [...text.matchAll(new RegExp(`\`(${code})\``, "g"))].map((match) => ({ file, name: match[1] ?? "" })),
  );
  expect(spoken.filter(({ name }) => !used.has(name))).toEqual([]);
});

test("every class of error has a code", () => {
  const without = classes.filter((each) => !each.isAbstract && codeOf(each) === null && !codesVary.includes(each.name));
  expect(without.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
});

test("two classes do not share a code", () => {
  const seen = new Map<string, string>();
  const twice: string[] = [];
  for (const each of classes) {
    const own = codeOf(each);
    if (own === null) continue;
    if (seen.has(own)) twice.push(`${own}: ${seen.get(own) ?? ""}, ${each.name}`);
    seen.set(own, each.name);
  }
  expect(twice).toEqual([]);
});

test("docs/errors.md names the class that has the code", () => {
  const known = new Set(classes.map(({ name }) => name));
  const wrong = rows.filter((row) => !row.classes.every((name) => known.has(name))).map(({ name }) => name);
  for (const each of classes) {
    const own = codeOf(each);
    if (own === null) continue;
    if (rows.find((row) => row.name === own)?.classes.includes(each.name) !== true) wrong.push(`${own}: ${each.name}`);
  }
  expect(wrong).toEqual([]);
});

test("every row says what the code means and what to do", () => {
  expect(
    rows.filter(({ meaning, remedy }) => !/^\S.*\.$/.test(meaning) || !/^\S.*\.$/.test(remedy)).map(({ name }) => name),
  ).toEqual([]);
});

test("errors of the library say whether they are worth a repetition", () => {
  const silent = classes.filter(
    ({ base, body, isAbstract }) =>
      base === "StreamsError" && !isAbstract && !/readonly retriable(: boolean)? = (true|false);/.test(body),
  );
  expect(silent.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
});

test("nothing throws an error that is no class of ours", () => {
  const wrong = [...texts].flatMap(([file, text]) => {
    const bare = [...text.matchAll(/\bnew (?:Type|Range|Syntax|Reference|Aggregate|Eval|URI)?Error\(/g)];
    return bare.map(({ index }) => `${file}:${String(text.slice(0, index).split("\n").length)}`);
  });
  expect(wrong).toEqual([]);
});
