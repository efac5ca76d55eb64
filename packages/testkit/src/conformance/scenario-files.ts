import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Scenario } from "./scenario.ts";

/** A scenario and where it comes from, for messages. */
export interface ScenarioFile {
  /** Path of the file, or of the scenario inside a bundle. */
  readonly path: string;
  /** Content of the file, parsed. */
  readonly scenario: Scenario;
}

/** One line of a bundle, a gzipped file of JSON lines. */
interface BundleLine {
  readonly path: string;
  readonly scenario: Scenario;
}

const bundleEnd = ".jsonl.gz";

/** Reads all scenarios below the given files and folders, in the order of their paths. The schema of the format is not one. */
export function readScenarios(paths: readonly string[]): ScenarioFile[] {
  return paths.flatMap(filesBelow).flatMap(readScenarioFile);
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .toSorted()
    .flatMap((name) => filesBelow(join(path, name)))
    .filter(isScenarioFile);
}

function isScenarioFile(path: string): boolean {
  return path.endsWith(bundleEnd) || (path.endsWith(".json") && !path.endsWith("scenario.schema.json"));
}

function readScenarioFile(path: string): ScenarioFile[] {
  const bytes = readFileSync(path);
  if (!path.endsWith(bundleEnd)) return [{ path, scenario: JSON.parse(bytes.toString("utf8")) as Scenario }];
  const lines = gunzipSync(bytes)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines
    .map((line) => JSON.parse(line) as BundleLine)
    .map((entry) => ({ path: `${path}:${entry.path}`, scenario: entry.scenario }));
}
