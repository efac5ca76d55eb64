/// <reference types="node" preserve="true" />
export { firstDifference, type Difference } from "./compare.ts";
export { differs } from "./differs.ts";
export { differenceText, judge, type Verdict } from "./judge.ts";
export { engineConformance } from "./engine.ts";
export { runScenario } from "./run-scenario.ts";
export type { Expected, Input, Scenario, ShownEntry, ShownError, ShownRecord, ShownStore, Step } from "./scenario.ts";
export { readScenarios, type ScenarioFile } from "./scenario-files.ts";
export { selfTest, type AlterationClass, type SelfTestReport } from "./self-test.ts";
export { BoomError, LackError } from "./vocabulary/errors.ts";
