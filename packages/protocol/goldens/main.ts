/**
 * Verifies vectors of Kafka's protocol against this package:
 *
 *     npm run goldens -- DIR… [--self-test]
 *
 * DIR holds messages/*.jsonl, batches/*.json, hashing.json, errors.json, embedded.json, plain or gzipped. A line per failure with
 * the first difference, then what is pending, last a line of counts. Exit code 1: something failed; 2: wrong arguments.
 */
import { commandLine, wrongArguments } from "../../platform/src/node/command-line.ts";
import { selfTest } from "./self-test.ts";
import { NoVectorsError, readTree } from "./tree.ts";

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function verifyFolder(folder: string, totals: { passed: number; failed: number; pending: number }): void {
  const tree = readTree(folder);
  for (const golden of tree.goldens) {
    const difference = golden.verify(golden.vector);
    if (difference === null) {
      totals.passed += 1;
    } else {
      totals.failed += 1;
      print(`failed ${golden.file}: ${golden.name}: ${difference}`);
    }
  }
  for (const [name, vectors] of tree.pending) {
    totals.pending += vectors;
    print(`pending ${name}: ${vectors}`);
  }
  for (const sentence of tree.elsewhere) print(`elsewhere ${sentence}`);
}

function selfTestFolder(folder: string, totals: { passed: number; failed: number }): void {
  for (const { text, seen } of selfTest(readTree(folder).goldens)) {
    if (seen) totals.passed += 1;
    else totals.failed += 1;
    print(`${seen ? "seen" : "NOT SEEN"} ${text}`);
  }
}

const program = {
  command: "npm run goldens --",
  text: "Verifies vectors of Kafka's protocol below the directories. Exits 1 if one fails.",
  operands: "DIR…",
  options: { "self-test": { text: "alters what is expected, and must see each alteration" } },
} as const;

function main(): number {
  const { values, operands } = commandLine(program);
  if (operands.length === 0) return wrongArguments(program, "A directory is missing");
  const totals = { passed: 0, failed: 0, pending: 0 };
  for (const folder of operands) {
    if (values["self-test"]) selfTestFolder(folder, totals);
    else verifyFolder(folder, totals);
  }
  const { passed, failed, pending } = totals;
  // No deviation from Java is declared in the wire format, so nothing can differ by intention.
  print(
    values["self-test"]
      ? `${passed} passed, ${failed} failed`
      : `${passed} passed, ${failed} failed, 0 differs, ${pending} pending`,
  );
  return failed > 0 ? 1 : 0;
}

try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof NoVectorsError)) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
