import { checkOptions, checkSerde, checkTopology, InvalidArgumentError, shown, type Topology } from "@millrace/core";
import { durationMs, type Duration } from "@millrace/dsl";
import type { DriverOptions, InputTopicOptions, OutputTopicOptions, PipeOptions } from "./options.ts";

type Check = (value: unknown, what: string) => void;
/** Checks of all options of a type: an option without one does not compile. */
type ChecksOf<O> = { readonly [Option in keyof O]-?: Check };

function is(needed: string, holds: (value: unknown) => boolean): Check {
  return (value, what) => {
    if (!holds(value)) throw new InvalidArgumentError(`${what} must be ${needed}, but is ${shown(value)}.`);
  };
}

const text = is("a string that is not empty", (value) => typeof value === "string" && value !== "");
const handler = is(
  '"fail", "continue" or a function',
  (value) => value === "fail" || value === "continue" || typeof value === "function",
);
const fn = is("a function", (value) => typeof value === "function");
const wholeMs = is("whole milliseconds", Number.isSafeInteger);
const serdeOrNull: Check = (value, what) => {
  if (value !== null) checkSerde(value, what);
};

const driverChecks: ChecksOf<DriverOptions> = {
  applicationId: text,
  defaultKeySerde: serdeOrNull,
  defaultValueSerde: serdeOrNull,
  defaultTimestampExtractor: fn,
  cacheBytesMax: is("a number of bytes, 0 or more", (value) => Number.isSafeInteger(value) && (value as number) >= 0),
  maxTaskIdleMs: wholeMs,
  deserializationErrors: handler,
  processingErrors: handler,
  processingErrorsScope: is('"operators" or "everywhere"', (value) => value === "operators" || value === "everywhere"),
  serializationErrors: handler,
  wallClockMs: wholeMs,
  engine: is("an engine", (value) => typeof value === "object" && value !== null),
};

const outputChecks: ChecksOf<OutputTopicOptions<unknown, unknown>> = { key: checkSerde, value: checkSerde };

const inputChecks: ChecksOf<InputTopicOptions<unknown, unknown>> = {
  ...outputChecks,
  startTimestamp: wholeMs,
  autoAdvance: (value, what) => void durationMs(value as Duration, what),
};

const pipeChecks: ChecksOf<PipeOptions> = {
  // The driver tells what a timestamp must be.
  timestamp: () => undefined,
  headers: is("an array of { key, value }", Array.isArray),
};

function check(call: string, checks: Readonly<Record<string, Check>>, options: unknown): void {
  checkOptions(call, options, Object.keys(checks), (option, given) => checks[option]!(given, `Option \`${option}\` of ${call}`));
}

/** Checks what a driver is made of. @throws {InvalidArgumentError} */
export function checkDriver(topology: Topology, options: DriverOptions): void {
  checkTopology("A TopologyTestDriver needs a topology", topology);
  check("new TopologyTestDriver()", driverChecks, options);
}

/** Checks the arguments of `inputTopic` or `outputTopic`. @throws {InvalidArgumentError} */
export function checkTopic(call: "inputTopic()" | "outputTopic()", topic: unknown, options: unknown): void {
  const name = typeof topic === "object" && topic !== null && "name" in topic ? topic.name : topic;
  if (typeof name !== "string")
    throw new InvalidArgumentError(`${call} needs a topic's name, or a topic made by topic(), but got ${shown(topic)}.`);
  check(call, call === "inputTopic()" ? inputChecks : outputChecks, options);
}

/** Checks the options of `pipe`. @throws {InvalidArgumentError} */
export function checkPipe(options: unknown): void {
  check("pipe()", pipeChecks, options);
}
