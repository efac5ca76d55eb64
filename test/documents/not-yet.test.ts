import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { judge, readScenarios } from "@millrace/testkit/conformance";
import { KafkaStreams, StreamsBuilder } from "millrace";
import { settings } from "@millrace/runtime/settings";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/not-yet.md"), "utf8");
const lines = page.split("\n").filter((line) => line.startsWith("- "));

const stream = new StreamsBuilder().stream("in");

function hasSetting(name: string): boolean {
  return settings.some(({ path }) => path === name);
}

/** For each line, by its first words: what the pending scenarios lack of it, and what tells that the rest of it is not here. */
const topics: Readonly<Record<string, { readonly lacks: RegExp; readonly isHere?: () => boolean }>> = {
  Joins: {
    lacks:
      /^a (left)?join of a stream|^the (stream|table) operator (left|outer)?join$|^the step globalTable|^a stream-table join with grace/i,
  },
  Windows: { lacks: /^(session|sliding|unlimited) windows|^serde sessionWindowed/ },
  "Final results only": { lacks: /operator (suppress|emitStrategy)/ },
  Operators: { lacks: /operator (split|cogroup|print|transformValues)|reads topics by pattern/ },
  "The Processor API": { lacks: /of the Processor API$|^the step (addGlobalStore|build)$|^the processor / },
  Stores: {
    lacks:
      /^a store (supplier|of type (session|versioned|lru|\w+WithHeaders)$)|^the command prefix of a|setting (dsl\.store\.format|upgrade\.from)$/,
  },
  "Exactly once": { lacks: /setting enable\.transactional\.statestores$/, isHere: () => hasSetting("processingGuarantee") },
  Queries: {
    lacks: /setting application\.server$/,
    isHere: () => ["store", "query"].some((method) => method in KafkaStreams.prototype),
  },
  "Several threads in an instance, standby tasks": {
    lacks: /setting num\./,
    isHere: () => hasSetting("numStreamThreads") || hasSetting("numStandbyReplicas"),
  },
  "Around it": {
    lacks: /setting errors\.dead\.letter/,
    isHere: () =>
      "mapValuesAsync" in stream || ["sql", "registry", "cli"].some((name) => existsSync(join(root, "packages", name))),
  },
};
/** What the scenario runner itself cannot read yet: it tells nothing of the library. */
const ofTheRunner = /^serde stamped$|^partitioner /;

const lacks = new Set<string>();
for (const { scenario } of readScenarios([join(root, "test/data/conformance")])) {
  const verdict = judge(scenario);
  if (verdict.status === "pending") for (const lack of verdict.lacks) lacks.add(lack);
}

test("the page has a line for each topic, and ten at most", () => {
  expect(lines.map((line) => /^- \*\*(.*?)\*\*/.exec(line)?.[1])).toEqual(Object.keys(topics));
  expect(lines.length).toBeLessThanOrEqual(10);
});

test("whatever a pending scenario lacks is on the page", () => {
  const known = [...Object.values(topics).map(({ lacks: pattern }) => pattern), ofTheRunner];
  expect([...lacks].filter((lack) => !known.some((pattern) => pattern.test(lack)))).toEqual([]);
});

for (const [topic, { lacks: pattern, isHere }] of Object.entries(topics)) {
  test(`"${topic}" is not here yet`, () => {
    const lacking = [...lacks].some((lack) => pattern.test(lack));
    expect(lacking || isHere !== undefined, "neither a scenario nor the library tells").toBe(true);
    expect(isHere?.() ?? false).toBe(false);
  });
}

test("the README lists the same", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  for (const line of lines) expect(readme).toContain(`${line}\n`);
});
