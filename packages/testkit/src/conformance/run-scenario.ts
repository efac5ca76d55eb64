import { describe, describePlan, plan, type Engine, type Topology } from "@millrace/core";
import { encode, type ProducedRecord } from "../driver/captured-output.ts";
import { TopologyTestDriver } from "../driver/topology-test-driver.ts";
import { javaClassesOf } from "./java-errors.ts";
import { Program } from "./program.ts";
import type { Expected, Input, RecordInput, Scenario, ShownError, ShownRecord } from "./scenario.ts";
import { TopologyProgram } from "./topology-program.ts";
import { settingsOf, type Settings } from "./settings.ts";
import { showStores } from "./show-stores.ts";
import { LackError } from "./vocabulary/errors.ts";
import { fromJson, serde, toJson } from "./vocabulary/serdes.ts";

type Draft = { -readonly [Field in keyof Expected]: Expected[Field] };

/**
 * Runs a scenario and shows what happened, in the form of its `expected`.
 *
 * @param engine keeps the stores' bytes; it must hold nothing of these stores. Default: memory
 * @throws {LackError} when it needs what is not built yet
 */
export function runScenario(scenario: Scenario, engine?: Engine): Expected {
  const shown: Draft = {};
  const settings = settingsOf(scenario);
  const built = attempt(shown, "build", undefined, () => {
    const program = writeProgram(scenario, settings.lacks);
    const topology = program.build(settings.build);
    shown.describe = describe(topology);
    return { program, topology };
  });
  if (built === null) return shown;
  const { program, topology } = built;
  shown.queryableStoreNames = program.queryableStoreNames();
  const options = engine === undefined ? settings.driver : { ...settings.driver, engine };
  const driver = attempt(shown, "start", undefined, () => new TopologyTestDriver(topology, options));
  if (driver === null) return shown;
  const subtopologies = attempt(shown, "internal-topics", undefined, () => describePlan(plan(topology, settings.applicationId)));
  if (subtopologies === null) return shown;
  shown.subtopologies = subtopologies;
  runEvents({ scenario, settings, shown, program, topology, driver });
  driver.close();
  return shown;
}

type AnyProgram = Program | TopologyProgram;

/** @throws {LackError} that names all that is known to be missing: settings, and the first step */
function writeProgram(scenario: Scenario, lacks: readonly string[]): AnyProgram {
  let program: AnyProgram;
  try {
    program = scenario.api === "papi" ? new TopologyProgram(scenario) : new Program(scenario);
  } catch (error) {
    throw error instanceof LackError ? new LackError(...error.lacks, ...lacks) : error;
  }
  if (lacks.length > 0) throw new LackError(...lacks);
  return program;
}

/** Something that is not built yet, behind the errors that wrap it. */
function lackBehind(error: unknown): LackError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof LackError) return cause;
  return null;
}

interface Run {
  readonly scenario: Scenario;
  readonly settings: Settings;
  readonly shown: Draft;
  readonly program: AnyProgram;
  readonly topology: Topology;
  readonly driver: TopologyTestDriver;
}

function runEvents({ scenario, settings, shown, program, topology, driver }: Run): void {
  const outputs: ShownRecord[][] = [];
  const effects: string[][] = [];
  const dropped: number[] = [];
  shown.effectsAtStart = program.effects.splice(0);
  for (const [event, input] of scenario.inputs.entries()) {
    const producedBefore = driver.producedRecords.length;
    const droppedBefore = driver.droppedRecords;
    const done = attempt(shown, "event", event, () => {
      feed(driver, input, scenario);
      return true;
    });
    outputs.push(driver.producedRecords.slice(producedBefore).map((record) => shownRecord(record, scenario)));
    effects.push(program.effects.splice(0));
    dropped.push(driver.droppedRecords - droppedBefore);
    if (done === null) break;
  }
  shown.outputs = outputs;
  shown.effects = effects;
  shown.droppedPerEvent = dropped;
  shown.metrics = { "dropped-records-total": driver.droppedRecords };
  const { defaultKeySerde, defaultValueSerde } = settings.driver;
  if (shown.error === undefined)
    shown.stores = showStores(topology, driver, { key: defaultKeySerde!, value: defaultValueSerde! });
}

/**
 * Returns the function's result, or null if it threw: the error is then the scenario's result, unless something is not built
 * yet.
 */
function attempt<T>(shown: Draft, phase: ShownError["phase"], event: number | undefined, run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    const lack = lackBehind(error);
    if (lack !== null) throw lack;
    const [outermost = "", ...causes] = javaClassesOf(error);
    shown.error = {
      phase,
      ...(event === undefined ? {} : { event }),
      class: outermost,
      message: error instanceof Error ? error.message : String(error),
      causes: causes.map((name) => ({ class: name })),
    };
    return null;
  }
}

function feed(driver: TopologyTestDriver, input: Input, scenario: Scenario): void {
  if ("advanceWallClockMs" in input) {
    driver.advanceWallClock(input.advanceWallClockMs);
    return;
  }
  const serdes = scenario.topics[input.topic];
  const headers = input.headers?.map(([key, value]) => ({ key, value: value === null ? null : Buffer.from(value, "utf8") }));
  driver.pipeBytes(
    input.topic,
    input.ts,
    inputBytes(input, "key", serdes?.key ?? "string"),
    inputBytes(input, "value", serdes?.value ?? "string"),
    headers ?? [],
  );
}

function inputBytes(input: RecordInput, role: "key" | "value", serdeName: string): Buffer | null {
  const hex = role === "key" ? input.keyHex : input.valueHex;
  if (hex !== undefined) return Buffer.from(hex, "hex");
  return encode(fromJson(serdeName, input[role]), serde(serdeName));
}

function shownRecord(record: ProducedRecord, scenario: Scenario): ShownRecord {
  const { topic, key, value, timestampMs, headers, partition } = record;
  return {
    topic,
    key: key === null ? null : key.toString("hex"),
    value: value === null ? null : value.toString("hex"),
    ts: Number.isNaN(timestampMs) ? null : timestampMs,
    ...(headers.length === 0
      ? {}
      : { headers: headers.map((header) => [header.key, header.value?.toString("hex") ?? null] as const) }),
    ...(partition === 0 ? {} : { partition }),
    ...decoded(record, scenario),
  };
}

/** Key and value as the serdes read them that the scenario names for the topic. */
function decoded({ topic, key, value }: ProducedRecord, scenario: Scenario): Pick<ShownRecord, "k" | "v" | "undecodable"> {
  const serdes = scenario.topics[topic];
  try {
    const k = serdes?.key === undefined ? {} : { k: read(key, serdes.key) };
    const v = serdes?.value === undefined ? {} : { v: read(value, serdes.value) };
    return { ...k, ...v };
  } catch {
    return { undecodable: true };
  }
}

function read(bytes: Buffer | null, serdeName: string): unknown {
  return bytes === null ? null : toJson(serde(serdeName).read(bytes, 0, bytes.length));
}
