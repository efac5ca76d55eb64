/** Packs every package and lets publint and attw look at what a user gets. A step of `npm run check`, which has compiled before. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { pack, type PackedPackage } from "./pack.ts";

/**
 * The packages are ES modules alone: every Node that they run on loads those by `require` as well, and the resolution of old
 * compilers that know no `exports` is not served.
 */
const unserved: readonly string[] = ["node10", "node16-cjs"];

async function problemsOf({ name, file }: PackedPackage): Promise<string[]> {
  const tarball = readFileSync(file);
  const bytes = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true });
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)));
  if (!analysis.types) return [`${name}: attw finds no types`];
  const wrong = analysis.problems.filter(
    (problem) => !("resolutionKind" in problem && unserved.includes(problem.resolutionKind)),
  );
  return [
    ...messages.map((message) => `${name}: publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`),
    ...wrong.map((problem) => `${name}: attw: ${JSON.stringify(problem)}`),
  ];
}

const folder = mkdtempSync(join(tmpdir(), "millrace-packages-"));
try {
  const packages = await pack(folder);
  const problems = (await Promise.all(packages.map(problemsOf))).flat();
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.exitCode = problems.length === 0 && packages.length > 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
