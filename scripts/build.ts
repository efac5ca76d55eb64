/** `npm run build`: compiles every package to its `dist`, from which it is published, and removes what has no source any more. */
import { existsSync, globSync, rmSync } from "node:fs";
import { join, sep } from "node:path";
import { root, run } from "./run.ts";

/** Compiled files whose source is gone: what is packed is the whole folder. */
function stale(): string[] {
  const compiled = globSync("{packages,examples}/*/dist/**/*.{js,d.ts,js.map,d.ts.map}", { cwd: root });
  return compiled.filter((file) => {
    const source = file.replace(`${sep}dist${sep}`, `${sep}src${sep}`).replace(/(\.js|\.d\.ts)(\.map)?$/, ".ts");
    return !existsSync(join(root, source));
  });
}

for (const file of stale()) rmSync(join(root, file));
const finished = await run("node_modules/typescript/bin/tsc", ["-b", "tsconfig.build.json", ...process.argv.slice(2)], {
  show: true,
});
process.exit(finished.code);
