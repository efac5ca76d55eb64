import { join } from "node:path";
import { expect, test } from "vitest";
import { differenceText, judge } from "./judge.ts";
import { differs } from "./differs.ts";
import { readScenarios } from "./scenario-files.ts";
import { selfTest } from "./self-test.ts";

const files = readScenarios([join(import.meta.dirname, "../../../../test/data/conformance")]);

test("every recorded scenario that needs only what is built shows what Java showed", () => {
  const verdicts = files.map(({ scenario }) => ({ name: scenario.name, verdict: judge(scenario) }));
  const failed = verdicts.flatMap(({ name, verdict }) =>
    verdict.status === "failed" ? [`${name}: ${differenceText(verdict.difference, verdict.shown)}`] : [],
  );
  const count = (status: string): number => verdicts.filter(({ verdict }) => verdict.status === status).length;
  console.log(
    `conformance: ${count("passed")} passed, ${count("failed")} failed, ${count("differs")} differs, ${count("pending")} pending`,
  );
  expect(failed).toEqual([]);
  expect(files.length).toBeGreaterThanOrEqual(857);
  expect(count("passed")).toBeGreaterThanOrEqual(322);
});

test("the judge sees every alteration of what is expected", () => {
  const report = selfTest(files.map(({ scenario }) => scenario));
  expect(report.missed).toEqual([]);
  expect(report.seen).toBeGreaterThan(1_000);
});

test("what departs from Java on purpose exists, and has a reason", () => {
  const names = new Set(files.map(({ scenario }) => scenario.name));
  for (const [name, reason] of Object.entries(differs)) {
    expect(names).toContain(name);
    expect(reason.length).toBeGreaterThan(20);
  }
});
