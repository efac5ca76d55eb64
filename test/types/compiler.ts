import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "../support/temporary.ts";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
/** `tsc` of another TypeScript, to see that its messages are as good: `MILLRACE_TSC=…/typescript/bin/tsc`. */
const tsc = process.env["MILLRACE_TSC"] ?? join(root, "node_modules/typescript/bin/tsc");

/** Messages of the compiler for a program that imports `millrace`, by the line, which counts from 1. */
export function compileErrors(program: string): ReadonlyMap<number, string> {
  const directory = temporaryDirectory();
  try {
    writeFileSync(join(directory.path, "program.ts"), program);
    writeFileSync(join(directory.path, "package.json"), '{ "type": "module" }');
    const from = (path: string): string[] => [join(root, path)];
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      module: "nodenext",
      target: "esnext",
      lib: ["esnext"],
      noEmit: true,
      customConditions: ["millrace-source"],
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noErrorTruncation: true,
      paths: {
        millrace: from("packages/millrace/src/index.ts"),
        "@millrace/testkit": from("packages/testkit/src/index.ts"),
        zod: from("node_modules/zod/index.d.ts"),
      },
      typeRoots: from("node_modules/@types"),
      types: ["node"],
    };
    const config = { include: ["program.ts", join(root, "packages/*/src/**/*.d.ts")], compilerOptions };
    writeFileSync(join(directory.path, "tsconfig.json"), JSON.stringify(config));
    const run = spawnSync(process.execPath, [tsc, "-p", directory.path, "--pretty", "false"], {
      encoding: "utf8",
      cwd: directory.path,
    });
    return byLine(run.stdout + run.stderr);
  } finally {
    directory.remove();
  }
}

function byLine(output: string): ReadonlyMap<number, string> {
  const messages = new Map<number, string>();
  let line = 0;
  for (const text of output.split("\n")) {
    const start = /program\.ts\((\d+),\d+\): error (.*)$/.exec(text);
    // An error outside the program stands at line 0, where no test expects one.
    if (start !== null) line = Number(start[1]);
    else if (!text.startsWith(" ")) line = 0;
    if (text !== "") messages.set(line, `${messages.get(line) ?? ""}${start === null ? text.trim() : start[2]}\n`);
  }
  return messages;
}
