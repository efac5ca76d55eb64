/** Counts what programs cost the compiler, and exits 1 if one of them costs more than its budget. A step of `npm run check`. */
import { join } from "node:path";
import ts from "typescript-5.9";
import { root } from "./run.ts";

/** Instantiations of types that each program needs. The counts are the same on every machine; a change of types changes them. */
const budgets: Readonly<Record<string, number>> = {
  "examples/wordcount/src/topology.ts": 953,
  "examples/card-auth-window/src/topology.ts": 1631,
  "examples/clickstream/src/topology.ts": 1876,
  "test/types/forty-operators.ts": 17_983,
  "test/types/aggregate-serdes.ts": 18_017,
};

/** How much more than its budget a program may need. */
const roomShare = 0.1;

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  lib: ["lib.esnext.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  customConditions: ["millrace-source"],
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  types: ["node"],
};

/** Reads each file once for all programs. */
function cachingHost(): ts.CompilerHost {
  const host = ts.createCompilerHost(compilerOptions);
  host.jsDocParsingMode = ts.JSDocParsingMode.ParseNone;
  const read = host.getSourceFile.bind(host);
  const files = new Map<string, ts.SourceFile | undefined>();
  host.getSourceFile = (name, ...rest) => {
    if (!files.has(name)) files.set(name, read(name, ...rest));
    return files.get(name);
  };
  return host;
}

const host = cachingHost();
const files = Object.keys(budgets).map((file) => join(root, file));
/** A checker of its own for each program; what was read and bound is shared. */
let shared: ts.Program | undefined;
let failed = false;
for (const [file, budget] of Object.entries(budgets)) {
  const program: ts.Program = ts.createProgram(files, compilerOptions, host, shared);
  shared = program;
  const errors = program.getSemanticDiagnostics(program.getSourceFile(join(root, file)));
  const count = program.getInstantiationCount();
  const share = Math.round((100 * count) / budget - 100);
  process.stdout.write(`${String(count).padStart(8)}  ${file}: ${share < 0 ? "" : "+"}${String(share)} % of ${String(budget)}\n`);
  for (const { messageText } of errors)
    process.stdout.write(`  does not compile: ${ts.flattenDiagnosticMessageText(messageText, "\n")}\n`);
  const tooMany = count > budget * (1 + roomShare);
  if (tooMany)
    process.stdout.write(
      "  needs more than its budget. Make the types cheaper, or raise the budget and say in the commit what it buys.\n",
    );
  failed ||= tooMany || errors.length > 0;
}
process.exit(failed ? 1 : 0);
