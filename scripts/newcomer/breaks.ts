import { globSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Break } from "./break.ts";

/** All breaks, in the order of their files' names: each file of `breaks/` exports one or several as an array, by default. */
export async function allBreaks(): Promise<Break[]> {
  const files = globSync("breaks/*.ts", { cwd: import.meta.dirname }).toSorted();
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(join(import.meta.dirname, file)).href) as Promise<{ default: Break | Break[] }>),
  );
  return modules.flatMap((module) => module.default);
}
