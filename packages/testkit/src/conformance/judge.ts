import type { Engine } from "@millrace/core";
import { firstDifference, type Difference } from "./compare.ts";
import { differs } from "./differs.ts";
import { runScenario } from "./run-scenario.ts";
import type { Expected, Scenario } from "./scenario.ts";
import { LackError } from "./vocabulary/errors.ts";

/**
 * Result of a scenario: `passed`; `failed`, with the first difference; `differs` if Millrace differs from Java on purpose,
 * with the reason; `pending` if the scenario uses features that Millrace lacks, with their names.
 */
export type Verdict =
  | { readonly status: "passed"; readonly shown: Expected }
  | { readonly status: "failed"; readonly shown: Expected; readonly difference: Difference }
  | { readonly status: "differs"; readonly reason: string }
  | { readonly status: "pending"; readonly lacks: readonly string[] };

/** Runs a scenario, on an engine that holds nothing of its stores, and says how it went. Default: memory. */
export function judge(scenario: Scenario, engine?: Engine): Verdict {
  let shown: Expected;
  try {
    shown = runScenario(scenario, engine);
  } catch (error) {
    if (error instanceof LackError) return { status: "pending", lacks: error.lacks };
    throw error;
  }
  const difference = firstDifference(scenario.expected, shown);
  if (difference === null) return { status: "passed", shown };
  const reason = differs[scenario.name];
  return reason === undefined ? { status: "failed", shown, difference } : { status: "differs", reason };
}

/** A difference in one line. */
export function differenceText({ path, expected, got }: Difference, shown: Expected): string {
  const message = path.startsWith("expected.error") && shown.error !== undefined ? ` (${shown.error.message})` : "";
  return `${path}: expected ${json(expected)}, got ${json(got)}${message}`;
}

function json(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
