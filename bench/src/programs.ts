import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** The checkout that this file lies in. */
export const ownRoot: string = join(import.meta.dirname, "..", "..");

/** The programs that are measured, made as users' are: without the source condition they run on what `npm run build` makes. */
export function buildPrograms(root: string = ownRoot): boolean {
  const command = ["node_modules/typescript/bin/tsc", "-b", "bench/tsconfig.build.json"];
  return spawnSync(process.execPath, command, { cwd: root, stdio: "inherit" }).status === 0;
}

/** How to run one of them. */
export function programOf(name: "ours" | "ours-restore" | "ours-pause", root: string = ownRoot): readonly string[] {
  return [process.execPath, join(root, "bench", "dist", `${name}.js`)];
}
