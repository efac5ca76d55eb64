/**
 * Measures the cost of two checks: JSON refuses values that it cannot carry, and operators look at the results of functions.
 * Each line shows the bare operation beside it: `node packages/core/src/serde/json.bench.ts`.
 */
import { noHeaders, RecordContext } from "../record/record-context.ts";
import { mapValues } from "../operator/map-values.ts";
import type { StreamOperator } from "../operator/operator.ts";
import { json } from "./json.ts";
import type { Utf8Buffer } from "./string.ts";

const samples: Readonly<Record<string, unknown>> = {
  "a click, 4 fields": { userId: "user-4711", page: "/products/12345", durationMs: 5321, at: 1700000000123 },
  "an order, 45 fields": {
    id: 12345,
    name: "Some customer name",
    address: { street: "Main Street 12", zip: "12345", city: "Berlin" },
    items: Array.from({ length: 8 }, (_, i) => ({ sku: `SKU-${i}`, price: i * 3.5, quantity: i, text: "a text of some words" })),
    createdAt: "2026-01-02T03:04:05.678Z",
  },
};
const rounds = 15;
const callsPerRound = 20_000;
let kept: unknown;

/** Nanoseconds of the best round, which others on the machine disturbed least. */
function best(run: () => unknown): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const before = process.hrtime.bigint();
    for (let call = 0; call < callsPerRound; call += 1) kept = run();
    fastest = Math.min(fastest, Number(process.hrtime.bigint() - before) / callsPerRound);
  }
  return fastest;
}

function report(name: string, bare: () => unknown, whole: () => unknown): void {
  process.stdout.write(
    `${name.padEnd(32)} ${best(bare).toFixed(1).padStart(8)} ns bare ${best(whole).toFixed(1).padStart(8)} ns here\n`,
  );
}

for (const [name, value] of Object.entries(samples)) {
  const serde = json();
  const bytes = Buffer.from(JSON.stringify(value)) as Utf8Buffer;
  const to = Buffer.alloc(bytes.length * 4) as Utf8Buffer;
  report(
    `read ${name}`,
    () => JSON.parse(bytes.utf8Slice(0, bytes.length)),
    () => serde.read(bytes, 0, bytes.length),
  );
  report(
    `write ${name}`,
    () => to.utf8Write(JSON.stringify(value), 0),
    () => (serde.sizeMax(value), serde.write(to, 0, value)),
  );
}

const context = new RecordContext();
context.headers = noHeaders;
const child: StreamOperator = { process: (_key, value) => void (kept = value) };
const results = Array.from({ length: 12 }, (_, i) => ({ [`field${i}`]: i, other: 1 }));
let at = 0;
const mapper = (): unknown => results[(at = (at + 1) % 12)];
const operator = mapValues(mapper).create({ nodeName: "map", child } as never) as StreamOperator;
report(
  "mapValues to objects of 12 kinds",
  () => child.process("k", mapper(), context),
  () => operator.process("k", 1, context),
);
if (kept === 0) process.stdout.write("\n");
