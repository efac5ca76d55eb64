/**
 * `npm run newcomer [-- --all] [-- --only NAME,…] [-- --keep]`: what a user meets who installs the packages. Packs them all, installs
 * the template with them in a temporary folder, type-checks it with several compilers, tests and runs it on several versions of Node
 * against the packed broker-lite, then breaks it in each of the ways of `newcomer/breaks/` and compares what is said. `--all`: under
 * other runtimes than Node, too. `--only`: these breaks alone. `--keep`: leaves the folder. Exits 1 if anything is not as it must be.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine, wrongArguments } from "../packages/platform/src/node/command-line.ts";
import { runBreaks } from "./newcomer/run-breaks.ts";
import { allBreaks } from "./newcomer/breaks.ts";
import { startBroker } from "./newcomer/broker.ts";
import { typeCheck } from "./newcomer/compile.ts";
import { compilers, installRuntimes, makeProject, type Project, type Runtime } from "./newcomer/project.ts";
import { Report } from "./newcomer/report.ts";
import { runApplication, runBuild, runBundle, runService, runTests } from "./newcomer/runs.ts";
import { run } from "./run.ts";

const program = {
  command: "npm run newcomer --",
  text: "Does what a user does who installs the packages, and breaks the project in many ways. Exits 1 if anything is not as it must be.",
  options: {
    all: { text: "under other runtimes than Node, too" },
    only: { value: "NAME,…", text: "these breaks alone" },
    keep: { text: "leaves the folder" },
  },
} as const;
const { values } = commandLine(program);
/** In place of tsconfig.json: nothing that names Node's types or a library. */
const asItComes = ["--ignoreConfig", "--strict", "--module", "nodenext", "--target", "es2022", "src/main.ts", "src/service.ts"];
const breaks = await allBreaks();
const only = values.only?.split(",");
const unknown = only?.find((name) => !breaks.some((each) => each.name === name));
if (unknown !== undefined) wrongArguments(program, `There is no "${unknown}" among ${breaks.map(({ name }) => name).join(", ")}`);

const folder = mkdtempSync(join(tmpdir(), "millrace-newcomer-"));
const report = new Report();
let broker: Awaited<ReturnType<typeof startBroker>> | null = null;
try {
  const project = await report.step("install", async () => {
    const built = await run("scripts/build.ts", []);
    if (built.code !== 0) throw new TypeError(built.output);
    const made = await makeProject(folder);
    const sum = (bytes: (each: Project["packages"][number]) => number): string =>
      (made.packages.reduce((total, each) => total + bytes(each), 0) / 1e6).toFixed(1);
    const sizes = `${sum((each) => each.packedBytes)} MB packed, ${sum((each) => each.unpackedBytes)} MB unpacked`;
    return [made, `${String(made.packages.length)} packages, ${sizes}, npm took ${made.installSeconds.toFixed(1)} s`];
  });
  broker = await startBroker(project);
  if (only === undefined) await everything(project, broker.address);
  await runBreaks(
    project,
    broker.address,
    only === undefined ? breaks : breaks.filter(({ name }) => only.includes(name)),
    report,
  );
} catch (error) {
  // The report has it.
  if (!report.hasFailed) throw error;
} finally {
  await broker?.close();
  if (values.keep) process.stdout.write(`the project is in ${join(folder, "app")}\n`);
  else rmSync(folder, { recursive: true, force: true });
}
report.print();
process.exit(report.hasFailed ? 1 : 0);

async function everything(project: Project, address: string): Promise<void> {
  const runtimes: Runtime[] = [{ name: `Node ${process.versions.node}`, command: [process.execPath] }];
  for (const version of Object.keys(compilers)) {
    await report.check(`types: TypeScript ${version}`, async () => {
      const wrong = await typeCheck(project, version);
      if (wrong !== "") throw new TypeError(wrong);
    });
  }
  await report.check("types: TypeScript 7.0 as it comes, without settings for Node", async () => {
    const wrong = await typeCheck(project, "7.0", ...asItComes);
    if (wrong !== "") throw new TypeError(wrong);
  });
  await report.check("build", () => runBuild(project));
  await report.check("runtimes", async () => {
    const more = await installRuntimes(join(folder, "runtimes"), values.all);
    runtimes.push(...more);
    return more.length === 0 ? `no others for ${process.platform}-${process.arch}` : more.map(({ name }) => name).join(", ");
  });
  for (const runtime of runtimes) {
    await report.check(`tests: ${runtime.name}`, () => runTests(project, runtime));
    await report.check(`run: ${runtime.name}`, () => runApplication(project, runtime, address));
  }
  for (const packages of ["beside", "inside"] as const)
    await report.check(`bundle, packages ${packages}`, () => runBundle(project, packages, address));
  await report.check("service", () => runService(project, address));
}
