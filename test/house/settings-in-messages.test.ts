import { globSync, readFileSync } from "node:fs";
import { refusals, settings } from "@millrace/runtime/settings";
import { expect, test } from "vitest";

/** What speaks to users of StreamsConfig: neither broker-lite, whose settings are others, nor what only tests use. */
const sources = globSync("packages/{client,core,dsl,millrace,runtime,service,state-rocksdb}/src/**/*.ts").filter(
  (file) => !/\.(test|bench|test-d)\.ts$|\/testing\//.test(file),
);
/** Names of properties that types in these packages have. */
function propertiesOf(packages: string): ReadonlySet<string> {
  const texts = globSync(`packages/${packages}/src/**/*.ts`).map((file) => readFileSync(file, "utf8"));
  return new Set(texts.flatMap((text) => [...text.matchAll(/\breadonly (\w+)\??: /g)].map(([, name = ""]) => name)));
}
/** The objects that `ssl` and `sasl` are. */
const fields = propertiesOf("{client,platform}");
/** Options of operators, stores and topics. */
const options = propertiesOf("{core,dsl}");
const paths = new Set(settings.map(({ path }) => path));

/** Words of such a form that are neither settings nor options: kinds of stores, exported functions. */
const others = new Set([
  "keyValue",
  "timestampedKeyValue",
  "timestampedWindow",
  "logAndSkipOnInvalidTimestamp",
  "usePartitionTimeOnInvalidTimestamp",
]);
/** Values that settings may have. */
const values = new Set<unknown>(settings.flatMap(({ choices }) => choices ?? []));
const namesInGroups = new Set(settings.flatMap(({ group, name }) => (group === null ? [] : [name])));

/** Whether a word is a field of the objects that `ssl` and `sasl` are, such as `sasl.username`: they are types, not rows. */
function isField(word: string): boolean {
  const [, field] = /^s[as]?sl\.(\w+)$/.exec(word) ?? [];
  return field !== undefined && fields.has(field);
}

/** Texts of a program that are sentences, with `…` in the place of values. */
function messages(source: string): string[] {
  const code = withoutValues(source.replaceAll(/^\s*(?:\/\*\*|\*|\/\/).*$/gm, ""));
  return [...code.matchAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g)]
    .map(([text]) => text)
    .filter((text) => /\s/.test(text));
}

function withoutValues(text: string): string {
  let plain = text;
  for (let before = ""; before !== plain;) {
    before = plain;
    plain = plain.replaceAll(/\$\{[^{}]*\}/g, "…");
  }
  return plain;
}

/** Words in camel case that name no function, with their group before them. */
function named(message: string): { readonly word: string; readonly isQuoted: boolean }[] {
  return [...message.matchAll(/(\\?["'])?((?:\b[a-z]+\.)?\b[a-z]+[A-Z]\w*)\b(?!\()(\\?["'])?/g)].map(
    ([, before, word = "", after]) => ({
      word,
      isQuoted: before !== undefined && after !== undefined,
    }),
  );
}

const found = sources
  .filter((file) => !file.includes("/runtime/src/settings/"))
  .flatMap((file) =>
    messages(readFileSync(file, "utf8")).flatMap((message) => named(message).map((each) => ({ file, message, ...each }))),
  );

test("there are messages that name settings", () => {
  expect(found.filter(({ word }) => paths.has(word)).length).toBeGreaterThan(12);
  expect(found.map(({ word }) => word)).toContain("producer.maxRequestSize");
});

test("each setting that a message names is there, by its whole path and in quotes", () => {
  const isRight = ({ word, isQuoted }: (typeof found)[number]): boolean => {
    if (paths.has(word) || isField(word) || values.has(word)) return isQuoted;
    return others.has(word) || (options.has(word) && !namesInGroups.has(word));
  };
  const wrong = found.filter((each) => !isRight(each));
  expect(wrong.map(({ file, word, message }) => `${file}: ${word} in ${message}`)).toEqual([]);
});

test("each setting that the reason of a refusal or the text of a setting names is there", () => {
  const texts = [
    ...refusals.map(({ why }) => ({ why, group: null })),
    ...settings.map(({ text, group }) => ({ why: text, group })),
  ];
  const spoken = texts.flatMap(({ why, group }) =>
    [...why.matchAll(/`((?:[a-z]+\.)?[a-z]+[A-Z]\w*)`/g)].map(([, word = ""]) => ({ word, path: `${group ?? ""}.${word}` })),
  );
  const words = new Set(["mapValues", "openEngine", ...settings.flatMap(({ choices = [] }) => choices)]);
  expect(spoken.length).toBeGreaterThan(20);
  expect(spoken.filter(({ word, path }) => !paths.has(word) && !paths.has(path) && !words.has(word) && !isField(word))).toEqual(
    [],
  );
});

/** Names of one word have no form of their own: these are quoted behind a verb that says what to do with them. */
const advised = sources.flatMap((file) =>
  messages(readFileSync(file, "utf8")).flatMap((message) =>
    [
      ...message.matchAll(/\b(?:set|give|raise|lower|leave|correct|check|look at|and that|and)\s+(?:the\s+)?\\?"([a-z]+)\\?"/gi),
    ].map(([, word = ""]) => ({ file, word, message })),
  ),
);

test("each setting of one word that a message advises is there", () => {
  expect(advised.map(({ word }) => word)).toEqual(expect.arrayContaining(["brokers", "ssl", "sasl"]));
  const wrong = advised.filter(({ word }) => !paths.has(word) && !options.has(word) && !values.has(word));
  expect(wrong.map(({ file, word, message }) => `${file}: ${word} in ${message}`)).toEqual([]);
});
