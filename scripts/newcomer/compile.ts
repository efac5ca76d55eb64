import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Break } from "./break.ts";
import { compilers, type Project } from "./project.ts";
import { Program } from "./program.ts";
import { folderOf } from "./scene.ts";

/** The compiler's output, one line per error, without colours. */
export async function typeCheck(project: Project, version: keyof typeof compilers, ...options: string[]): Promise<string> {
  const tsc = project.bin(`typescript-${version}#tsc`);
  const program = new Program([process.execPath, tsc, "--noEmit", "--pretty", "false", ...options], project.folder);
  const code = await program.ended();
  return code === 0 ? "" : `${program.stdout}${program.stderr}`.trim();
}

/** Type-checks the files of all breaks at once; what is wrong, by the break's name. */
export async function compileBreaks(project: Project, breaks: readonly Break[]): Promise<Map<string, string>> {
  const config = "tsconfig.breaks.json";
  const include = breaks.map(({ name }) => `${folderOf(name)}/*.ts`);
  const compilerOptions = { rootDir: ".", allowImportingTsExtensions: true, noEmit: true };
  writeFileSync(join(project.folder, config), JSON.stringify({ extends: "./tsconfig.json", compilerOptions, include }));
  const output = await typeCheck(project, "5.9", "--project", config);
  const wrong = new Map<string, string>();
  for (const { name, compiler = [] } of breaks) {
    // An error is a line that begins with its file, and the indented ones that follow.
    const errors = output.split(/\n(?! )/).filter((error) => error.startsWith(`${folderOf(name)}/`));
    const missing = compiler.filter((pattern) => !errors.some((error) => pattern.test(error)));
    const more = errors.filter((error) => !compiler.some((pattern) => pattern.test(error)));
    if (missing.length > 0) wrong.set(name, `the compiler does not say ${missing.map(String).join(", ")}:\n${errors.join("\n")}`);
    else if (more.length > 0) wrong.set(name, `the compiler says\n${more.join("\n")}`);
  }
  return wrong;
}
