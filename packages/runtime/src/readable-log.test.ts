import { BrokerUnreachableError } from "@millrace/client";
import { StreamsError } from "@millrace/core";
import type { HostProcess } from "@millrace/platform";
import { expect, test } from "vitest";
import { StreamThreadError } from "./errors.ts";
import { readableLog } from "./readable-log.ts";

class CodedError extends StreamsError {
  readonly code = "STREAMS_CODED";
  readonly retriable = false;
}

function written(showsColors: boolean, ...line: Parameters<ReturnType<typeof readableLog>>): string {
  let text = "";
  const host: HostProcess = {
    writeError: (piece) => (text += piece),
    showsColors,
    onSignal: () => () => undefined,
    exit: () => undefined,
    onUncaught: () => undefined,
  };
  readableLog(host, { nowMs: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6) })(...line);
  return text;
}

test("a warning is a line with time, level, text and fields in words", () => {
  const fields = { topic: "in", offset: 12_345, waitedMs: 3_000, groupId: "a b", sizeBytes: 5, cause: undefined, none: null };
  expect(written(false, "warn", "dropped a record: late", fields)).toBe(
    '2026-01-02 03:04:05.006Z WARN  dropped a record: late (topic in, offset 12,345, waited 3,000 ms, group id "a b", size 5 bytes)\n',
  );
});

test.each(["info", "debug"] as const)("what is less than a warning, %s, is not written", (level) => {
  expect(written(false, level, "text")).toBe("");
});

test("causes follow, with codes; what the text has said already is not said again", () => {
  const innermost = new SyntaxError("Unexpected token");
  innermost.stack = "SyntaxError: Unexpected token\n    at JSON.parse (<anonymous>)";
  const middle = new CodedError("The value cannot be read: Unexpected token", { cause: innermost });
  const outer = new CodedError(`Stopped: ${middle.message}`, { cause: middle });
  expect(written(false, "error", outer.message, { cause: outer }).trimEnd().split("\n")).toEqual([
    "2026-01-02 03:04:05.006Z ERROR Stopped: The value cannot be read: Unexpected token",
    "    caused by STREAMS_CODED",
    "    caused by STREAMS_CODED",
  ]);
});

test("an error of the user's program has the places there, and not those in Node or in this library", () => {
  const error = new TypeError("x is undefined");
  const own = new URL("../../core/src/task/task.ts:1:1", import.meta.url).href;
  const frames = [
    "at mine (file:///app/shop.js:5:7)",
    "at C:\\app\\shop.js:1:1",
    `at Task.process (${own})`,
    "at node:internal/x:1:1",
  ];
  error.stack = ["TypeError: x is undefined", ...frames.map((frame) => `    ${frame}`)].join("\n");
  expect(written(false, "error", "Failed: x is undefined.", { cause: error }).trimEnd().split("\n").slice(1)).toEqual([
    "    caused by TypeError",
    "        at mine (file:///app/shop.js:5:7)",
    "        at C:\\app\\shop.js:1:1",
  ]);
});

test("a cause that is new has its message, one that is no error its text", () => {
  const error = new CodedError("Above.", { cause: "a text that was thrown" });
  expect(written(false, "error", "failed", { cause: error }).split("\n").slice(1)).toEqual([
    "    caused by STREAMS_CODED: Above.",
    "    caused by thrown: a text that was thrown",
    "",
  ]);
});

test("an error that causes itself ends somewhere", () => {
  const error = new CodedError("Loop.");
  error.cause = error;
  expect(written(false, "error", "x", { cause: error }).split("\n").length).toBeLessThan(12);
});

test("long values are cut", () => {
  expect(written(false, "warn", "x", { list: "y".repeat(1_000) }).length).toBeLessThan(600);
});

test("the reason why a broker cannot be reached is shown to its end, which says what to check", () => {
  const cause = new Error("connect ECONNREFUSED 127.0.0.1:9092");
  const reason = new BrokerUnreachableError(["kafka-1.example.com:9092", "kafka-2.example.com:9092"], cause).message;
  expect(written(false, "warn", "could not reach a broker", { reason })).toContain("check the advertised listeners too.");
});

test("colours come only where they are wanted", () => {
  expect(written(true, "error", "x")).toContain("\u001B[31mERROR\u001B[39m x");
  expect(written(false, "error", "x")).not.toContain("\u001B");
});

test.each<[string, unknown, string]>([
  ["an object", { status: 500 }, '{"status":500}'],
  ["a function", () => 1, "() => 1"],
  ["a bigint in an object", { n: 5n }, "a thrown object that cannot become a text"],
])("a cause that is no error, %s, has a readable text in the failure and behind it", (_what, thrown, text) => {
  const failure = new StreamThreadError(thrown);
  expect(failure.message).toBe(`The stream thread stopped: ${text}`);
  expect(written(false, "error", "failed", { cause: thrown })).toContain(`    caused by thrown: ${text}\n`);
});
