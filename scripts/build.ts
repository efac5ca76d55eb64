/** `npm run build`: compiles every package to its `dist`, from which it is published. */
import { run } from "./run.ts";

const finished = await run("node_modules/typescript/bin/tsc", ["-b", "tsconfig.build.json", ...process.argv.slice(2)], {
  show: true,
});
process.exit(finished.code);
